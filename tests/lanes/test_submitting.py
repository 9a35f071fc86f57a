# ruff: noqa: ARG002, S311 - a browser that heeds only some of what it is told, and chance that can be repeated
"""Sent exactly once, whatever dies when: a portal in memory that counts, workers that are killed at every moment."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import io
import os
import random
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scripted_payer import Killed, Life, MortalDatabase, Payer, PayerBot

from bots.contracts import (
    FileRoom,
    Gate,
    SessionState,
)
from core.capabilities.record import Answer
from core.capabilities.submissions import Confirmed, Refused
from core.capsule import check_capsule
from core.errors import (
    LeaseLost,
    OutcomeUnknown,
    PartUnavailable,
    PortalChanged,
    PortalUnavailable,
    RequestInvalid,
    SessionExpired,
)
from core.manifest import SubmissionRule
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.pull import outcome_of
from lanes.submissions import submit
from lanes.submissions.receipt import receipt
from lanes.submissions.submit import HandedIn, Order, hand_in
from store import leases, retention, runs, submissions, work_items
from store.credentials import Credential
from store.retention import Shelf
from store.submissions import StoredSubmission, SubmissionState
from store.work_items import ItemState, WorkItem

S = SubmissionState
STEP = 1 if "THOROUGH" in os.environ else 3
"""Of the moments at which a worker is killed: each, or each third."""
RULE = SubmissionRule(
    kinds=("appeal",),
    max_files=3,
    max_bytes=10_000,
    total_bytes=20_000,
    endings=("txt",),
    filing_days=180,
    filing_source="assumed",
    worklist_minutes=10,
    not_shown="send_again",
)


class Leaping:
    """The virtual clock for what is due; a lease's renewal waits in real time."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()  # type: ignore[no-any-return]

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self._clock.now()).total_seconds())


class Practice:
    """A fleet that sends to that payer."""

    def __init__(self, fleet: Fleet, clock: Any, credential: Credential) -> None:
        self.clock, self.credential = clock, credential
        self.payer = Payer(clock)
        self.fleet = dataclasses.replace(fleet, clock=Leaping(clock))
        self.rule(RULE)

    def rule(self, rule: SubmissionRule) -> None:
        known = self.fleet.portals["availity"].model_copy(update={"capabilities": ("appeals",), "submissions": (rule,)})
        self.fleet = dataclasses.replace(self.fleet, portals={"availity": known})

    async def hand_in(self, claim: str = "CLM-1", *files: bytes, rehearsal: bool = False, **keys: str) -> HandedIn:
        today = self.clock.now().date()
        asked = {"claim_number": claim, "decided_on": str(today - timedelta(days=30))} | keys
        named = [(f"{place}.txt", data) for place, data in enumerate(files or (b"records of " + claim.encode(),))]
        order = Order("appeal", "availity", asked, named, "kim", payer="aetna", rehearsal=rehearsal)
        return await hand_in(self.fleet, order)

    async def work(self, life: Life | None = None) -> None:
        """One worker's turn on the lane; a killed one leaves its lease behind, which then runs out."""
        life = self.payer.life = life or Life()
        mortal = dataclasses.replace(self.fleet, database=MortalDatabase(self.fleet.database, life))
        try:
            await LaneWorker(mortal, self.payer).work(self.credential.id)
        except Killed:
            life.left = 0

    async def until_settled(self, *ids: str) -> None:
        for _ in range(60):
            self.clock.advance(minutes=6)
            await self.work()
            if all([(await self.row(each)).state in submissions.SETTLED for each in ids]):
                return
        raise AssertionError([(await self.row(each)).state for each in ids])

    async def row(self, submission_id: str) -> StoredSubmission:
        async with self.fleet.database.read() as session:
            return await submissions.get(session, submission_id)

    async def item(self, submission_id: str) -> WorkItem:
        async with self.fleet.database.read() as session:
            row = await submissions.get(session, submission_id)
            return await work_items.get(session, row.work_item_id)

    def counts(self) -> dict[str, int]:
        claims = [claim for claim, _, _ in self.payer.received]
        return {claim: claims.count(claim) for claim in claims}


@pytest.fixture
def practice(fleet: Fleet, virtual_clock: Any, credential: Credential) -> Practice:
    virtual_clock.advance(seconds=(datetime.now(UTC) - virtual_clock.now()).total_seconds())
    return Practice(fleet, virtual_clock, credential)


