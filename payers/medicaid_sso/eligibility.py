"""Eligibility: lists that fill each other, one inquiry, and a response in place below the form."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from payers.medicaid_sso.coverage import CoveragePage, unfolded
from payers.shapes.coverage import CandidatesPage
from payers.shapes.eligibility import result
from payers.shapes.questions import check_service_type, provider, typed
from payers.shapes.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage


class SearchPage(Page, page="search"):
    provider = Element()
    location = Element()
    service = Element()
    by = Element()
    recipient_id = Element()
    first_name = Element()
    last_name = Element()
    birth_date = Element()
    service_date = Element()
    submit = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    npi = provider(portal, query.provider_npi)
    check_service_type(portal, query)
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await inquire(form, query, npi)
    found = await result(portal, query, CoveragePage, CandidatesPage, ELIGIBILITY_REFUSALS)
    return await unfolded(found) if isinstance(found, CoveragePage) else found


async def inquire(form: SearchPage, query: EligibilityQuery, npi: str) -> None:
    """The location has no part in what the payer answers: it is the provider's first one."""
    by, who = "Recipient ID", {"recipient_id": typed(query.member_id)}
    if query.member_id is None:
        by, who = "Recipient name", {"first_name": typed(query.first_name), "last_name": typed(query.last_name)}
    service = f"{query.service_type} - {SERVICE_TYPES[query.service_type]}"
    await form.choose(provider=npi, location="(primary)", service=service, by=by)
    await form.fill(service_date=typed(query.service_date), birth_date=typed(query.birth_date), **who)
    await form.submit.click()
