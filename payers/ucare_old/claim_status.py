"""Claim status in the older portal: a list, and back and forth between it and each claim that is the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from payers.shapes.claim_status import CRITERIA, answer, checked, opened, searched_by, typed_criteria, walk
from payers.shapes.refusals import AccessDeniedPage
from payers.ucare_old.claims import DetailPage, ListPage
from payers.ucare_old.refusals import CLAIM_REFUSALS


class ClaimInquiryPage(Page, page="claim_inquiry"):
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await portal.go(ClaimInquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    # Each field is filled: the form comes back with what was typed before.
    await form.fill(**dict.fromkeys(CRITERIA, "") | typed_criteria(query))
    await form.submit.click()
    listed = await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=searched_by(query, page=1))
    if not isinstance(listed, ListPage):
        return await listed.answer()
    claims: list[Claim] = []
    async for row in walk(portal, query, listed, comes_back=True):
        detail = await portal.landed_on(DetailPage, about=opened(query, row))
        claims.append(checked(detail, await detail.read(), row))
        await detail.back.click()
    return answer(claims)
