"""What payers have received is asked after until it is decided: one question for each, and what its answer tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import CAPABILITIES, Capability, Sending, capability
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Confirmed, Filed, Received, Standing, Submission
from core.errors import FleetError, RequestInvalid
from core.follow_up import Sent, WhatNext, what_next
from core.manifest import FollowUp, Manifest, SubmissionRule
from lanes.assembly import Fleet
from lanes.questions.ask import Asked, Counter, Question, counter_for, hand_in, refusal
from lanes.submissions.submit import subject_index
from store import credentials, standings, submissions, work_items
from store.credentials import Credential, CredentialState
from store.queue import Work
from store.runs import Evidence
from store.standings import Seen, SubmissionStanding
from store.submissions import StoredSubmission
from store.work_items import Priority, WorkItem


@dataclass(frozen=True)
class Wanted:
    """What is asked after. None: all of them."""

    requested_by: str
    portal: str | None = None
    payer: str | None = None
    credential: str | None = None
    priority: int = Priority.PERSON_WAITS
    due_at: datetime | None = None
    submission: str | None = None
    of: frozenset[str] | None = None
    """Those that these credentials sent, by id."""


@dataclass(frozen=True)
class Round:
    """What one credential is asked of one payer."""

    counter: Counter
    credential: Credential
    rows: Sequence[StoredSubmission]
    questions: Sequence[Question]


@dataclass(frozen=True)
class Stand:
    """How a submission stands, with the payer too. Free of patient data."""

    row: StoredSubmission
    item: WorkItem
    standing: SubmissionStanding | None
    next: WhatNext | None


@dataclass(frozen=True)
class LeftOut:
    row: StoredSubmission
    sentence: str


async def rounds(fleet: Fleet, wanted: Wanted) -> tuple[list[Round], list[LeftOut]]:
    """Everything undecided, each to be asked with the account that sent it, or another one that sees the same."""
    found: dict[tuple[str, str, str | None, str], tuple[Credential, list[StoredSubmission], list[Query]]] = {}
    left: list[LeftOut] = []
    async with fleet.database.read() as session:
        for row in await standings.open_ones(session, _kinds()):
            if not _meant(fleet, wanted, row):
                continue
            item = await work_items.get(session, row.work_item_id)
            if wanted.of is not None and item.credential_id not in wanted.of:
                continue
            sender = await credentials.get(session, item.credential_id)
            credential = await _account(session, sender)
            if wanted.credential not in (None, credential.name):
                continue
            if credential.state is not CredentialState.OPEN:
                left.append(LeftOut(row, refusal(credential, fleet.portals.get(row.portal)).sentence))
                continue
            received = _received(fleet, row)
            if received is None:
                continue
            asker = _sends(row.capability).followed_by or row.capability
            _, rows, queries = found.setdefault((row.portal, asker, row.payer, credential.id), (credential, [], []))
            rows.append(row)
            queries.append(_sent(fleet, row, item).follow_up_query(received))
    made: list[Round] = []
    for (portal, name, payer, _), (credential, rows, queries) in found.items():
        try:
            counter = counter_for(fleet, name, portal, payer)
        except FleetError as problem:
            left += [LeftOut(row, problem.sentence) for row in rows]
            continue
        questions = [_question(wanted, counter, query) for query in queries]
        made.append(Round(counter, credential, rows, questions))
    return made, left


async def track(fleet: Fleet, wanted: Wanted) -> tuple[list[tuple[StoredSubmission, WorkItem]], list[LeftOut]]:
    """Each with the question that asks after it. Wakes nobody. Raises as `lanes.questions.ask.hand_in`."""
    undecided, left_out = await rounds(fleet, wanted)
    asked: list[tuple[StoredSubmission, WorkItem]] = []
    for one in undecided:
        async with fleet.database.begin() as session:
            handed_in = await ask_after(session, fleet, one)
        asked += [(row, each.item) for row, each in zip(one.rows, handed_in, strict=True)]
    return asked, left_out


async def how_they_stand(
    session: AsyncSession, portals: Mapping[str, Manifest], rows: Sequence[StoredSubmission], *, now: datetime
) -> list[Stand]:
    items = await work_items.by_ids(session, [row.work_item_id for row in rows])
    stood = await standings.by_ids(session, [row.id for row in rows])
    sent = await standings.subjects_sent(session, [each.next_key for each in stood.values() if each.next_key])
    return [
        Stand(
            row,
            items[row.work_item_id],
            stood.get(row.id),
            next_of(portals.get(row.portal), row, stood.get(row.id), sent, now),
        )
        for row in rows
    ]


async def ask_after(session: AsyncSession, fleet: Fleet, one: Round) -> list[Asked]:
    """Wakes nobody. Raises as `lanes.questions.ask.hand_in`."""
    asked = await hand_in(session, fleet, one.counter, one.credential, one.questions)
    for row, each in zip(one.rows, asked, strict=True):
        await standings.asked(session, row.id, each.item.id, now=fleet.clock.now())
    return asked


async def note(session: AsyncSession, fleet: Fleet, work: Work, answer: Answer, *, actor: str, now: datetime) -> None:
    """What an answer tells of submissions, in the transaction that keeps it."""
    for row, standing in await standings.waiting_for(session, work.item.id):
        received = _received(fleet, row)
        rule = fleet.portals[row.portal].takes(row.kind, row.payer)
        if received is None or rule is None or rule.follow_up is None:
            continue
        sent = _sent(fleet, row, await work_items.get(session, row.work_item_id))
        filed = sent.followed(answer, received)
        if filed is None:
            continue
        if filed:
            seen = _seen(filed[0], standing, work.evidence, rule.follow_up, now)
            seen = replace(seen, next_key=_next_key(fleet, row, rule.follow_up, sent))
        elif _should_show(fleet, row, rule, now):
            seen = Seen(missing=True)
        else:
            continue
        await standings.note(session, standing, seen, work.item.id, actor=actor, now=now)


def _received(fleet: Fleet, row: StoredSubmission) -> Received | None:
    """None where nobody knows a number by which the portal has it."""
    told = submissions.answer_of(row, fleet.sealer)
    if told is None or row.settled_at is None:
        return None
    today = fleet.portals[row.portal].today
    number = Confirmed.model_validate_json(told).number
    return Received(number, today(row.clicked_at or row.settled_at), today(fleet.clock.now()))


def _sent(fleet: Fleet, row: StoredSubmission, item: WorkItem) -> Submission:
    return _sends(row.capability).read(work_items.query_of(item, fleet.sealer))


def _seen(
    filed: Filed, standing: SubmissionStanding, evidence: Sequence[Evidence], rule: FollowUp, now: datetime
) -> Seen:
    told, letter = filed.standing, filed.letter
    kept = {each.sha256: each.id for each in evidence if each.kind == "download"}
    letter_id = kept.get(letter.sha256) if letter is not None and letter.problem is None else None
    waited = now - (standing.decided_at or now) >= timedelta(days=rule.letter_days)
    has_letter = (letter_id or standing.letter_id) is not None
    return Seen(
        status=told.status,
        decided=told.decided,
        decided_on=told.decided_on,
        against=told.against,
        wants_answer=told.wants_answer,
        told=told.told,
        letter_id=letter_id,
        closed=told.decided and (has_letter or waited),
    )


def _next_key(fleet: Fleet, row: StoredSubmission, rule: FollowUp, sent: Submission) -> str | None:
    if rule.next_kind is None:
        return None
    return subject_index(fleet, row.portal, row.payer, rule.next_kind, sent.subject())


def _should_show(fleet: Fleet, row: StoredSubmission, rule: SubmissionRule, now: datetime) -> bool:
    here = fleet.portals[row.portal].environments[fleet.settings.environment]
    delay = timedelta(minutes=here.worklist_minutes or rule.worklist_minutes)
    return row.settled_at is not None and now >= row.settled_at + delay


def next_of(
    manifest: Manifest | None, row: StoredSubmission, standing: SubmissionStanding | None, sent: set[str], now: datetime
) -> WhatNext | None:
    """`sent`: blind indexes of subjects about which something was handed in."""
    if manifest is None or row.settled_at is None or row.state is not submissions.SubmissionState.CONFIRMED:
        return None
    on, today = manifest.today(row.clicked_at or row.settled_at), manifest.today(now)
    if standing is None:
        return what_next(manifest, Sent(row.kind, row.payer, on, Standing()), today=today)
    stood = Standing(standing.status, standing.decided, standing.decided_on, standing.against, standing.wants_answer)
    objected = standing.next_key is not None and standing.next_key in sent
    return what_next(manifest, Sent(row.kind, row.payer, on, stood, standing.missing, objected), today=today)


def _question(wanted: Wanted, counter: Counter, query: Query) -> Question:
    return Question(
        capability=counter.capability.name,
        portal=counter.manifest.id,
        payer=counter.payer,
        query=query,
        requested_by=wanted.requested_by,
        priority=wanted.priority,
        due_at=wanted.due_at,
        fresh=True,
    )


def _meant(fleet: Fleet, wanted: Wanted, row: StoredSubmission) -> bool:
    manifest = fleet.portals.get(row.portal)
    rule = manifest.takes(row.kind, row.payer) if manifest else None
    here = wanted.portal in (None, row.portal) and wanted.payer in (None, row.payer)
    here = here and wanted.submission in (None, row.id)
    return here and rule is not None and rule.follow_up is not None


async def _account(session: AsyncSession, sender: Credential) -> Credential:
    if sender.state is not CredentialState.RETIRED:
        return sender
    others = await credentials.of_portal(session, sender.portal, sender.environment)
    usable = [each for each in others if each.state is CredentialState.OPEN and each.scope == sender.scope]
    return usable[0] if usable else sender


def _sends(name: str) -> Sending:
    sends = capability(name).sends
    if sends is None:
        raise RequestInvalid(f"Nothing is sent with {name}.", field="capability")
    return sends


def _kinds() -> list[str]:
    return [kind for each in sending() if each.sends for kind in each.sends.kinds]


def sending() -> list[Capability]:
    """Those with which something is sent."""
    return [each for each in CAPABILITIES.values() if each.sends is not None]
