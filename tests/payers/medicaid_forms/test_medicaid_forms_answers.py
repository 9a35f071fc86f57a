"""What is this portal's own: everybody's responses in one list, a provider from another window, a health plan named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fixtures_portals import SimulatedPortal, patient, plain

from bots.page import Page
from core.capabilities.common import AskElsewhere
from core.capabilities.eligibility import Coverage
from payers.medicaid_forms.requests import LookupPage
from simulator.accounts import NORTHGATE
from simulator.portals.medicaid_forms.desk import References

PAYER = "MMAP"


@pytest.fixture
def medicaid(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_forms"]
    portal.dial()
    yield portal
    portal.dial()


@pytest.mark.parametrize("name", ["eligibility", pytest.param("claim_status", marks=pytest.mark.deep)])
async def test_a_response_behind_those_of_many_colleagues_is_found(
    medicaid: SimulatedPortal, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = References.of_colleagues

    def many(references: References, letter: str, own: str) -> list[str]:
        return [*(references.issue(letter) for _ in range(23)), *few(references, letter, own)]

    monkeypatch.setattr(References, "of_colleagues", many)
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, name, PAYER, plain(medicaid, name, PAYER))
    medicaid.assert_true(asked)
    assert sum(piece.page == "responses" and piece.kind == "page" for piece in asked.kept.evidence) >= 3


async def test_the_health_plan_to_ask_next_is_named(medicaid: SimulatedPortal) -> None:
    members = medicaid.house.world.members[PAYER]
    member = next(
        each for each in members if each.plans[0].managed_care and not each.tags and each.member_id.startswith("0")
    )
    question = {"member_id": member.member_id.lstrip("0"), "birth_date": member.birth_date.isoformat()}
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, "eligibility", PAYER, question)
    assert isinstance(asked.answer, Coverage)
    assert asked.answer.member.member_id == member.member_id, "the zeros that a spreadsheet dropped are put back"
    care = member.plans[0].managed_care
    assert care is not None
    assert asked.answer.ask_next == (care.name,)
    assert care.name in asked.answer.sentence


async def test_claims_of_a_health_plan_are_asked_for_there(medicaid: SimulatedPortal) -> None:
    drawn = medicaid.questions("claim_status", PAYER, 30, awkward=True)
    question = next(each["question"] for each in drawn if "in_managed_care" in each["tags"])
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, "claim_status", PAYER, question)
    medicaid.assert_true(asked)
    assert isinstance(asked.answer, AskElsewhere)


async def test_the_provider_is_looked_up_once_and_when_it_changes(
    medicaid: SimulatedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[Page] = []
    read = LookupPage.read

    async def counted(page: LookupPage) -> Any:
        looked_up.append(page)
        return await read(page)

    monkeypatch.setattr(LookupPage, "read", counted)
    first, second = (each.npi for each in NORTHGATE.providers)
    async with medicaid.logged_in() as (lane, _):
        for npi in (first, first, second, first):
            question = {**patient(medicaid, PAYER), "provider_npi": npi}
            medicaid.assert_true(await medicaid.ask(lane, "eligibility", PAYER, question))
    assert len(looked_up) == 3


async def test_files_that_were_taken_do_not_stand_in_the_way_of_the_next_question(medicaid: SimulatedPortal) -> None:
    """A link that gives a file leaves its name in the page; the button that is pressed next is heard all the same."""
    drawn = medicaid.questions("claim_files", PAYER, 6, awkward=True)
    with_files = [each for each in drawn if each["question"].get("letters")][:2]
    async with medicaid.known() as lane:
        for each in with_files:
            medicaid.assert_true(await medicaid.ask(lane, "claim_files", PAYER, each["question"]), each["tags"])
    assert len(with_files) == 2
