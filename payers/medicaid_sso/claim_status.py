"""Claim status: search by number or recipient, go through every page of the list, open each claim asked for."""

from collections.abc import AsyncIterator

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from core.errors import PortalChanged
from payers.medicaid_sso.claims import DetailPage, LinesPage, ListPage
from payers.shapes.claim_status import answer, check_lines, meant, opened, searched_by
from payers.shapes.claims import Listed
from payers.shapes.questions import provider, typed
from payers.shapes.refusals import CLAIM_REFUSALS, AccessDeniedPage


class SearchPage(Page, page="claim_search"):
    provider = Element()
    location = Element()
    taxonomy = Element()
    by = Element()
    number = Element()
    recipient_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    npi = provider(portal, query.provider_npi)
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await search(form, query, npi)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=searched_by(query, page=1)):
        case ListPage() as listed:
            return answer([claim async for claim in walk(portal, query, listed)])
        case refused:
            return await refused.answer()


async def search(form: SearchPage, query: ClaimStatusQuery, npi: str) -> None:
    by, what = "ICN", {"number": typed(query.claim_number)}
    if query.claim_number is None:
        by = "Recipient and dates of service"
        what = {
            "recipient_id": typed(query.member_id),
            "birth_date": typed(query.birth_date),
            "from_date": typed(query.from_date),
            "to_date": typed(query.to_date),
        }
    await form.choose(provider=npi, location="(primary)", taxonomy="(primary)", by=by)
    await form.fill(**what)
    await form.submit.click()


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> AsyncIterator[Claim]:
    seen = 0
    while True:
        found = await listed.read()
        seen += len(found.claims)
        for place, row in meant(query, found.claims):
            await listed.click_in("claims", place, "open")
            yield await detail(portal, query, row)
            listed = await portal.landed_on(ListPage, about=searched_by(query, page=found.page_number))
        if found.page_number == found.pages:
            break
        await listed.next_page.click()
        listed = await portal.landed_on(ListPage, about=searched_by(query, page=found.page_number + 1))
    if seen != found.total:
        raise PortalChanged(listed.page_name, "claims", detail="the list counts other rows than it shows")


async def detail(portal: Portal, query: ClaimStatusQuery, row: Listed) -> Claim:
    page = await portal.landed_on(DetailPage, about=opened(query, row))
    found = await page.read()
    await page.lines_tab.click()
    tab = await portal.landed_on(LinesPage, about={"claim_number": row.claim_number})
    whole = found.model_copy(update={"lines": (await tab.read()).merged()})
    check_lines(tab, whole)
    await page.back.click()
    return whole
