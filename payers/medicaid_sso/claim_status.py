"""Claim status: search by number or recipient, go through every page of the list, open each claim asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from payers.medicaid_sso.claims import DetailPage, LinesPage, ListPage
from payers.shapes.claim_status import answer, checked, opened, searched_by, walk
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
    listed = await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=searched_by(query, page=1))
    if not isinstance(listed, ListPage):
        return await listed.answer()
    return answer([await detail(portal, query, row) async for row in walk(portal, query, listed, comes_back=True)])


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


async def detail(portal: Portal, query: ClaimStatusQuery, row: Listed) -> Claim:
    page = await portal.landed_on(DetailPage, about=opened(query, row))
    found = await page.read()
    await page.lines_tab.click()
    tab = await portal.landed_on(LinesPage, about={"claim_number": row.claim_number})
    whole = found.model_copy(update={"lines": (await tab.read()).merged()})
    whole = checked(tab, whole, row)
    await page.back.click()
    return whole
