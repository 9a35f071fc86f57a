"""Eligibility: a check by id or name, a pick list for families, and one result with folds."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.common import NotAuthorised
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from payers.shapes.coverage import CandidatesPage
from payers.shapes.eligibility import MemberForm, result
from payers.shapes.questions import check_service_type, typed
from payers.shapes.refusals import ELIGIBILITY_REFUSALS
from payers.ucare.coverage import CoveragePage
from payers.ucare.practice import ToolPage, opened


class CheckPage(ToolPage, MemberForm, page="check"):
    by_id = Element()
    by_name = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    check_service_type(portal, query)
    form = await opened(portal, CheckPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    await check(form, query)
    found = await result(portal, query, CoveragePage, CandidatesPage, ELIGIBILITY_REFUSALS)
    if not isinstance(found, CoveragePage):
        return found
    await found.folds.click_each()
    return await found.read()


async def check(form: CheckPage, query: EligibilityQuery) -> None:
    if query.member_id is not None:
        await form.by_id.click()
        who = {"member_id": typed(query.member_id)}
    else:
        await form.by_name.click()
        who = {"first_name": typed(query.first_name), "last_name": typed(query.last_name)}
    service = SERVICE_TYPES[query.service_type]
    day, born = typed(query.service_date), typed(query.birth_date)
    await form.fill(as_of=day, service_type=service, birth_date=born, **who)
    await form.submit.click()
