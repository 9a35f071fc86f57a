"""The adapter against the simulated portal, where this portal is like no other: lists that fill each other, pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.errors import FleetError, PortalChanged, RequestInvalid
from simulator.accounts import NORTHGATE

CAPABILITIES = ("eligibility", "claim_status", "authorizations")
PAYER = "FRANKLIN"


@pytest.fixture
def franklin(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_sso"]
    portal.dial()
    yield portal
    portal.dial()


@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_of_franklin_id_is_a_change_and_no_password_is_typed(franklin: SimulatedPortal) -> None:
    franklin.dial(layout_variant=2)
    secrets = franklin.account()
    async with franklin.stranger() as lane:
        with pytest.raises(PortalChanged) as changed:
            await lane.log_in(secrets, Kept())
    assert (changed.value.page, changed.value.element) == ("email", "email")


@pytest.mark.deep
@pytest.mark.parametrize("name", CAPABILITIES)
async def test_lists_that_are_slow_to_follow_are_waited_for(franklin: SimulatedPortal, name: str) -> None:
    """Until they come, those of the provider before stand there and can be pressed."""
    question = plain(franklin, name, PAYER)
    franklin.dial(latency_ms=(600, 600))
    async with franklin.known() as lane:
        for provider in (*NORTHGATE.providers, NORTHGATE.providers[0]):
            asked = await franklin.ask(lane, name, PAYER, {**question, "provider_npi": provider.npi})
            franklin.assert_true(asked)


@pytest.mark.deep
async def test_a_long_list_is_read_page_by_page(franklin: SimulatedPortal) -> None:
    world, today = franklin.house.world, franklin.house.clock.today()
    questions = (
        {
            "member_id": each.member_id,
            "birth_date": each.birth_date.isoformat(),
            "from_date": (today - timedelta(days=350)).isoformat(),
            "to_date": today.isoformat(),
        }
        for each in {claim.member.member_id: claim.member for claim in world.claims[PAYER]}.values()
    )
    question = next(each for each in questions if len(franklin.truth("claim_status", PAYER, each)["claims"]) > 10)
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
