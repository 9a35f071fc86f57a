"""Eligibility: two identifiers go in, and a response in sentences comes out under a reference number."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from core.errors import RequestInvalid
from payers.medicaid_forms.coverage import CoveragePage, coverage
from payers.medicaid_forms.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage, denied, eligibility_refusal
from payers.medicaid_forms.requests import RequestPage, needed, padded, responded, with_provider

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""Service types in the portal's list; it prints them with the words of X12."""


class EligibilityRequestPage(RequestPage, page="request"):
    member_id = Element()
    last_name = Element()
    first_name = Element()
    birth_date = Element()
    as_of = Element()
    service_type = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    """A family can share an id and a birth date: then the name is the identifier that tells them apart."""
    if query.service_type not in OFFERED:
        raise RequestInvalid(f"MAP-Online offers the service types {', '.join(OFFERED)}.", field="service_type")
    answer = await ask(portal, query, named=query.member_id is None)
    if isinstance(answer, SeveralMatches) and query.member_id and query.first_name and query.last_name:
        return await ask(portal, query, named=True)
    return answer


async def ask(portal: Portal, query: EligibilityQuery, *, named: bool) -> EligibilityAnswer:
    npi = needed(query.provider_npi)
    form = await portal.go(EligibilityRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    form = await with_provider(portal, form, npi)
    await form.choose(service_type=SERVICE_TYPES[query.service_type])
    await form.fill(as_of=f"{query.service_date:%m/%d/%Y}", **identifiers(query, named=named))
    reference = await responded(portal, form)
    proof = {
        "reference": reference,
        "provider_npi": npi,
        "payer_name": portal.payer and portal.payer.label,
        "covered_service": SERVICE_TYPES[query.service_type],
        "as_of": query.service_date,
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "member_id": padded(query.member_id),
        "first_name": query.first_name.reveal() if named and query.first_name else None,
        "last_name": query.last_name.reveal() if named and query.last_name else None,
    }
    match await portal.landed_on(CoveragePage, *ELIGIBILITY_REFUSALS, about=proof):
        case CoveragePage() as found:
            return coverage(await found.read())
        case refused:
            return await eligibility_refusal(refused)


def identifiers(query: EligibilityQuery, *, named: bool) -> dict[str, str]:
    """All of them: the form may still hold those of another request."""
    return {
        "member_id": padded(query.member_id) or "",
        "last_name": query.last_name.reveal() if named and query.last_name else "",
        "first_name": query.first_name.reveal() if named and query.first_name else "",
        "birth_date": f"{query.birth_date.reveal():%m/%d/%Y}" if query.birth_date else "",
    }