async def test_what_is_handed_in_is_looked_for_sent_once_and_told(practice: Practice) -> None:
    made = await practice.hand_in("CLM-1", b"letter", b"records")
    assert made.cleared.days_left == 150
    await practice.work()
    row, item = await practice.row(made.row.id), await practice.item(made.row.id)
    assert (row.state, row.clicks, row.secret_version, item.outcome) == (S.CONFIRMED, 1, 1, "confirmed")
    assert [files for _, files, _ in practice.payer.received] == [(b"letter", b"records")]
    again = await practice.hand_in("CLM-1", b"records", b"letter", narrative="in other words")
    assert (again.row.id, again.to_wake) == (made.row.id, False)
    with pytest.raises(RequestInvalid, match="with other files"):
        await practice.hand_in("CLM-1", b"another letter")
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}


async def test_a_worker_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(practice: Practice) -> None:
    moment = finished = 0
    while not finished:
        claim = f"CLM-{moment}"
        made = await practice.hand_in(claim)
        life = Life(moment)
        await practice.work(life)
        finished = int(life.passed <= moment)
        await practice.until_settled(made.row.id)
        assert (await practice.row(made.row.id)).state is S.CONFIRMED, f"killed at moment {moment}"
        moment += STEP
    assert practice.counts() == {f"CLM-{place}": 1 for place in range(0, moment, STEP)}
    assert moment > 20


async def test_many_submissions_and_many_faults_leave_each_once(practice: Practice) -> None:
    chance = random.Random(7)
    made = [(await practice.hand_in(f"CLM-{place}")).row.id for place in range(8)]
    practice.payer.after_click = [None, OutcomeUnknown("lost"), None, OutcomeUnknown("lost")]
    practice.payer.before_gate = [SessionExpired("gone"), PortalUnavailable("slow"), PartUnavailable("browser", "died")]
    for _ in range(8):
        await practice.work(Life(chance.randrange(1, 60)))
        practice.clock.advance(seconds=20)
    await submit.reconcile(practice.fleet)  # one that took three workers with it waits for a person
    await practice.until_settled(*made)
    assert practice.counts() == {f"CLM-{place}": 1 for place in range(8)}


async def test_while_it_is_unknown_nothing_is_sent_and_the_worklist_decides(practice: Practice) -> None:
    practice.payer.after_click = [None]
    made = await practice.hand_in()
    await practice.work()
    row, item = await practice.row(made.row.id), await practice.item(made.row.id)
    assert (row.state, item.state, item.error_code) == (S.UNKNOWN, ItemState.QUEUED, "OutcomeUnknown")
    waiting = await outcome_of(practice.fleet, item.id, viewer="kim")
    assert waiting.trouble is not None
    assert "The next look is at" in waiting.trouble.sentence
    practice.clock.advance(minutes=3)
    await practice.work()
    assert (await practice.row(made.row.id)).state is S.UNKNOWN
    await practice.until_settled(made.row.id)
    row = await practice.row(made.row.id)
    told = Confirmed.model_validate_json(submissions.answer_of(row, practice.fleet.sealer) or "")
    assert (row.state, told.found, told.number, practice.counts()) == (S.CONFIRMED, True, "A-0", {"CLM-1": 1})


async def test_what_never_arrived_is_sent_again_only_where_the_rule_allows_it_else_a_person_decides(
    practice: Practice,
) -> None:
    practice.rule(RULE.model_copy(update={"not_shown": "ask_person"}))
    practice.payer.after_click = [OutcomeUnknown("lost")]
    made = await practice.hand_in()
    for _ in range(12):
        await practice.work()
        practice.clock.advance(minutes=3)
    item = await practice.item(made.row.id)
    assert (item.state, practice.counts()) == (ItemState.HELD, {})
    assert f"fleet submissions settle {made.row.id}" in (item.error_sentence or "")
    with pytest.raises(RequestInvalid, match="reason"):
        await submit.decide(practice.fleet, made.row.id, number=None, actor="lee", reason="")
    await submit.decide(practice.fleet, made.row.id, number=None, actor="lee", reason="the payer has nothing")
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_two_workers_that_want_the_same_send_it_once(practice: Practice) -> None:
    first, second = await asyncio.gather(practice.hand_in(), practice.hand_in(), return_exceptions=True)
    made = [each for each in (first, second) if isinstance(each, HandedIn)]
    assert made
    assert len({each.row.id for each in made}) == 1
    workers = [LaneWorker(practice.fleet, practice.payer) for _ in range(2)]
    await asyncio.gather(*(each.work(practice.credential.id) for each in workers))
    assert practice.counts() == {"CLM-1": 1}


