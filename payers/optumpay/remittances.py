"""Remittances: a search by number, day or claim, as far back as the account's tier shows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bots.portal import Portal
from core.capabilities.common import NoLongerKept
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittancesAnswer, RemittancesQuery
from payers.optumpay.bundles import bundled, choose_payee_and_payer
from payers.optumpay.opened import Opened, opened
from payers.optumpay.payments import Access, ClaimSearchPage, DateSearchPage, ListPage, NumberSearchPage
from payers.shapes.payments import REMITTANCE_REFUSALS
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.remittances import answer, searched_by, walk

SearchForm = NumberSearchPage | DateSearchPage | ClaimSearchPage


async def pull_remittances(portal: Portal, query: RemittancesQuery) -> RemittancesAnswer:
    form = await portal.go(form_of(query), AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    access = await form.read()
    if query.paid_to is not None and query.paid_to < access.since:
        return NoLongerKept(kept_from=access.since)
    asked = criteria(query, access)
    await search(portal, form, asked)
    match await portal.landed_on(ListPage, *REMITTANCE_REFUSALS, about={**asked, "page": 1}):
        case ListPage() as listed:
            found: list[Opened] = []
            async for row in walk(portal, query, listed, asked, comes_back=True):
                found.append(await opened(portal, row, found))
            return answer(await with_bundles(portal, found), *notes(query, access, found))
        case refused:
            return await refused.answer()


def form_of(query: RemittancesQuery) -> type[SearchForm]:
    if query.claim_number is not None:
        return ClaimSearchPage
    return DateSearchPage if query.check_number is None else NumberSearchPage


def criteria(query: RemittancesQuery, access: Access) -> Mapping[str, str | date]:
    """What is typed, and what the list must then say that it was searched by. The form takes no day before the first
    that is shown.
    """
    since = {"paid_from": max(query.paid_from, access.since)} if query.paid_from else {}
    return searched_by(query) | since


async def search(portal: Portal, form: SearchForm, asked: Mapping[str, str | date]) -> None:
    await choose_payee_and_payer(portal, form)
    await form.fill(**{name: typed(value) for name, value in asked.items()})
    await form.submit.click()


async def with_bundles(portal: Portal, found: Sequence[Opened]) -> list[Payment]:
    eras = await bundled(portal, [each.payment for each in found if each.archived])
    for each in found:
        if each.archived:
            each.files.append((DocumentKind.ERA, eras[each.payment.number]))
    return [each.whole() for each in found]


def notes(query: RemittancesQuery, access: Access, found: Sequence[Opened]) -> Iterator[str]:
    if query.paid_from is not None and query.paid_from < access.since:
        yield f"{access.tier} access shows payments since {access.since}; the days before are not in this answer."
    for kind in DocumentKind:
        if greyed := sum(kind in each.greyed for each in found):
            payments = "1 payment" if greyed == 1 else f"{greyed} payments"
            yield f"{access.tier} access does not include the {kind.value.upper()} of {payments}: it is greyed out."
