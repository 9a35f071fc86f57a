"""From the list to the payments: each one that is really asked for is opened, and its files are taken."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from bots.filetype import FileType
from bots.portal import Portal
from core.capabilities.remittances import DocumentKind, Payment, RemittancesQuery
from core.errors import PortalChanged
from core.x12.remittance import era_of, with_files
from payers.optumpay.payments import ListPage, PaymentPage
from payers.shapes.payments import ListedPayment

TYPES = {DocumentKind.ERA: FileType.X12, DocumentKind.PRA: FileType.PDF}


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


class Walk:
    """Page by page through a list. A consolidated 835 holds all EFTs of a day, and is taken once."""

    def __init__(self, portal: Portal, query: RemittancesQuery, asked: Mapping[str, object]) -> None:
        self._portal = portal
        self._query = query
        self._asked = asked
        self._eras: dict[date, list[bytes]] = defaultdict(list)

    async def through(self, listed: ListPage) -> list[Opened]:
        opened: dict[str, Opened] = {}
        seen = 0
        for page in count(1):
            rows = await listed.read()
            for place, row in enumerate(rows.payments):
                if row.number not in opened and self._query.means(row.number, row.paid_on, row.claim_number):
                    await listed.click_in("payments", place, "open")
                    opened[row.number] = await self._open(row)
                    listed = await self._list(page)
            seen += len(rows.payments)
            if not rows.payments:
                raise PortalChanged(listed.page_name, "payments", detail="the list counts more rows than it shows")
            if seen >= rows.total:
                break
            await listed.next_page.click()
            listed = await self._list(page + 1)
        return list(opened.values())

    async def _list(self, page: int) -> ListPage:
        return await self._portal.landed_on(ListPage, about={**self._asked, "place": page})

    async def _open(self, row: ListedPayment) -> Opened:
        payer = self._portal.payer.label if self._portal.payer is not None else None
        about = {"check_number": row.number, "paid_on": row.paid_on, "payer": payer}
        page = await self._portal.landed_on(PaymentPage, about=about)
        found = await page.read()
        opened = Opened(Payment(**{name: value for name, value in found if name in Payment.model_fields}))
        for place, file in enumerate(found.files):
            if file.archived:
                opened.archived = True
            elif file.greyed:
                opened.greyed.append(file.kind)
            else:
                opened.files.append((file.kind, await self._file(page, place, file.kind, opened.payment, row.paid_on)))
        await page.back.click()
        return opened

    async def _file(self, page: PaymentPage, place: int, kind: DocumentKind, payment: Payment, day: date) -> bytes:
        taken = self._eras[day]
        if kind is DocumentKind.ERA and (known := era_of(payment, taken)) is not None:
            return known
        (file,) = await page.download_in("files", place, "open", TYPES[kind])
        if kind is DocumentKind.ERA:
            taken.append(file.data)
        return file.data