async def test_a_holder_that_lost_the_lane_at_the_button_sends_nothing(practice: Practice) -> None:
    """Stopped between review page and gate for longer than its lease: somebody else has done the work meanwhile."""
    made = await practice.hand_in()
    bot = PayerBot(practice.payer, practice.payer.life)
    review = asyncio.Event()
    stopped = asyncio.Event()
    original = bot.submit

    async def held_up(*given: Any, gate: Gate, files: FileRoom) -> Answer:
        review.set()
        await stopped.wait()
        return await original(*given, gate=gate, files=files)

    bot.submit = held_up  # type: ignore[method-assign]

    class Browsers:
        async def lane(self, portal: str, state: SessionState | None) -> PayerBot:
            return bot

    old = asyncio.create_task(LaneWorker(practice.fleet, Browsers()).work(practice.credential.id))
    await review.wait()
    practice.clock.advance(seconds=30)
    async with practice.fleet.database.begin() as session:
        lane = await session.get(leases.LaneLease, practice.credential.id)
        assert lane is not None
        lane.expires_at = practice.clock.now() - timedelta(seconds=1)
    await practice.work()
    stopped.set()
    with pytest.raises(LeaseLost):
        await old
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_a_rehearsal_sends_nothing_and_can_be_followed_by_the_real_thing(practice: Practice) -> None:
    made = await practice.hand_in(rehearsal=True)
    await practice.work()
    assert (await practice.item(made.row.id)).outcome == "reviewed"
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.INTENT, {})
    real = await practice.hand_in()
    assert real.row.id == made.row.id
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_without_a_persons_yes_it_waits_at_the_review_page(practice: Practice) -> None:
    practice.rule(RULE.model_copy(update={"needs_approval": True}))
    made = await practice.hand_in()
    await practice.work()
    item = await practice.item(made.row.id)
    assert (item.state, item.error_code, practice.counts()) == (ItemState.HELD, "ApprovalRequired", {})
    await practice.hand_in(narrative="in other words")  # it comes to the review page again
    await practice.work()
    with pytest.raises(RequestInvalid, match="version 2 waits now"):
        await submit.approve(practice.fleet, made.row.id, version=1, actor="lee")
    await submit.approve(practice.fleet, made.row.id, version=2, actor="lee")
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_a_yes_that_comes_while_it_is_filled_in_is_heard(practice: Practice) -> None:
    practice.rule(RULE.model_copy(update={"needs_approval": True}))
    made = await practice.hand_in()
    practice.payer.when_shut = lambda: submit.approve(practice.fleet, made.row.id, version=1, actor="lee")
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_a_policy_that_changed_on_the_way_to_the_button_stops_the_click(practice: Practice) -> None:
    made = await practice.hand_in()
    paused = practice.fleet.portals["availity"].model_copy(update={"paused": "the portal asked us to stop"})
    practice.fleet = dataclasses.replace(practice.fleet, portals={"availity": paused})
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.INTENT, {})


async def test_what_the_portal_has_already_or_refuses_is_told_and_may_be_handed_in_again(practice: Practice) -> None:
    practice.payer.shown_after = timedelta(0)
    practice.payer.take_in("CLM-1", ())
    made = await practice.hand_in("CLM-1")
    refused = await practice.hand_in("CLM-2")
    practice.payer.after_click = [Refused(message="This is not an appealable denial.")]
    await practice.work()
    items = [await practice.item(each.row.id) for each in (made, refused)]
    assert [item.outcome for item in items] == ["already_filed", "refused"]
    assert practice.counts() == {"CLM-1": 1}
    assert (await practice.hand_in("CLM-2", reason="coding")).row.state is S.INTENT
    await practice.work()
    assert practice.counts() == {"CLM-1": 1, "CLM-2": 1}


async def test_a_changed_portal_keeps_it_for_a_developer_and_reconciling_goes_on(practice: Practice) -> None:
    practice.payer.before_gate = [PortalChanged("review", "submit")]
    made = await practice.hand_in()
    await practice.work()
    assert ((await practice.item(made.row.id)).state, practice.counts()) == (ItemState.HELD, {})
    assert await submit.reconcile(practice.fleet, of=frozenset()) == []
    assert await submit.reconcile(practice.fleet, submission="sub_another") == []
    assert [row.id for row, _ in await submit.reconcile(practice.fleet)] == [made.row.id]
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}


