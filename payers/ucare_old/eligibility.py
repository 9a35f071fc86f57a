"""Eligibility in the older portal: one form, whose page is sent back with the answer."""

from bots.portal import Portal
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from payers.shapes.coverage import CandidatesPage
from payers.shapes.eligibility import MemberForm, result
from payers.shapes.questions import check_service_type, typed
from payers.shapes.refusals import AccessDeniedPage
from payers.ucare_old.coverage import CoveragePage
from payers.ucare_old.refusals import ELIGIBILITY_REFUSALS


class InquiryPage(MemberForm, page="inquiry"): ...


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    check_service_type(portal, query)
    form = await portal.go(InquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await inquire(form, query)
    found = await result(portal, query, CoveragePage, CandidatesPage, ELIGIBILITY_REFUSALS)
    return await found.read() if isinstance(found, CoveragePage) else found


async def inquire(form: InquiryPage, query: EligibilityQuery) -> None:
    """Each field is filled: the form comes back with what was typed before."""
    named = query.member_id is None
    await form.fill(
        member_id=typed(query.member_id),
        birth_date=typed(query.birth_date),
        last_name=typed(query.last_name if named else None),
        first_name=typed(query.first_name if named else None),
        as_of=typed(query.service_date),
        service_type=SERVICE_TYPES[query.service_type],
    )
    await form.submit.click()
