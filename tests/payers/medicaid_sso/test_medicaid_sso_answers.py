"""The adapter against the simulated portal: every answer compared with the truth, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.catalog import capability
from core.errors import FleetError, PortalChanged, RequestInvalid
from simulator.accounts import NORTHGATE

CAPABILITIES = ("eligibility", "claim_status")
PAYER = "FRANKLIN"


@pytest.fixture
def franklin(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_sso"]
    portal.dial()
    yield portal
    portal.dial()


def askable(portal: SimulatedPortal, name: str, count: int, *, awkward: bool) -> list[dict[str, Any]]:
    """The fleet refuses some before it bothers a portal: a claim of 2019 is beyond every payer's window."""

    def asked(question: dict[str, str]) -> bool:
        try:
            capability(name).ask(question)
        except RequestInvalid:
            return False
        return True

    drawn = portal.questions(name, PAYER, 2 * count, seed=11, awkward=awkward)
    return [each for each in drawn if asked(each["question"])][:count]


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_every_answer_is_true(franklin: SimulatedPortal, name: str) -> None:
    async with franklin.known() as lane:
        for each in [*askable(franklin, name, 4, awkward=False), *askable(franklin, name, 20, awkward=True)]:
            franklin.assert_true(await franklin.ask(lane, name, PAYER, each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_what_is_left_of_the_question_before_is_not_taken(franklin: SimulatedPortal, name: str) -> None:
    franklin.dial(stale_results_ms=250, latency_ms=(50, 150))
    async with franklin.known() as lane:
        for each in [*askable(franklin, name, 2, awkward=False), *askable(franklin, name, 4, awkward=True)]:
            franklin.assert_true(await franklin.ask(lane, name, PAYER, each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_renamed_hooks_are_survived_and_noted(franklin: SimulatedPortal, name: str) -> None:
    franklin.dial(layout_variant=1)
    async with franklin.known() as lane:
        asked = await franklin.ask(lane, name, PAYER, plain(franklin, name, PAYER))
        franklin.assert_true(asked)
        assert asked.kept.drift(), asked.kept.steps
        for each in askable(franklin, name, 3, awkward=True):
            franklin.assert_true(await franklin.ask(lane, name, PAYER, each["question"]), each["tags"])


async def test_renamed_hooks_are_survived_at_franklin_id(franklin: SimulatedPortal) -> None:
    franklin.dial(layout_variant=1)
    async with franklin.logged_in(mfa=("authenticator", "text")) as (_, secrets):
        assert franklin.tally(secrets)["logins"] == 1


@pytest.mark.parametrize("name", CAPABILITIES)
@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_is_a_change_that_names_its_place(franklin: SimulatedPortal, name: str) -> None:
    async with franklin.known() as lane:
        franklin.dial(layout_variant=2)
        asked = await franklin.ask(lane, name, PAYER, plain(franklin, name, PAYER))
    assert isinstance(asked.error, PortalChanged)
    assert asked.error.page in {"search", "claim_search"}
    assert asked.error.element


@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_of_franklin_id_is_a_change_and_no_password_is_typed(franklin: SimulatedPortal) -> None:
    franklin.dial(layout_variant=2)
    secrets = franklin.account()
    async with franklin.stranger() as lane:
        with pytest.raises(PortalChanged) as changed:
            await lane.log_in(secrets, Kept())
    assert (changed.value.page, changed.value.element) == ("email", "email")


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_lists_that_are_slow_to_follow_are_waited_for(franklin: SimulatedPortal, name: str) -> None:
    """Until they come, those of the provider before stand there and can be pressed."""
    question = plain(franklin, name, PAYER)
    franklin.dial(latency_ms=(600, 600))
    async with franklin.known() as lane:
        for provider in (*NORTHGATE.providers, NORTHGATE.providers[0]):
            asked = await franklin.ask(lane, name, PAYER, {**question, "provider_npi": provider.npi})
            franklin.assert_true(asked)


async def test_a_long_list_is_read_page_by_page(franklin: SimulatedPortal) -> None:
    world, today = franklin.house.world, franklin.house.clock.today()
    busiest = max(world.members[PAYER], key=lambda each: sum(claim.member is each for claim in world.claims[PAYER]))
    question = {
        "member_id": busiest.member_id,
        "birth_date": busiest.birth_date.isoformat(),
        "from_date": (today - timedelta(days=350)).isoformat(),
        "to_date": today.isoformat(),
    }
    assert len(franklin.truth("claim_status", PAYER, question)["claims"]) > 10
    async with franklin.known() as lane:
        franklin.assert_true(await franklin.ask(lane, "claim_status", PAYER, question))


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_question_without_a_provider_costs_nothing(franklin: SimulatedPortal, name: str) -> None:
    async with franklin.known() as lane:
        before = franklin.tally()["questions"]
        asked = await franklin.ask(lane, name, PAYER, {**plain(franklin, name, PAYER), "provider_npi": ""})
        assert franklin.tally()["questions"] == before
    assert isinstance(asked.error, RequestInvalid)
    assert asked.error.field == "provider_npi"


async def test_a_session_that_ends_while_lists_load_is_a_session_that_ended(franklin: SimulatedPortal) -> None:
    async with franklin.logged_in() as (lane, secrets):
        await lane.perform("eligibility", PAYER, franklin.query("eligibility", patient(franklin, PAYER)), Kept())
        franklin.house.sessions["medicaid_sso"].drop_all(secrets.username.reveal())
        other = {**patient(franklin, PAYER), "provider_npi": NORTHGATE.providers[1].npi}
        asked = await franklin.ask(lane, "eligibility", PAYER, other)
    assert isinstance(asked.error, FleetError)
    assert asked.error.code == "SessionExpired"
