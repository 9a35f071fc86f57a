"""A lane's queue: claim the next question, leave what came of it. Each in one transaction, under the lease's fence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import FleetError, LeaseLost, NextStep, RequestInvalid
from core.retention import class_of
from core.seal import Sealer
from store import audit, claim_marks, leases, quarantine, runs
from store.base import new_id, period_of, place
from store.credentials import Credential, CredentialState
from store.leases import LaneLease, Lease
from store.quarantine import Quarantine
from store.runs import Evidence, RunStep, StoredAnswer
from store.submissions import StoredSubmission
from store.work_items import ItemState, Priority, WorkItem

ATTEMPTS = 3
"""A read is tried again twice."""

_GIVEN_UP = {
    "error_code": "WorkerLost",
    "error_sentence": f"The worker failed {ATTEMPTS} times over this question; a developer must look at its runs.",
    "next_step": NextStep.ASK_DEVELOPER.value,
}


@dataclass
class Work:
    """One item in a worker's hands and what the work left so far; committed with its outcome, whatever that is."""

    item: WorkItem
    run_id: str
    steps: list[RunStep] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    kept: bool = False
    """A submission: it is never given up, only put back or held for a person."""


@dataclass(frozen=True)
class Finished:
    outcome: str
    payload: str
    """JSON in clear; sealed here."""
    as_of: datetime
    adapter_version: str


@dataclass(frozen=True)
class PutBack:
    until: datetime
    """Not tried before."""
    spent: bool
    """This attempt counts."""


async def recover(session: AsyncSession, lease: Lease, *, now: datetime) -> None:
    """For a new holder: what a dead one had in hand goes back, unless it has killed a worker too often."""
    left = (
        WorkItem.credential_id == lease.credential_id,
        WorkItem.state == ItemState.WORKING,
        or_(WorkItem.fence.is_(None), WorkItem.fence < lease.fence),
    )
    kept = exists().where(StoredSubmission.work_item_id == WorkItem.id)
    await session.execute(
        update(WorkItem)
        .where(*left, WorkItem.attempts >= ATTEMPTS, ~kept)
        .values(state=ItemState.DONE, finished_at=now, **_GIVEN_UP)
    )
    await session.execute(
        update(WorkItem)
        .where(*left, WorkItem.attempts >= ATTEMPTS)
        .values(state=ItemState.HELD, fence=None, attempts=0, **_GIVEN_UP)
    )
    await session.execute(update(WorkItem).where(*left).values(state=ItemState.QUEUED, fence=None))
    await runs.end_lost(session, now=now, credential_id=lease.credential_id)


async def next_due(session: AsyncSession, lease: Lease, run_id: str, *, now: datetime) -> WorkItem | None:
    """Claims the best item: by priority, then due date, then age. Raises LeaseLost."""
    await leases.check(session, lease)
    item = await session.scalar(
        select(WorkItem)
        .where(_due(lease.credential_id, now))
        .order_by(WorkItem.priority, WorkItem.due_at, WorkItem.id)
        .limit(1)
        .with_for_update()
    )
    if item is not None:
        item.state = ItemState.WORKING
        item.fence, item.run_id, item.started_at = lease.fence, run_id, now
        item.attempts += 1
    return item


async def finish(
    session: AsyncSession, sealer: Sealer, lease: Lease, work: Work, done: Finished, *, now: datetime
) -> None:
    """Answer, steps, evidence, counters and audit event. Raises LeaseLost, and then nothing of it is kept."""
    await leases.answered(session, lease)
    await _leave(
        session,
        lease,
        work,
        state=ItemState.DONE,
        finished_at=now,
        outcome=done.outcome,
        **_NO_TROUBLE,
    )
    row_id = new_id("ans")
    session.add(
        StoredAnswer(
            id=row_id,
            work_item_id=work.item.id,
            run_id=work.run_id,
            outcome=done.outcome,
            as_of=done.as_of,
            adapter_version=done.adapter_version,
            payload=sealer.seal(
                done.payload, place("answer", row_id), period_of(class_of(work.item.capability), row_id)
            ),
        )
    )
    if work.item.capability in claim_marks.CAPABILITIES:
        await claim_marks.mark(session, sealer, row_id, done.payload)
    await runs.count(session, work.run_id, answered=1)
    await quarantine.answered(session, work.item.portal, work.item.capability)
    detail: dict[str, str | int | None] = {"run": work.run_id, "outcome": done.outcome}
    await audit.append(session, audit.Event("item.answered", lease.holder, work.item.id, detail), now=now)


async def fail(session: AsyncSession, lease: Lease, work: Work, problem: FleetError, *, now: datetime) -> None:
    """The question will not be tried again. Raises LeaseLost."""
    await leases.check(session, lease)
    await _leave(session, lease, work, state=ItemState.DONE, finished_at=now, **_told(problem, work))
    await runs.count(session, work.run_id, failed=1)
    detail: dict[str, str | int | None] = {"run": work.run_id, "code": problem.code}
    await audit.append(session, audit.Event("item.failed", lease.holder, work.item.id, detail), now=now)


