"""From a question about payments to the rows of a list that are really meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date

from bots.element import BoundElement
from bots.filetype import FileType
from bots.identity import Proof
from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittanceNotFound, Remittances, RemittancesQuery
from core.x12.remittance import with_files
from payers.shapes.lists import each_page
from payers.shapes.payments import ListedPayment, PaymentListPage

FILES = {DocumentKind.ERA: FileType.X12, DocumentKind.EOP: FileType.PDF, DocumentKind.PRA: FileType.PDF}


def searched_by(query: RemittancesQuery) -> dict[str, str | date]:
    """The one way in which it asks, by the names of its keys."""
    given = {
        "claim_number": query.claim_number.reveal() if query.claim_number is not None else None,
        "check_number": query.check_number,
        "paid_from": query.paid_from,
        "paid_to": query.paid_to,
    }
    return {name: value for name, value in given.items() if value is not None}


def row_proof(portal: Portal, row: ListedPayment) -> Proof:
    """What the payment must show that was opened from this row."""
    payer = portal.payer.label if portal.payer is not None else None
    return {"check_number": row.number, "paid_on": row.paid_on, "payer": payer}


async def whole(payment: Payment, offered: Mapping[DocumentKind, BoundElement]) -> Payment:
    """With every file that its page gives."""
    offers = tuple([kind for kind, element in offered.items() if await element.there()])
    files = [(kind, file.data) for kind in offers for file in await offered[kind].download(FILES[kind])]
    return with_files(payment.model_copy(update={"offers": offers}), files)


async def walk(
    portal: Portal, query: RemittancesQuery, listed: PaymentListPage, proof: Proof, *, comes_back: bool
) -> AsyncIterator[ListedPayment]:
    """Through every page of a list. Each payment that is meant is opened, and given to be read; once, though a claim
    that was taken back and paid anew lists it twice. `comes_back` where the list gives way to the payment, and comes up
    when that is left. `proof` is what every page must show beside its own number.
    """
    opened: set[str] = set()
    async for page, rows, about in each_page(portal, listed, "payments", proof):
        for place, row in enumerate(rows.payments):
            if row.number not in opened and query.means(row.number, row.paid_on, row.claim_number):
                opened.add(row.number)
                await page.click_in("payments", place, "open")
                yield row
                if comes_back:
                    await portal.landed_on(type(page), about=about)


def answer(payments: Iterable[Payment], *notes: str) -> Remittances | RemittanceNotFound:
    in_order = tuple(sorted(payments, key=lambda each: (str(each.paid_on), each.number)))
    if not in_order:
        return RemittanceNotFound(message=" ".join(notes) or None)
    return Remittances(payments=in_order, notes=notes)
