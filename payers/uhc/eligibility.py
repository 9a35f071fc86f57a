"""Eligibility: a search by id or name, a pick list for families, and one page of cards."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from payers.shapes.coverage import CandidatesPage
from payers.shapes.eligibility import MemberForm, result
from payers.shapes.questions import check_service_type, typed
from payers.shapes.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage
from payers.uhc.coverage import CoveragePage


class SearchPage(MemberForm, page="search"):
    search_type = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    check_service_type(portal, query)
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await search(form, query)
    found = await result(portal, query, CoveragePage, CandidatesPage, ELIGIBILITY_REFUSALS)
    if not isinstance(found, CoveragePage):
        return found
    await found.accordions.click_each()
    return await found.read()


async def search(form: SearchPage, query: EligibilityQuery) -> None:
    by, who = "Member ID & date of birth", {"member_id": typed(query.member_id)}
    if query.member_id is None:
        by = "Member name & date of birth"
        who = {"first_name": typed(query.first_name), "last_name": typed(query.last_name)}
    await form.choose(search_type=by, service_type=SERVICE_TYPES[query.service_type])
    await form.fill(as_of=typed(query.service_date), birth_date=typed(query.birth_date), **who)
    await form.submit.click()
