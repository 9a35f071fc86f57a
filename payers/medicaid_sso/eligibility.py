"""Eligibility: lists that fill each other, one inquiry, and a response in place below the form."""

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from core.capabilities.record import Record
from core.errors import RequestInvalid
from payers.medicaid_sso.coverage import CoveragePage, unfolded
from payers.medicaid_sso.printed import first_name, last_name
from payers.medicaid_sso.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage, denied, eligibility_refusal

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""Service types in the portal's list; it prints them with the words of X12."""


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


class Candidate(Record):
    first_name: str
    last_name: str


class Candidates(Record):
    recipients: tuple[Candidate, ...]


class CandidateRow(Part[Candidate]):
    first_name = Field(first_name)
    last_name = Field(last_name)
    select = Element()


class CandidatesPage(ReadsInto[Candidates], page="candidates"):
    recipients = Rows(CandidateRow)


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    if query.provider_npi is None:
        raise RequestInvalid("Franklin Medicaid asks for the provider: give a provider_npi.", field="provider_npi")
    if query.service_type not in OFFERED:
        raise RequestInvalid(f"Franklin Medicaid offers the service types {', '.join(OFFERED)}.", field="service_type")
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await inquire(form, query)
    match await portal.landed_on(CoveragePage, CandidatesPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)):
        case CoveragePage() as found:
            return await unfolded(found)
        case CandidatesPage() as several:
            return await select(portal, query, several)
        case refused:
            return await eligibility_refusal(refused)


async def inquire(form: SearchPage, query: EligibilityQuery) -> None:
    """The location has no part in what the payer answers: it is the provider's first one."""
    by, who = "Recipient name", {}
    if query.member_id is not None:
        by, who = "Recipient ID", {"recipient_id": query.member_id.reveal()}
    elif query.first_name is not None and query.last_name is not None:
        who = {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    if query.birth_date is not None:
        who["birth_date"] = f"{query.birth_date.reveal():%m/%d/%Y}"
    await form.choose(provider=query.provider_npi or "", location="(primary)", service=service(query), by=by)
    await form.fill(service_date=f"{query.service_date:%m/%d/%Y}", **who)
    await form.submit.click()


async def select(portal: Portal, query: EligibilityQuery, several: CandidatesPage) -> EligibilityAnswer:
    """Twins share an id and a birth date: the name decides, if the question has one and only one of them bears it."""
    recipients = (await several.read()).recipients
    wanted = [name.reveal().strip().casefold() for name in (query.first_name, query.last_name) if name]
    fitting = [
        place
        for place, each in enumerate(recipients)
        if [each.first_name.casefold(), each.last_name.casefold()] == wanted
    ]
    if len(fitting) != 1:
        return SeveralMatches(count=len(recipients))
    await several.click_in("recipients", fitting[0], "select")
    match await portal.landed_on(CoveragePage, *ELIGIBILITY_REFUSALS, about=asked(portal, query, by_name=True)):
        case CoveragePage() as found:
            return await unfolded(found)
        case refused:
            return await eligibility_refusal(refused)


def service(query: EligibilityQuery) -> str:
    return f"{query.service_type} - {SERVICE_TYPES[query.service_type]}"


def asked(portal: Portal, query: EligibilityQuery, *, by_name: bool = False) -> dict[str, object]:
    """What the response must show. A name is proof only where it was what was asked for: payers spell names as they
    please beside an id that is right.
    """
    proof: dict[str, object] = {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "as_of": query.service_date,
        "payer_name": portal.payer and portal.payer.label,
        "service": service(query),
    }
    if query.first_name and query.last_name and (by_name or query.member_id is None):
        proof |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    return proof
