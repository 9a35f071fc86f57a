"""The older portal around the day on which it hands over: what it still answers, and where to ask instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.catalog import capability
from core.capabilities.common import AskElsewhere
from core.capabilities.messages import Messages
from core.errors import PortalReplaced
from payers.registry import portal_ids
from simulator.mail_truth import letters

CAPABILITIES = ("eligibility", "claim_status", "messages", "users")


@pytest.fixture
def old(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["ucare_old"]
    portal.dial()
    yield portal
    portal.dial()


def hand_over(portal: SimulatedPortal, days_ago: int) -> date:
    day = portal.house.clock.today() - timedelta(days=days_ago)
    portal.dial(hands_over_on=day)
    return day


async def test_days_before_the_hand_over_are_answered_and_later_ones_sent_on(old: SimulatedPortal) -> None:
    day = hand_over(old, days_ago=10)
    who = patient(old, "UCARE")
    async with old.known() as lane:
        for served in (day - timedelta(days=1), day, day + timedelta(days=3)):
            asked = await old.ask(lane, "eligibility", "UCARE", {**who, "service_date": served.isoformat()})
            if served < day:
                old.assert_true(asked)
            else:
                assert isinstance(asked.answer, AskElsewhere)
                assert asked.answer.portal in portal_ids()
                assert "ucare" in asked.answer.sentence


async def test_claims_of_before_are_answered_and_later_ones_sent_on(old: SimulatedPortal) -> None:
    claims = [claim for claim in old.house.world.claims["UCARE"] if "prefix" not in claim.tags]
    day = hand_over(old, days_ago=25)
    before = next(each for each in claims if each.service_to < day)
    after = next(each for each in claims if each.service_to >= day)
    async with old.known() as lane:
        old.assert_true(await old.ask(lane, "claim_status", "UCARE", {"claim_number": before.claim_number}))
        sent_on = await old.ask(lane, "claim_status", "UCARE", {"claim_number": after.claim_number})
        unknown = await old.ask(lane, "claim_status", "UCARE", {"claim_number": "29Q000000"})
        span = {
            "member_id": before.member.member_id,
            "birth_date": before.member.birth_date.isoformat(),
            "from_date": before.service_from.isoformat(),
            "to_date": day.isoformat(),
        }
        reaching = await old.ask(lane, "claim_status", "UCARE", span)
        earlier = {**span, "to_date": (day - timedelta(days=1)).isoformat()}
        old.assert_true(await old.ask(lane, "claim_status", "UCARE", earlier))
    for asked in (sent_on, unknown, reaching):
        assert isinstance(asked.answer, AskElsewhere)
        assert asked.answer.portal == "ucare"


@pytest.mark.deep
async def test_messages_of_before_are_read_as_long_as_the_portal_is_there(old: SimulatedPortal) -> None:
    """A range that reaches the day is answered as far as it is here, and says where the rest is."""
    day = hand_over(old, days_ago=20)
    days = {"from_date": (day - timedelta(days=4)).isoformat(), "to_date": (day + timedelta(days=3)).isoformat()}
    before = {**days, "to_date": (day - timedelta(days=1)).isoformat()}
    after = {**days, "from_date": day.isoformat()}
    async with old.known() as lane:
        reaching = await old.ask(lane, "messages", "UCARE", days)
        old.assert_true(await old.ask(lane, "messages", "UCARE", before))
        later = await old.ask(lane, "messages", "UCARE", after)
    assert isinstance(reaching.answer, Messages)
    assert isinstance(later.answer, Messages)
    expected = {each["id"] for each in old.truth("messages", "UCARE", before)["messages"]}
    assert {each.id for each in reaching.answer.messages} == expected != set()
    assert old.truth("messages", "UCARE", after)["messages"], "else nothing shows that later ones are left out"
    assert later.answer.messages == ()
    for answer in (reaching.answer, later.answer):
        assert answer.notes[-1].startswith(f"This site is read-only since {day:%m/%d/%Y}.")
        assert "later ones are on portal ucare" in answer.notes[-1]


async def test_nobody_is_sent_on_for_messages_that_were_not_moved(simulated: dict[str, SimulatedPortal]) -> None:
    """The portal that came after has others: its answer would pass for one."""
    world = simulated["ucare"].house.world
    ids = [{each.number for each in letters(world, "UCARE", portal)} for portal in ("ucare", "ucare_old")]
    assert all(ids)
    assert not ids[0] & ids[1]
    assert not capability("messages").may_answer(AskElsewhere(portal="ucare"))


async def test_a_portal_that_is_gone_is_told_at_log_in_and_without_a_password(old: SimulatedPortal) -> None:
    hand_over(old, days_ago=31)
    secrets = old.account()
    async with old.stranger() as lane:
        with pytest.raises(PortalReplaced) as gone:
            await lane.log_in(secrets, Kept())
    assert gone.value.portal == "ucare"
    assert "ask ucare instead" in gone.value.sentence
    who = ("ucare_old", secrets.username.reveal())
    events = {each["event"] for each in old.house.tally.ledger() if (each["portal"], each["account"]) == who}
    assert not events & {"password_accepted", "wrong_password"}


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_portal_that_goes_between_two_questions_is_told(old: SimulatedPortal, name: str) -> None:
    async with old.known() as lane:
        old.assert_true(await old.ask(lane, name, "UCARE", plain(old, name, "UCARE")))
        hand_over(old, days_ago=31)
        asked = await old.ask(lane, name, "UCARE", plain(old, name, "UCARE"))
    assert isinstance(asked.error, PortalReplaced)
