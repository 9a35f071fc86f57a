"""The adapter against the simulated portal, where this portal is like no other: lists that fill each other, pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.remittances import Remittances
from core.errors import FleetError, PortalChanged, PortalUnavailable, RequestInvalid
from simulator.accounts import NORTHGATE

CAPABILITIES = ("eligibility", "claim_status", "authorizations", "remittances")
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


@pytest.mark.deep
async def test_an_835_that_is_cut_short_gives_a_reason_and_no_data(franklin: SimulatedPortal) -> None:
    """It comes inside the answer to an event, written out in base64."""
    payment = next(each for each in franklin.house.world.payments[PAYER] if each.documents == ("835",))
    franklin.dial(files="cut_short")
    async with franklin.known() as lane:
        asked = await franklin.ask(lane, "remittances", PAYER, {"check_number": payment.number})
    assert isinstance(asked.answer, Remittances)
    (found,) = asked.answer.payments
    assert (found.number, found.remittance) == (payment.number, None)
    assert found.documents[0].problem == "The file is cut short: SE, GE or IEA is missing."


@pytest.mark.deep
@pytest.mark.parametrize("files", ["empty", "page"])
async def test_a_file_that_is_none_is_asked_for_again_later(franklin: SimulatedPortal, files: str) -> None:
    """The paper one stands in a viewer, in a tab of its own."""
    world = franklin.house.world
    wanted = (("835",), ("eop",))
    papers = [next(each for each in world.payments[PAYER] if each.documents == only) for only in wanted]
    async with franklin.known() as lane:
        for payment in papers:
            franklin.dial(files=files)
            asked = await franklin.ask(lane, "remittances", PAYER, {"check_number": payment.number})
            assert isinstance(asked.error, PortalUnavailable)
            franklin.dial()
            franklin.assert_true(await franklin.ask(lane, "remittances", PAYER, {"check_number": payment.number}))


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
