"""The Notification Center: cards without numbers, of several payers, whose subjects are cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fixtures_portals import SimulatedPortal, day_of

from core.capabilities.messages import Messages
from simulator.mail_truth import letters


@pytest.fixture
def availity(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["availity"]
    portal.dial()
    yield portal
    portal.dial()


async def test_two_messages_of_one_subject_and_day_are_two(availity: SimulatedPortal) -> None:
    twice = next(each for each in letters(availity.house.world, "CASC") if "same_subject" in each.tags)
    async with availity.known() as lane:
        asked = await availity.ask(lane, "messages", "CASC", day_of(twice))
    availity.assert_true(asked)
    assert isinstance(asked.answer, Messages)
    same = [each for each in asked.answer.messages if each.subject == twice.subject]
    assert len({each.id for each in same}) == len({each.body for each in same}) == 2


@pytest.mark.deep
async def test_each_payer_has_its_own(availity: SimulatedPortal) -> None:
    """Asked one after the other, while the inbox of the one before is still on the screen."""
    availity.dial(stale_results_ms=400, latency_ms=(0, 100))
    today = availity.house.clock.today()
    days = {"from_date": str(today - timedelta(days=2)), "to_date": str(today)}
    async with availity.known() as lane:
        for payer in ("AETNA", "BHIL", "CASC", "AETNA"):
            availity.assert_true(await availity.ask(lane, "messages", payer, days))


async def test_unread_cards_alone_are_opened_when_those_are_asked_for(availity: SimulatedPortal) -> None:
    new = next(each for each in letters(availity.house.world, "BHIL") if not each.read and not each.notification)
    that_day = [each for each in letters(availity.house.world, "BHIL") if each.at.date() == new.at.date()]
    unread = sorted(each.number for each in that_day if not each.read and not each.notification)
    async with availity.logged_in() as (lane, secrets):
        asked = await availity.ask(lane, "messages", "BHIL", {**day_of(new), "unread_only": "true"})
    assert isinstance(asked.answer, Messages)
    assert sorted(each.id or "" for each in asked.answer.messages) == unread
    assert availity.tally(secrets)["messages_opened"] == len(unread)


@pytest.mark.deep
async def test_what_comes_up_just_as_it_was_before_is_an_answer_too(availity: SimulatedPortal) -> None:
    """The same inbox and the same drawer, in the same places of the page: they prove themselves."""
    letter = next(each for each in letters(availity.house.world, "BHIL") if "long_body" in each.tags)
    async with availity.known() as lane:
        for _ in range(3):
            asked = await availity.ask(lane, "messages", "BHIL", day_of(letter))
            availity.assert_true(asked)