async def test_a_click_that_certainly_came_to_nothing_is_held_as_not_sent(practice: Practice) -> None:
    practice.payer.after_click = [PortalChanged("review", "submit", sentence="The portal asked. Nothing was sent.")]
    made = await practice.hand_in()
    await practice.work()
    item, row = await practice.item(made.row.id), await practice.row(made.row.id)
    assert (item.state, item.error_sentence) == (ItemState.HELD, "The portal asked. Nothing was sent.")
    assert (row.state, row.clicks, practice.counts()) == (S.INTENT, 0, {})
    await submit.reconcile(practice.fleet)
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}


async def test_a_mistake_of_ours_after_the_click_is_unknown_and_before_it_is_held(practice: Practice) -> None:
    async def mistake() -> None:
        raise ZeroDivisionError

    practice.rule(RULE.model_copy(update={"needs_approval": True}))
    practice.payer.when_shut = mistake
    made = await practice.hand_in()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await practice.work()
    item = await practice.item(made.row.id)
    assert (item.state, item.error_code) == (ItemState.HELD, "WorkerLost")
    await submit.approve(practice.fleet, made.row.id, version=1, actor="lee")
    practice.payer.at_the_button = mistake
    with pytest.raises(ZeroDivisionError):
        await practice.work()
    practice.payer.at_the_button = None
    await practice.until_settled(made.row.id)
    assert practice.counts() == {"CLM-1": 1}


async def test_what_is_too_late_or_not_sent_here_is_refused_before_a_log_in(practice: Practice) -> None:
    with pytest.raises(RequestInvalid, match=r"ended on .* \(assumed\)"):
        await practice.hand_in(decided_on=str(practice.clock.now().date() - timedelta(days=181)))
    for order, says in (
        (Order("reconsideration", "availity", {}, (), "kim", payer="aetna"), "takes no reconsideration"),
        (Order("poem", "availity", {}, (), "kim"), "known are .*reconsideration, appeal"),
    ):
        with pytest.raises(RequestInvalid, match=says):
            await hand_in(practice.fleet, order)
    assert await submit.reconcile(practice.fleet) == []


async def test_the_receipt_proves_what_was_sent_and_what_the_portal_said(practice: Practice) -> None:
    made = await practice.hand_in("CLM-1", b"letter", narrative="<b>in words</b>")
    with pytest.raises(RequestInvalid, match="no receipt yet: the submission is intent"):
        await receipt(practice.fleet, made.row.id, viewer="kim")
    await practice.work()
    sealed = await receipt(practice.fleet, made.row.id, viewer="kim")
    checked = check_capsule(sealed)
    facts: dict[str, Any] = dict(checked.facts)
    assert checked.tampered == ()
    assert base64.b64decode(checked.public_key or "") == await practice.fleet.vault.public_key()
    assert (facts["answer"]["number"], facts["asked_by"], facts["secret_version"]) == ("A-0", "kim", 1)
    assert facts["files"][0]["sha256"] == hashlib.sha256(b"letter").hexdigest()
    actions = [event["action"].removeprefix("submission.") for event in facts["events"]]
    assert [each for each in actions if each != "phi.view"] == ["made", "armed", "clicked", "confirmed"]
    with zipfile.ZipFile(io.BytesIO(sealed)) as archive:
        assert "evidence/001-review.jpg" in archive.namelist()
        page = archive.read("receipt.html").decode()
    assert "A-0" in page
    assert "&lt;b&gt;in words" in page
    async with practice.fleet.database.begin() as session:
        pieces = await runs.evidence_of(session, work_item_id=made.row.work_item_id)
        gone = {each.sha256 for each in pieces if each.media_type == "image/jpeg"}
        ids = [each.id for each in pieces if each.sha256 in gone]
        await retention.shred_rows(session, Shelf.EVIDENCE, ids, now=datetime(2036, 12, 1, tzinfo=UTC))
    sequel = check_capsule(await receipt(practice.fleet, made.row.id, viewer="kim"))
    assert (sequel.tampered, sequel.facts["earlier"]) == ((), [hashlib.sha256(sealed).hexdigest()])
    told = {each["sha256"]: each.get("shredded_on") for each in sequel.facts["evidence"]}
    assert {each for each, day in told.items() if day == "2036-12-01"} == gone != set()
