"""From a question about payments to the rows of a list that are really meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping

from bots.portal import Portal
from core.capabilities.remittances import Payment, RemittanceNotFound, Remittances, RemittancesQuery
from core.errors import PortalChanged
from payers.shapes.payments import ListedPayment, PaymentListPage


async def walk(
    portal: Portal,
    query: RemittancesQuery,
    listed: PaymentListPage,
    *,
    comes_back: bool,
    proof: Mapping[str, object] | None = None,
) -> AsyncIterator[ListedPayment]:
    """Through every page of a list. Each payment that is meant is opened, and given to be read; once, though a claim
    that was taken back and paid anew lists it twice. `comes_back` where the list gives way to the payment, and comes up
    when that is left. `proof` is what every page must show beside its own number, where it shows anything.
    """
    opened: set[str] = set()
    seen, page = 0, 1

    async def again() -> PaymentListPage:
        return await portal.landed_on(type(listed), about=None if proof is None else {**proof, "page": page})

    while True:
        rows = await listed.read()
        if not rows.payments:
            raise PortalChanged(listed.page_name, "payments", detail="the list counts more rows than it shows")
        for place, row in enumerate(rows.payments):
            if row.number not in opened and query.means(row.number, row.paid_on, row.claim_number):
                opened.add(row.number)
                await listed.click_in("payments", place, "open")
                yield row
                if comes_back:
                    listed = await again()
        seen += len(rows.payments)
        if seen >= rows.total:
            break
        page += 1
        await listed.next_page.click()
        listed = await again()
    if seen != rows.total:
        raise PortalChanged(listed.page_name, "payments", detail="the list counts other rows than it shows")


def answer(payments: Iterable[Payment], *notes: str) -> Remittances | RemittanceNotFound:
    in_order = tuple(sorted(payments, key=lambda each: (str(each.paid_on), each.number)))
    return Remittances(payments=in_order, notes=notes) if in_order else RemittanceNotFound()
