"""Claim status: search by number or member, show the whole list, open each claim that is really the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import ClaimStatusAnswer, ClaimStatusQuery
from payers.shapes.claim_status import answer, checked, meant, opened, searched_by, typed_criteria
from payers.shapes.lists import whole
from payers.shapes.refusals import AccessDeniedPage
from payers.uhc.claims import DetailPage, ListPage
from payers.uhc.refusals import CLAIM_REFUSALS


class SearchPage(Page, page="claim_search"):
    search_type = Element()
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    custom_range = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await search(form, query)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=searched_by(query)):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await refused.answer()


async def search(form: SearchPage, query: ClaimStatusQuery) -> None:
    if query.claim_number is not None:
        await form.search_type.choose("Claim number")
    else:
        await form.search_type.choose("Member ID & date of birth")
        await form.custom_range.click()
    await form.fill(**typed_criteria(query))
    await form.submit.click()


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> ClaimStatusAnswer:
    notice = await listed.notice.text_or_none()
    claims = []
    for place, row in meant(query, (await whole(portal, listed, "claims")).claims):
        await listed.click_in("claims", place, "open")
        page = await portal.landed_on(DetailPage, about=opened(query, row))
        claims.append(checked(page, await page.claim(), row))
        await page.back.click()
    return answer(claims, notice)
