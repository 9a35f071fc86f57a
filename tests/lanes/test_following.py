# ruff: noqa: ARG002 - a bot that heeds only some of what it is told
"""What was sent is asked after until it is decided: status, letter, deadline, and by a schedule of its own."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

import pytest
from scripted_payer import Payer, PayerBot
from test_submitting import RULE, Practice

from bots.contracts import EvidenceSink, FileRoom, Gate, SessionState
from core.capabilities.appeals import FilingStatus
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import Message, MessageKind, Messages, MessagesQuery
from core.capabilities.record import Answer, Query
from core.capabilities.sent_messages import SentMessages
from core.capabilities.submissions import Confirmed, Submission
from core.capsule import check_capsule
from core.manifest import FollowUp
from core.schedules import Definition
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.firing import Scheduler
from lanes.calendar.obstacles import Board
from lanes.submissions.following import LeftOut, Wanted, next_of, track
from lanes.submissions.receipt import receipt
from lanes.submissions.submit import Order, hand_in
from lanes.views import see_submission
from store import credentials, fires, standings
from store.credentials import Credential
from store.standings import SubmissionSighting, SubmissionStanding

FOLLOWED = RULE.model_copy(
    update={"follow_up": FollowUp(answer_days=30, next_kind="written appeal", next_days=60, source="assumed")}
)


class Desk(PayerBot):
    """Takes messages, and answers each with a file as soon as `answers` says so."""

    def __init__(self, payer: Payer) -> None:
        super().__init__(payer, payer.life)
        self.payer = payer

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        if not isinstance(query, MessagesQuery):
            return SentMessages(messages=())
        assert (capability, query.titled("Holidays")) == ("messages", False)
        if not self.payer.stages:
            return Messages(messages=())
        letter = b"%PDF-1.7 the answer"
        await sink.keep("download", "application/pdf", letter, page="message")
        return Messages(
            messages=(
                Message(
                    kind=MessageKind.MESSAGE,
                    subject="Re: Records of Jane Roe",
                    received_on=query.to_date,
                    attachments=(Document.of(DocumentKind.ATTACHMENT, letter),),
                ),
            )
        )

    async def submit(
        self, capability: str, payer: str | None, wanted: Submission, sink: EvidenceSink, *, gate: Gate, files: FileRoom
    ) -> Answer:
        await gate.open()
        return Confirmed(number="M-1")


class PayerWithDesk(Payer):
    async def lane(self, portal: str, state: SessionState | None) -> PayerBot:
        return Desk(self)


class Followed(Practice):
    def __init__(self, fleet: Fleet, clock: Any, credential: Credential) -> None:
        super().__init__(fleet, clock, credential)
        self.rule(FOLLOWED)

    async def track(self) -> list[LeftOut]:
        _, left_out = await track(self.fleet, Wanted("kim"))
        await self.work()
        return left_out

    async def standing(self, submission_id: str) -> SubmissionStanding:
        async with self.fleet.database.read() as session:
            return (await standings.by_ids(session, [submission_id]))[submission_id]

    async def history(self, submission_id: str) -> list[SubmissionSighting]:
        async with self.fleet.database.read() as session:
            return list(await standings.history(session, submission_id))

    async def sent(self, claim: str) -> str:
        made = (await self.hand_in(claim)).row.id
        await self.work()
        self.clock.advance(minutes=20)
        return made


@pytest.fixture
def followed(fleet: Fleet, virtual_clock: Any, credential: Credential) -> Followed:
    return Followed(fleet, virtual_clock, credential)


async def test_it_is_followed_until_it_is_decided_and_its_letter_is_kept(followed: Followed) -> None:
    won, lost = await followed.sent("CLM-1"), await followed.sent("CLM-2")
    followed.payer.stages |= {"CLM-1": FilingStatus.SUBMITTED, "CLM-2": FilingStatus.SUBMITTED}
    await followed.track()
    followed.payer.stages |= {"CLM-1": FilingStatus.OVERTURNED, "CLM-2": FilingStatus.UPHELD}
    for _ in range(2):
        followed.clock.advance(days=3)
        await followed.track()
    stood = await followed.standing(lost)
    assert [each.status for each in await followed.history(lost)] == ["submitted", "upheld"]
    assert (stood.decided, stood.against, stood.closed) == (True, True, True)
    assert stood.decided_on is not None
    day = datetime.combine(stood.decided_on, time(12), UTC)
    told = next_of(followed.fleet.portals["availity"], await followed.row(lost), stood, set(), day)
    assert told is not None
    assert (told.todo.value, told.days_left) == ("object", 60)
    seen = await see_submission(followed.fleet, lost, viewer="kim")
    letter = b"\xff\xd8\xff the decision on A-1"
    assert (seen.evidence[-1].id, seen.evidence[-1].sha256) == (stood.letter_id, hashlib.sha256(letter).hexdigest())
    # Decided, and no letter on the portal: it is looked for two weeks more.
    assert not (await followed.standing(won)).closed
    followed.clock.advance(days=15)
    searches = followed.payer.searches
    await followed.track()
    assert (await followed.standing(won)).closed
    await followed.track()
    assert followed.payer.searches == searches + 1


async def test_a_message_is_followed_by_what_the_payer_writes_until_it_is_answered(followed: Followed) -> None:
    after = FollowUp(letter_days=0, source="assumed")
    rule = RULE.model_copy(update={"kinds": ("message",), "filing_days": None, "follow_up": after})
    both = {"capabilities": ("sent_messages", "messages"), "submissions": (rule,)}
    known = followed.fleet.portals["availity"].model_copy(update=both)
    followed.fleet = dataclasses.replace(followed.fleet, portals={"availity": known})
    followed.payer = PayerWithDesk(followed.clock)
    keys = {"subject_line": "Records of Jane Roe", "body": "See the records.", "topic": "claim"}
    made = (await hand_in(followed.fleet, Order("message", "availity", keys, [], "kim", payer="aetna"))).row.id
    await followed.work()
    followed.clock.advance(days=2)
    await followed.track()
    assert [(each.status, each.missing) for each in await followed.history(made)] == [("not_answered", False)]
    followed.payer.stages["all"] = FilingStatus.IN_REVIEW
    await followed.track()
    stood = await followed.standing(made)
    assert (stood.status, stood.decided, stood.closed) == ("answered", True, True)
    assert stood.letter_id is not None
    assert await followed.track() == []
    assert [each.status for each in await followed.history(made)] == ["not_answered", "answered"]


async def test_the_capsule_after_the_decision_is_a_sequel_with_the_letter(followed: Followed) -> None:
    made = await followed.sent("CLM-1")
    first = await receipt(followed.fleet, made, viewer="kim")
    followed.payer.stages["CLM-1"] = FilingStatus.UPHELD
    await followed.track()
    second = await receipt(followed.fleet, made, viewer="kim")
    checked = check_capsule(second)
    assert not checked.tampered
    assert checked.facts["earlier"] == [hashlib.sha256(first).hexdigest()]
    assert [each["status"] for each in checked.facts["history"]] == ["upheld"]
    with zipfile.ZipFile(io.BytesIO(second)) as archive:
        letter = b"\xff\xd8\xff the decision on A-0"
        assert [name for name in archive.namelist() if archive.read(name) == letter] == ["letter.jpg"]
        assert b"letter.jpg" in archive.read("receipt.html")


async def test_what_the_worklist_has_lost_is_told_and_what_it_cannot_show_yet_is_not(followed: Followed) -> None:
    made = (await followed.hand_in("CLM-1")).row.id
    await followed.work()
    await followed.track()
    assert await followed.history(made) == []
    followed.payer.forgotten.add("CLM-1")
    followed.clock.advance(days=2)
    await followed.track()
    (seen,) = await followed.history(made)
    assert seen.missing
    followed.payer.forgotten.clear()
    await followed.track()
    assert not (await followed.standing(made)).missing


async def test_one_or_those_of_some_accounts_are_asked_after_alone(followed: Followed) -> None:
    first, second = await followed.sent("CLM-1"), await followed.sent("CLM-2")
    mine, nobodys = frozenset({followed.credential.id}), frozenset({"cred_of_somebody_else"})
    for wanted, expected in (
        (Wanted("kim", submission=second), [second]),
        (Wanted("kim", of=mine), [first, second]),
        (Wanted("kim", of=nobodys), []),
    ):
        asked, _ = await track(followed.fleet, wanted)
        assert [row.id for row, _ in asked] == expected


async def test_a_retired_account_leaves_its_submissions_and_says_so(followed: Followed) -> None:
    made = await followed.sent("CLM-1")
    async with followed.fleet.database.begin() as session:
        await credentials.retire(session, followed.credential.id, actor="kim", now=followed.clock.now())
    (left,) = await followed.track()
    assert left.row.id == made


async def test_a_schedule_asks_after_everything_undecided_by_itself(followed: Followed) -> None:
    made = await followed.sent("CLM-1")
    followed.payer.stages["CLM-1"] = FilingStatus.IN_REVIEW
    said = Definition.of(name="follow", task="submissions", portal="availity", cron="0 7 * * *", time_zone="UTC")
    await office.add(Board.of(followed.fleet), said, actor="kim")
    fire, to_wake = await office.run_now(followed.fleet, "follow", actor="kim")
    assert to_wake == {followed.credential.id}
    await followed.work()
    await Scheduler(followed.fleet).tick()
    async with followed.fleet.database.read() as session:
        done = await fires.get(session, fire.id)
    assert (done.questions, done.state.value) == (1, "done")
    assert (await followed.standing(made)).status == "in_review"
