"""What the portal does to accounts that ask badly, and what it wants of people: the fleet stops, and says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import Asked, Kept, SimulatedPortal, patient, plain

from bots.contracts import LoginSecrets
from bots.lane import LaneBrowser
from core.errors import AccountLocked, ActionNeeded, AutomationBlocked, NextStep

PAYER = "FRANKLIN"


@pytest.fixture
def franklin(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_sso"]
    portal.dial()
    yield portal
    portal.dial()


def nobody(number: int) -> dict[str, str]:
    return {"member_id": f"00000000{number}Z", "birth_date": "1980-02-29"}


async def in_vain(franklin: SimulatedPortal, lane: LaneBrowser, times: int) -> None:
    for number in range(times):
        asked = await franklin.ask(lane, "eligibility", PAYER, nobody(number))
        franklin.assert_true(asked)


def events(franklin: SimulatedPortal, secrets: LoginSecrets) -> list[str]:
    ledger = franklin.house.tally.ledger()
    return [each["event"] for each in ledger if each["account"] == secrets.username.reveal()]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("eligibility", nobody(1)),
        ("claim_status", {"claim_number": "0199999999999Q"}),
        pytest.param(
            "eligibility",
            {"first_name": "Nobody", "last_name": "Atall", "birth_date": "1980-02-29"},
            marks=pytest.mark.deep,
        ),
        pytest.param("authorizations", {"authorization_number": "P09999999Q"}, marks=pytest.mark.deep),
        pytest.param("authorizations", nobody(2), marks=pytest.mark.deep),
        pytest.param("remittances", {"check_number": "990000000Z"}, marks=pytest.mark.deep),
    ],
)
async def test_who_is_not_found_is_asked_for_once(
    franklin: SimulatedPortal, name: str, question: dict[str, str]
) -> None:
    async with franklin.logged_in() as (lane, secrets):
        franklin.assert_true(await franklin.ask(lane, name, PAYER, question))
    tally = franklin.tally(secrets)
    assert (tally["questions"][name], tally["bad_inquiries"], tally["repeated_bad_inquiries"]) == (1, 1, 0)


async def test_the_check_for_robots_is_left_to_a_person(franklin: SimulatedPortal) -> None:
    async with franklin.logged_in(challenge_after=2) as (lane, secrets):
        await in_vain(franklin, lane, 2)
        asked = await franklin.ask(lane, "eligibility", PAYER, patient(franklin, PAYER))
        again = await franklin.ask(lane, "claim_status", PAYER, plain(franklin, "claim_status", PAYER))
    for each in (asked, again):
        assert isinstance(each.error, AutomationBlocked)
        assert each.error.next_step is NextStep.STOP
    assert franklin.account_of(secrets).challenged
    assert "challenge_passed" not in events(franklin, secrets)
    assert {name: count for name, count in franklin.tally(secrets)["questions"].items() if count} == {"eligibility": 2}


async def test_a_suspended_account_asks_nothing_more_and_says_the_cure(franklin: SimulatedPortal) -> None:
    async with franklin.logged_in(challenge_after=None, suspend_after=2) as (lane, secrets):
        await in_vain(franklin, lane, 2)
        asked = await franklin.ask(lane, "eligibility", PAYER, patient(franklin, PAYER))
    _is_suspended(asked)
    assert franklin.tally(secrets)["questions"]["eligibility"] == 2
    async with franklin.stranger() as lane:
        with pytest.raises(AccountLocked):
            await lane.log_in(secrets, Kept())


def _is_suspended(asked: Asked) -> None:
    assert isinstance(asked.error, AccountLocked)
    assert asked.error.next_step is NextStep.ASK_ADMINISTRATOR
    assert asked.error.reference == "suspended"
    assert "provider call center" in asked.error.sentence


@pytest.mark.deep
async def test_a_good_inquiry_makes_up_for_bad_ones(franklin: SimulatedPortal) -> None:
    async with franklin.logged_in(challenge_after=2) as (lane, secrets):
        for number in range(3):
            franklin.assert_true(await franklin.ask(lane, "eligibility", PAYER, nobody(number)))
            franklin.assert_true(await franklin.ask(lane, "eligibility", PAYER, patient(franklin, PAYER)))
    tally = franklin.tally(secrets)
    assert (tally["bad_inquiries"], tally["challenges"], tally["suspensions"]) == (3, 0, 0)


@pytest.mark.parametrize("name", ["eligibility", "claim_status", "authorizations", "remittances"])
@pytest.mark.deep
async def test_the_data_check_is_left_to_a_person(franklin: SimulatedPortal, name: str) -> None:
    """It falls due in the middle of work, while the form stands open."""
    question = plain(franklin, name, PAYER)
    async with franklin.logged_in() as (lane, secrets):
        franklin.assert_true(await franklin.ask(lane, name, PAYER, question))
        account = franklin.account_of(secrets)
        account.data_confirmed_at -= 183 * 86_400
        for _ in range(2):
            asked = await franklin.ask(lane, name, PAYER, question)
            assert isinstance(asked.error, ActionNeeded)
            assert asked.error.reference == "data_check"
            assert "six months" in asked.error.sentence
        assert "data_confirmed" not in events(franklin, secrets)
        account.data_confirmed_at += 183 * 86_400
        franklin.assert_true(await franklin.ask(lane, name, PAYER, question))
    assert franklin.tally(secrets)["logins"] == 1


@pytest.mark.deep
async def test_the_agreement_is_ticked_in_its_known_version_only(franklin: SimulatedPortal) -> None:
    async with franklin.logged_in() as (_, secrets):
        assert events(franklin, secrets).count("interstitial") == 1
    changed = franklin.account(terms=True)
    async with franklin.stranger() as lane:
        with pytest.raises(ActionNeeded, match="user agreement"):
            await lane.log_in(changed, Kept())
    assert franklin.account_of(changed).spec.terms
    assert "interstitial" not in events(franklin, changed)


async def test_a_recipient_chosen_from_a_list_is_no_second_inquiry(franklin: SimulatedPortal) -> None:
    twin = next(each for each in franklin.house.world.members[PAYER] if "twin" in each.tags)
    question = {
        "member_id": twin.member_id,
        "birth_date": twin.birth_date.isoformat(),
        "first_name": twin.first_name,
        "last_name": twin.last_name,
    }
    async with franklin.logged_in() as (lane, secrets):
        franklin.assert_true(await franklin.ask(lane, "eligibility", PAYER, question))
    assert franklin.tally(secrets)["questions"]["eligibility"] == 1
