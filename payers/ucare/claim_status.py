"""Claim status: find by number or member, walk the list, open each claim that is really the one asked for."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from core.capabilities.common import NotAuthorised
from payers.shapes.claim_status import answer, checked, opened, searched_by, typed_criteria, walk
from payers.shapes.refusals import CLAIM_REFUSALS
from payers.ucare import practice
from payers.ucare.claims import DetailPage, ListPage


class FindPage(practice.ToolPage, page="find"):
    by_number = Element()
    by_member = Element()
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await practice.opened(portal, FindPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    await (form.by_member if query.claim_number is None else form.by_number).click()
    await form.fill(**typed_criteria(query))
    await form.submit.click()
    listed = await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=searched_by(query, page=1))
    if not isinstance(listed, ListPage):
        return await listed.answer()
    notice = await listed.notice.text_or_none()
    claims: list[Claim] = []
    async for row in walk(portal, query, listed, comes_back=False):
        panel = await portal.landed_on(DetailPage, about=opened(query, row))
        claims.append(checked(panel, await panel.claim(), row))
    return answer(claims, notice)
