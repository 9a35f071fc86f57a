"""What is clicked, and then anything happens: nobody sends it a second time, and nobody asks longer than needed."""

from __future__ import annotations

import asyncio

import pytest
from test_submitting import Practice, practice

from core.errors import LeaseLost, OutcomeUnknown
from lanes import sink
from lanes.questions.pull import outcome_of
from lanes.submissions import submit
from store.leases import LaneLease
from store.submissions import SubmissionState
from store.work_items import ItemState

__all__ = ["practice"]


async def test_a_browser_that_hangs_after_the_click_leaves_it_unknown(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs() -> None:
        practice.payer.at_the_button = None
        practice.payer.take_in("CLM-1", ())
        await asyncio.Event().wait()

    monkeypatch.setattr(sink, "STALLED_SECONDS", 0.2)
    practice.payer.at_the_button = hangs
    made = await practice.hand_in()
    await practice.work()
    assert (await practice.row(made.row.id)).state is SubmissionState.UNKNOWN
    await practice.until_settled(made.row.id)
    row = await practice.row(made.row.id)
    assert (row.state, row.clicks, practice.counts()) == (SubmissionState.CONFIRMED, 1, {"CLM-1": 1})


async def test_a_person_who_knows_it_while_it_is_looked_for_ends_the_search(practice: Practice) -> None:
    practice.payer.after_click = [OutcomeUnknown("lost")]
    made = await practice.hand_in()
    await practice.work()
    assert (await practice.row(made.row.id)).state is SubmissionState.UNKNOWN

    async def told() -> None:
        practice.payer.while_searched = None
        await submit.decide(practice.fleet, made.row.id, number="A-7", actor="lee", reason="the payer has it")

    practice.payer.while_searched = told
    practice.clock.advance(minutes=6)
    with pytest.raises(LeaseLost):
        await practice.work()
    searches = practice.payer.searches
    async with practice.fleet.database.begin() as session:
        lane = await session.get(LaneLease, practice.credential.id)
        assert lane is not None
        lane.expires_at = practice.clock.now()
    await practice.work()
    item = await practice.item(made.row.id)
    assert (item.state, item.outcome, practice.payer.searches) == (ItemState.DONE, "confirmed", searches)
    told_now = await outcome_of(practice.fleet, item.id, viewer="kim")
    assert told_now.answer is not None
    assert (told_now.answer["number"], practice.counts()) == ("A-7", {})


async def test_a_look_that_began_too_early_does_not_count(practice: Practice) -> None:
    practice.payer.after_click = [OutcomeUnknown("lost")]
    made = await practice.hand_in()
    await practice.work()

    async def lasts() -> None:
        practice.clock.advance(minutes=11)

    practice.payer.while_searched = lasts
    practice.clock.advance(seconds=30)
    await practice.work()
    assert (await practice.row(made.row.id)).looks == 0
    practice.clock.advance(minutes=3)
    await practice.work()
    assert (await practice.row(made.row.id)).looks == 1