async def put_back(
    session: AsyncSession, lease: Lease, work: Work, problem: FleetError | None, back: PutBack, *, now: datetime
) -> None:
    """Into the queue again, with its last trouble for people to see. Raises LeaseLost.

    When the attempts are spent it is done instead: failed with that trouble. A submission waits however often it meets
    trouble, and is held when it is our own mistake each time.
    """
    spent = back.spent and (not work.kept or problem is None)
    spent_all = spent and work.item.attempts >= ATTEMPTS
    if spent_all and problem is not None:
        await fail(session, lease, work, problem, now=now)
        return
    await leases.check(session, lease)
    told = _told(problem, work) if problem else {}
    if spent_all and work.kept:
        await _leave(session, lease, work, state=ItemState.HELD, attempts=0, **_GIVEN_UP)
        return
    if spent_all:
        await _leave(session, lease, work, state=ItemState.DONE, finished_at=now, **_GIVEN_UP)
        await runs.count(session, work.run_id, failed=1)
        return
    attempts = work.item.attempts - (0 if spent else 1)
    await _leave(session, lease, work, state=ItemState.QUEUED, not_before=back.until, attempts=attempts, **told)
    await runs.count(session, work.run_id, put_back=1)


async def hold(session: AsyncSession, lease: Lease, work: Work, problem: FleetError) -> None:
    """Kept until a person has acted. Raises LeaseLost."""
    await leases.check(session, lease)
    attempts = work.item.attempts - 1
    await _leave(session, lease, work, state=ItemState.HELD, attempts=attempts, **_told(problem, work))
    await runs.count(session, work.run_id, put_back=1)


async def hold_all(session: AsyncSession, credential_id: str, problem: FleetError) -> None:
    """The credential is stopped: its questions are kept, each with the sentence, until it is reopened."""
    await session.execute(
        update(WorkItem)
        .where(WorkItem.credential_id == credential_id, WorkItem.state == ItemState.QUEUED)
        .values(state=ItemState.HELD, **_told(problem))
    )


async def clear_out(session: AsyncSession, credential: Credential, heir: Credential | None, *, now: datetime) -> int:
    """What a retired credential leaves: its heir goes on with the questions, or they are refused with a sentence.
    Errands to the account itself are refused. How many questions there were.
    """
    left = update(WorkItem).where(WorkItem.credential_id == credential.id, WorkItem.state != ItemState.DONE)
    problem = RequestInvalid(
        f"The credential “{credential.name}” was retired before this was asked; ask again with another one.",
        field="credential",
    )
    refused = {"state": ItemState.DONE, "fence": None, "finished_at": now, **_told(problem)}
    errands = left.where(WorkItem.priority <= Priority.ACCOUNT).values(**refused)
    await session.execute(errands.execution_options(synchronize_session=False))
    if heir is not None:
        in_hand = left.where(WorkItem.state == ItemState.WORKING).values(state=ItemState.QUEUED, fence=None)
        await session.execute(in_hand.execution_options(synchronize_session=False))
    questions = left.values(**(refused if heir is None else {"credential_id": heir.id}))
    changed = await session.execute(questions.execution_options(synchronize_session=False))
    return changed.rowcount if isinstance(changed, CursorResult) else 0


async def hold_capability(session: AsyncSession, portal: str, capability: str, problem: FleetError) -> set[str]:
    """Quarantine. `login` holds every question of the portal. The credentials whose questions are held now."""
    waiting = update(WorkItem).where(WorkItem.portal == portal, WorkItem.state == ItemState.QUEUED)
    if capability != quarantine.LOGIN:
        waiting = waiting.where(WorkItem.capability == capability)
    held = waiting.values(state=ItemState.HELD, **_told(problem)).returning(WorkItem.credential_id)
    return set(await session.scalars(held))


async def portals_held(session: AsyncSession, code: str) -> set[str]:
    """Those of which an error of this class holds something."""
    held = select(WorkItem.portal).where(WorkItem.state == ItemState.HELD, WorkItem.error_code == code)
    return set(await session.scalars(held.distinct()))


async def release_held(session: AsyncSession, portal: str, *, code: str | None = None) -> int:
    """After a reopening: everything of the portal that neither a stopped credential nor a quarantine still holds.
    `code`: of it, only what an error of this class holds.
    """
    stopped = select(Credential.id).where(Credential.portal == portal, Credential.state != CredentialState.OPEN)
    resting = exists().where(
        Quarantine.portal == portal,
        Quarantine.since.is_not(None),
        Quarantine.capability.in_((WorkItem.capability, quarantine.LOGIN)),
    )
    freed = await session.execute(
        update(WorkItem)
        .where(
            WorkItem.portal == portal,
            WorkItem.state == ItemState.HELD,
            WorkItem.credential_id.not_in(stopped),
            ~resting,
            *([WorkItem.error_code == code] if code is not None else []),
        )
        .values(state=ItemState.QUEUED, attempts=0, **_NO_TROUBLE)
        .execution_options(synchronize_session=False)
    )
    return freed.rowcount if isinstance(freed, CursorResult) else 0


