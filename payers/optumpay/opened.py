"""A payment that was opened, and the files that its page gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment
from core.x12.remittance import era_of, with_files
from payers.optumpay.payments import PaymentPage
from payers.shapes.payments import ListedPayment
from payers.shapes.remittances import FILES, row_proof


@dataclass
class Opened:
    payment: Payment
    files: list[tuple[DocumentKind, bytes]] = field(default_factory=list)
    greyed: list[DocumentKind] = field(default_factory=list)
    """What the account's tier does not include."""
    archived: bool = False
    """Its 835 is given in a data bundle only."""

    def whole(self) -> Payment:
        offers = tuple(kind for kind, _ in self.files)
        return with_files(self.payment.model_copy(update={"offers": offers}), self.files)

    def eras(self) -> list[bytes]:
        return [data for kind, data in self.files if kind is DocumentKind.ERA]


async def opened(portal: Portal, row: ListedPayment, before: Sequence[Opened]) -> Opened:
    """A consolidated 835 holds all EFTs of a day: what a payment opened `before` has brought is not taken again."""
    page = await portal.landed_on(PaymentPage, about=row_proof(portal, row))
    found = await page.read()
    this = Opened(Payment(**{name: value for name, value in found if name in Payment.model_fields}))
    taken = [era for each in before if each.payment.paid_on == row.paid_on for era in each.eras()]
    for place, file in enumerate(found.files):
        if file.archived:
            this.archived = True
        elif file.greyed:
            this.greyed.append(file.kind)
        else:
            known = era_of(this.payment, taken) if file.kind is DocumentKind.ERA else None
            this.files.append((file.kind, known or await download(page, place, file.kind)))
    await page.back.click()
    return this


async def download(page: PaymentPage, place: int, kind: DocumentKind) -> bytes:
    (file,) = await page.download_in("files", place, "open", FILES[kind])
    return file.data
