"""Eligibility in the older portal: one form, whose page is sent back with the answer."""

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text
from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityAnswer, EligibilityQuery
from core.capabilities.record import Record
from core.errors import RequestInvalid
from payers.ucare_old.coverage import CoveragePage
from payers.ucare_old.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage, MovedPage, denied, eligibility_refusal

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""Service types in the portal's list; it prints them with the words of X12."""


class InquiryPage(Page, page="inquiry"):
    member_id = Element()
    birth_date = Element()
    last_name = Element()
    first_name = Element()
    as_of = Element()
    service_type = Element()
    submit = Element()


class Candidate(Record):
    last_name: str
    first_name: str


class Candidates(Record):
    members: tuple[Candidate, ...]


class CandidateRow(Part[Candidate]):
    last_name = Field(text)
    first_name = Field(text)
    choose = Element()


class CandidatesPage(ReadsInto[Candidates], page="candidates"):
    members = Rows(CandidateRow)


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    if query.service_type not in OFFERED:
        raise RequestInvalid(f"UCare offers the service types {', '.join(OFFERED)}.", field="service_type")
    form = await portal.go(InquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await inquire(form, query)
    found = await portal.landed_on(
        CoveragePage, CandidatesPage, MovedPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)
    )
    match found:
        case CoveragePage():
            return await found.read()
        case CandidatesPage():
            return await choose(portal, query, found)
        case refused:
            return await eligibility_refusal(refused)


async def inquire(form: InquiryPage, query: EligibilityQuery) -> None:
    """Each field is filled: the form comes back with what was typed before."""
    named = query.member_id is None
    await form.fill(
        member_id=query.member_id.reveal() if query.member_id else "",
        birth_date=f"{query.birth_date.reveal():%m/%d/%Y}" if query.birth_date else "",
        last_name=query.last_name.reveal() if named and query.last_name else "",
        first_name=query.first_name.reveal() if named and query.first_name else "",
        as_of=f"{query.service_date:%m/%d/%Y}",
        service_type=SERVICE_TYPES[query.service_type],
    )
    await form.submit.click()


async def choose(portal: Portal, query: EligibilityQuery, several: CandidatesPage) -> EligibilityAnswer:
    """Twins share an id and a birth date: the name decides, if the question has one and only one of them bears it."""
    members = (await several.read()).members
    wanted = [name.reveal().strip().casefold() for name in (query.last_name, query.first_name) if name]
    fitting = [
        place
        for place, member in enumerate(members)
        if [member.last_name.casefold(), member.first_name.casefold()] == wanted
    ]
    if len(fitting) != 1:
        return SeveralMatches(count=len(members))
    await several.click_in("members", fitting[0], "choose")
    about = asked(portal, query, by_name=True)
    match await portal.landed_on(CoveragePage, MovedPage, *ELIGIBILITY_REFUSALS, about=about):
        case CoveragePage() as found:
            return await found.read()
        case refused:
            return await eligibility_refusal(refused)


def asked(portal: Portal, query: EligibilityQuery, *, by_name: bool = False) -> dict[str, object]:
    """What the result must show. A name is proof only where it was what was asked for."""
    proof: dict[str, object] = {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "as_of": query.service_date,
        "payer_name": portal.payer and portal.payer.label,
        "service_type": query.service_type,
    }
    if query.first_name and query.last_name and (by_name or query.member_id is None):
        proof |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    return proof
