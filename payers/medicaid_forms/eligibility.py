"""Eligibility: two identifiers go in, and a response in sentences comes out under a reference number."""

from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from payers.medicaid_forms.coverage import CoveragePage, coverage
from payers.medicaid_forms.refusals import ELIGIBILITY_REFUSALS
from payers.medicaid_forms.requests import RequestPage, padded, responded, with_provider
from payers.shapes.eligibility import MemberForm, asked
from payers.shapes.questions import check_service_type, provider, typed
from payers.shapes.refusals import AccessDeniedPage


class EligibilityRequestPage(RequestPage, MemberForm, page="request"): ...


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    """A family can share an id and a birth date: then the name is the identifier that tells them apart."""
    check_service_type(portal, query)
    answer = await ask(portal, padded(query), named=query.member_id is None)
    if isinstance(answer, SeveralMatches) and query.member_id and query.first_name and query.last_name:
        return await ask(portal, padded(query), named=True)
    return answer


async def ask(portal: Portal, query: EligibilityQuery, *, named: bool) -> EligibilityAnswer:
    npi = provider(portal, query.provider_npi)
    form = await portal.go(EligibilityRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    form = await with_provider(portal, form, npi)
    await form.choose(service_type=SERVICE_TYPES[query.service_type])
    # All of them: the form may still hold those of another request.
    await form.fill(
        as_of=typed(query.service_date),
        member_id=typed(query.member_id),
        birth_date=typed(query.birth_date),
        last_name=typed(query.last_name if named else None),
        first_name=typed(query.first_name if named else None),
    )
    reference = await responded(portal, form)
    proof = asked(portal, query, by_name=named) | {"reference": reference, "provider_npi": npi}
    match await portal.landed_on(CoveragePage, *ELIGIBILITY_REFUSALS, about=proof):
        case CoveragePage() as found:
            return coverage(await found.read())
        case refused:
            return await refused.answer()
