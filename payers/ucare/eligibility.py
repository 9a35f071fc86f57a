"""Eligibility: a check by id or name, a pick list for families, and one result with folds."""

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.portal import Portal
from core.capabilities.common import NotAuthorised, SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, Coverage, EligibilityAnswer, EligibilityQuery
from core.capabilities.record import Record
from core.errors import RequestInvalid
from payers.ucare.coverage import CoveragePage
from payers.ucare.practice import ToolPage, opened
from payers.ucare.printed import first_name, last_name
from payers.ucare.refusals import ELIGIBILITY_REFUSALS, eligibility_refusal

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""Service types in the portal's list; it prints them with the words of X12."""


class CheckPage(ToolPage, page="check"):
    by_id = Element()
    by_name = Element()
    member_id = Element()
    first_name = Element()
    last_name = Element()
    birth_date = Element()
    as_of = Element()
    service_type = Element()
    submit = Element()


class Candidate(Record):
    first_name: str
    last_name: str


class Candidates(Record):
    members: tuple[Candidate, ...]


class CandidateRow(Part[Candidate]):
    first_name = Field(first_name)
    last_name = Field(last_name)
    choose = Element()


class CandidatesPage(ReadsInto[Candidates], page="candidates"):
    members = Rows(CandidateRow)


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    if query.service_type not in OFFERED:
        raise RequestInvalid(f"UCare offers the service types {', '.join(OFFERED)}.", field="service_type")
    form = await opened(portal, CheckPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    await check(form, query)
    match await portal.landed_on(CoveragePage, CandidatesPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)):
        case CoveragePage() as found:
            return await coverage(found)
        case CandidatesPage() as several:
            return await choose(portal, query, several)
        case refused:
            return await eligibility_refusal(refused)


async def check(form: CheckPage, query: EligibilityQuery) -> None:
    who = {"birth_date": f"{query.birth_date.reveal():%m/%d/%Y}"} if query.birth_date else {}
    if query.member_id is not None:
        await form.by_id.click()
        who["member_id"] = query.member_id.reveal()
    elif query.first_name is not None and query.last_name is not None:
        await form.by_name.click()
        who |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    await form.fill(as_of=f"{query.service_date:%m/%d/%Y}", service_type=SERVICE_TYPES[query.service_type], **who)
    await form.submit.click()


async def choose(portal: Portal, query: EligibilityQuery, several: CandidatesPage) -> EligibilityAnswer:
    """Twins share an id and a birth date: the name decides, if the question has one and only one of them bears it."""
    members = (await several.read()).members
    wanted = [name.reveal().strip().casefold() for name in (query.first_name, query.last_name) if name]
    fitting = [
        place
        for place, member in enumerate(members)
        if [member.first_name.casefold(), member.last_name.casefold()] == wanted
    ]
    if len(fitting) != 1:
        return SeveralMatches(count=len(members))
    await several.click_in("members", fitting[0], "choose")
    match await portal.landed_on(CoveragePage, *ELIGIBILITY_REFUSALS, about=asked(portal, query, by_name=True)):
        case CoveragePage() as found:
            return await coverage(found)
        case refused:
            return await eligibility_refusal(refused)


async def coverage(found: CoveragePage) -> Coverage:
    await found.folds.click_each()
    return await found.read()


def asked(portal: Portal, query: EligibilityQuery, *, by_name: bool = False) -> dict[str, object]:
    """What the result must show. A name is proof only where it was what was asked for: payers spell names as they
    please beside an id that is right.
    """
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
