"""From a question about payments to the rows of a list that are really meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from bots.identity import Proof
from bots.portal import Portal
from core.capabilities.remittances import Payment, RemittanceNotFound, Remittances, RemittancesQuery
from payers.shapes.lists import each_page
from payers.shapes.payments import ListedPayment, PaymentListPage


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
    return Remittances(payments=in_order, notes=notes) if in_order else RemittanceNotFound()
