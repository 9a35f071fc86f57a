"""From the form to the result of the one who was asked for."""

from __future__ import annotations

from typing import Any, TypeVar

from bots.identity import agree
from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, EligibilityQuery
from payers.shapes.coverage import CandidatesPage, ResultPage
from payers.shapes.refusals import EligibilityRefusal, EligibilityRefusals, RefusalPage

P = TypeVar("P", bound=ResultPage[Any])


class MemberForm(Page):
    """Who is asked about, as of which day, and for which service."""

    member_id = Element()
    first_name = Element()
    last_name = Element()
    birth_date = Element()
    as_of = Element()
    service_type = Element()
    submit = Element()


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
        "covered_service": SERVICE_TYPES[query.service_type],
    }
    if query.first_name and query.last_name and (by_name or query.member_id is None):
        proof |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    return proof


async def result(
    portal: Portal,
    query: EligibilityQuery,
    page: type[P],
    candidates: type[CandidatesPage],
    refusals: EligibilityRefusals,
) -> P | EligibilityRefusal:
    """What comes of a search: the result, proven to be the one asked for, or what the portal says instead. Where
    several members fit, the name chooses.
    """
    found = await portal.landed_on(page, candidates, *refusals, about=asked(portal, query))
    if isinstance(found, CandidatesPage):
        if several := await choose(found, query):
            return several
        found = await portal.landed_on(page, *refusals, about=asked(portal, query, by_name=True))
    return await found.answer() if isinstance(found, RefusalPage) else found


async def choose(page: CandidatesPage, query: EligibilityQuery) -> SeveralMatches | None:
    """Twins share an id and a birth date: the name decides, if the question has one and only one of them bears it."""
    members = (await page.read()).members
    fitting = [
        place
        for place, member in enumerate(members)
        if query.first_name and agree(member.first_name, query.first_name.reveal())
        if query.last_name and agree(member.last_name, query.last_name.reveal())
    ]
    if len(fitting) != 1:
        return SeveralMatches(count=len(members))
    await page.click_in("members", fitting[0], "choose")
    return None