async def requeue(
    session: AsyncSession, item_id: str, *, now: datetime, query: bytes | None = None, credential_id: str | None = None
) -> bool:
    """For a submission that goes on, or begins anew with another sealed text or on another lane. False while a worker
    has it in hand.
    """
    again: dict[str, Any] = {"state": ItemState.QUEUED, "attempts": 0, "not_before": now, "finished_at": None}
    again |= dict.fromkeys(("outcome", "error_code", "error_sentence", "next_step"))
    if query is not None:
        again["query"] = query
    if credential_id is not None:
        again["credential_id"] = credential_id
    ours = (
        update(WorkItem)
        .where(WorkItem.id == item_id, WorkItem.state != ItemState.WORKING)
        .values(**again)
        .returning(WorkItem.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(ours) is not None


async def close(session: AsyncSession, item_id: str, *, outcome: str, now: datetime) -> None:
    """A person knows the outcome: nobody has to ask the portal any more."""
    await session.execute(
        update(WorkItem)
        .where(WorkItem.id == item_id, WorkItem.state.in_((ItemState.QUEUED, ItemState.HELD)))
        .values(state=ItemState.DONE, finished_at=now, outcome=outcome, error_code=None, error_sentence=None)
    )


async def release_if_idle(session: AsyncSession, lease: Lease, *, now: datetime) -> bool:
    """False when a question arrived meanwhile: the holder goes on, so its wake-up is not lost. Raises LeaseLost."""
    await leases.check(session, lease)
    if await session.scalar(select(WorkItem.id).where(_due(lease.credential_id, now)).limit(1)) is not None:
        return False
    await leases.release(session, lease)
    return True


async def next_moment(session: AsyncSession, credential_id: str) -> datetime | None:
    """When the next question that was put back may be tried; None when nothing is queued."""
    queued = select(WorkItem.not_before).where(
        WorkItem.credential_id == credential_id, WorkItem.state == ItemState.QUEUED
    )
    return (await session.scalars(queued.order_by(WorkItem.not_before).limit(1))).first()


async def lanes_needing_wake(session: AsyncSession, environment: str, *, now: datetime) -> Sequence[str]:
    """Open credentials with due questions, or with some that a dead worker had in hand, and nobody at work."""
    waiting = exists().where(
        WorkItem.credential_id == Credential.id,
        or_(
            and_(WorkItem.state == ItemState.QUEUED, WorkItem.not_before <= now),
            WorkItem.state == ItemState.WORKING,
        ),
    )
    rows = await session.scalars(
        select(Credential.id)
        .join(LaneLease, LaneLease.credential_id == Credential.id)
        .where(
            Credential.environment == environment,
            Credential.state == CredentialState.OPEN,
            or_(LaneLease.holder.is_(None), LaneLease.expires_at <= now),
            or_(LaneLease.rest_until.is_(None), LaneLease.rest_until <= now),
            waiting,
        )
        .order_by(Credential.id)
    )
    return rows.all()


def _due(credential_id: str, now: datetime) -> ColumnElement[bool]:
    return and_(WorkItem.credential_id == credential_id, WorkItem.state == ItemState.QUEUED, WorkItem.not_before <= now)


_NO_TROUBLE = dict.fromkeys(("error_code", "error_sentence", "next_step", "error_page", "error_element"))


def _told(problem: FleetError, work: Work | None = None) -> dict[str, str | None]:
    """Trouble that names no page happened on the one that was last seen."""
    last_seen = work.steps[-1].page if work and work.steps else None
    return {
        "error_code": problem.code,
        "error_sentence": problem.sentence,
        "next_step": problem.next_step.value,
        "error_page": getattr(problem, "page", None) or last_seen,
        "error_element": getattr(problem, "element", None),
    }


async def _leave(session: AsyncSession, lease: Lease, work: Work, **values: object) -> None:
    """The fence guards the item too: a holder that lost the lane between two looks changes nothing."""
    ours = (
        update(WorkItem)
        .where(WorkItem.id == work.item.id, WorkItem.state == ItemState.WORKING, WorkItem.fence == lease.fence)
        .values(fence=None, **values)
        .returning(WorkItem.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(ours) is None:
        raise LeaseLost("The question was taken over by another worker; what this one found is dropped.")
    await runs.add_steps(session, work.steps)
    session.add_all(work.evidence)
    await session.flush()
