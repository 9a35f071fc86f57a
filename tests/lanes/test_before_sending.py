"""What is known of a submission before a log-in is spent on it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_submitting import RULE, Practice

from core.errors import OutcomeUnknown, RequestInvalid
from lanes.assembly import Fleet
from lanes.submissions import approvals, submit
from store import audit
from store.credentials import Credential
from store.submissions import SubmissionState


@pytest.fixture
def practice(fleet: Fleet, virtual_clock: Any, credential: Credential) -> Practice:
    return Practice(fleet, virtual_clock, credential)


async def test_the_last_day_to_file_ends_at_midnight_where_the_portal_is(practice: Practice) -> None:
    chicago, known = ZoneInfo("America/Chicago"), practice.fleet.portals["availity"]
    there = known.model_copy(update={"time_zone": "America/Chicago"})
    practice.fleet = dataclasses.replace(practice.fleet, portals={"availity": there})
    last_day = practice.clock.now().astimezone(chicago).date() + timedelta(days=1)
    before_midnight = datetime.combine(last_day, time(23, 59), chicago)
    practice.clock.advance(seconds=(before_midnight - practice.clock.now()).total_seconds())
    decided_on = str(last_day - timedelta(days=180))
    assert practice.clock.now().date() > last_day
    made = await practice.hand_in("CLM-1", decided_on=decided_on)
    assert (made.cleared.file_by, made.cleared.days_left) == (last_day, 0)
    practice.clock.advance(minutes=1)
    with pytest.raises(RequestInvalid, match="ended on"):
        await practice.hand_in("CLM-2", decided_on=decided_on)


async def test_other_words_for_what_a_bot_has_in_hand_are_not_dropped_in_silence(practice: Practice) -> None:
    practice.rule(RULE.model_copy(update={"needs_approval": True}))
    made = await practice.hand_in()
    refused: list[str] = []

    async def handed_in_again() -> None:
        await practice.hand_in()
        try:
            await practice.hand_in(narrative="in other words")
        except RequestInvalid as problem:
            refused.append(problem.sentence)

    practice.payer.when_shut = handed_in_again
    await practice.work()
    assert ["in hand right now" in sentence for sentence in refused] == [True]
    assert (await practice.row(made.row.id)).version == 1
    await practice.hand_in(narrative="in other words")
    assert (await practice.row(made.row.id)).version == 2


async def _set(practice: Practice, *, required: bool, portal: str | None = "availity", kind: str | None = None) -> int:
    told = {"portal": portal, "kind": kind, "required": required}
    async with practice.fleet.database.begin() as session:
        held = await approvals.change(
            session,
            practice.fleet.portals,
            **told,  # type: ignore[arg-type]
            actor="lee",
            reason="a new biller",
            now=practice.clock.now(),
        )
        return len(held)


async def test_a_practice_asks_for_a_persons_yes_where_the_manifest_does_not(practice: Practice) -> None:
    before = await practice.hand_in("CLM-1")
    assert await _set(practice, required=True, kind="appeal") == 1
    after = await practice.hand_in("CLM-2")
    await practice.work()
    assert (practice.counts(), after.row.needs_approval) == ({}, True)
    await submit.approve(practice.fleet, before.row.id, version=1, actor="lee")
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}
    assert await _set(practice, required=True, portal=None) == 0, "what waits for its yes already"
    await _set(practice, required=False, kind="appeal")
    assert (await practice.hand_in("CLM-3")).row.needs_approval
    await _set(practice, required=False, portal=None)
    await practice.hand_in("CLM-4")
    await practice.work()
    assert practice.counts() == {"CLM-1": 1, "CLM-4": 1}
    assert (await practice.row(after.row.id)).state is SubmissionState.INTENT
    async with practice.fleet.database.read() as session:
        rows = await session.scalars(audit.select(audit.AuditEvent).order_by(audit.AuditEvent.seq))
        told = [(row.action, row.subject) for row in rows if row.action.startswith("approval.")]
    one, every = "availity/appeal", "*/*"
    assert told == [
        ("approval.required", one),
        ("approval.required", every),
        ("approval.lifted", one),
        ("approval.lifted", every),
    ]


async def test_a_rule_about_what_nobody_sends_is_refused(practice: Practice) -> None:
    for portal, kind, required, says in (
        ("nowhere", None, True, "not a portal"),
        ("availity", "poem", True, "nothing that is submitted"),
        ("availity", "message", True, "takes no message"),
        ("availity", None, False, "No such rule"),
    ):
        with pytest.raises(RequestInvalid, match=says):
            await _set(practice, required=required, portal=portal, kind=kind)


@pytest.mark.parametrize("number", ["", " \t"])
async def test_an_empty_number_does_not_say_that_the_payer_has_it(practice: Practice, number: str) -> None:
    practice.rule(RULE.model_copy(update={"not_shown": "ask_person"}))
    practice.payer.after_click = [OutcomeUnknown("lost")]
    made = await practice.hand_in()
    await practice.work()
    with pytest.raises(RequestInvalid, match="what the payer calls it"):
        await submit.decide(practice.fleet, made.row.id, number=number, actor="lee", reason="seen on the portal")
    assert (await practice.row(made.row.id)).state is SubmissionState.UNKNOWN
