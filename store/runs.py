"""Runs: one time that a lane was worked; its steps, answers and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Exists, ForeignKey, Index, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import FleetError, RequestInvalid
from core.seal import Sealer
from store.base import Base, new_id, place, word
from store.leases import LaneLease, Lease


class RunState(StrEnum):
    WORKING = "working"
    ENDED = "ended"
    TROUBLED = "troubled"
    """Ended by an error, which its sentence tells."""
    LOST = "lost"
    """Its worker died or lost the lane."""


class Run(Base):
    __tablename__ = "run"
    __table_args__ = (Index(None, "credential_id", "id"), Index(None, "state", "id"), Index(None, "portal", "id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    portal: Mapped[str]
    holder: Mapped[str]
    fence: Mapped[int]
    flow_run_id: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[RunState] = mapped_column(word(RunState), default=RunState.WORKING)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    logins: Mapped[int] = mapped_column(default=0)
    """Real ones; a restored session costs none."""
    answered: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    put_back: Mapped[int] = mapped_column(default=0)
    end_code: Mapped[str | None]
    end_sentence: Mapped[str | None]
    code_medium: Mapped[str | None]
    """How the portal has sent a code to a person, as long as the run waits for it."""
    code_until: Mapped[datetime | None]


class RunStep(Base):
    """Free of patient data: `page` and `note` speak of selectors."""

    __tablename__ = "step"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    work_item_id: Mapped[str | None] = mapped_column(ForeignKey("work_item.id"), index=True)
    kind: Mapped[str]
    page: Mapped[str]
    started_at: Mapped[datetime]
    milliseconds: Mapped[int]
    note: Mapped[str | None]


class StoredAnswer(Base):
    __tablename__ = "answer"

    id: Mapped[str] = mapped_column(primary_key=True)
    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), index=True)
    outcome: Mapped[str]
    as_of: Mapped[datetime]
    """When the portal showed it."""
    adapter_version: Mapped[str]
    payload: Mapped[bytes]
    """Sealed JSON."""
    shredded_at: Mapped[datetime | None]


class Evidence(Base):
    """The index of what proves an answer. The contents are sealed objects of the evidence store."""

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), index=True)
    work_item_id: Mapped[str | None] = mapped_column(ForeignKey("work_item.id"), index=True)
    kind: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    """Of the contents in clear."""
    size: Mapped[int]
    object_name: Mapped[str] = mapped_column(unique=True)
    page: Mapped[str]
    created_at: Mapped[datetime]
    shredded_at: Mapped[datetime | None]
    """By the retention. The hash stays: with it a copy that somebody kept elsewhere is known."""


async def start(session: AsyncSession, lease: Lease, *, portal: str, flow_run_id: str | None, now: datetime) -> Run:
    run = Run(
        id=new_id("run"),
        credential_id=lease.credential_id,
        portal=portal,
        holder=lease.holder,
        fence=lease.fence,
        flow_run_id=flow_run_id,
        started_at=now,
    )
    session.add(run)
    await session.flush()
    return run


async def end(session: AsyncSession, run_id: str, *, trouble: FleetError | None, now: datetime) -> None:
    await session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state == RunState.WORKING)
        .values(
            state=RunState.TROUBLED if trouble else RunState.ENDED,
            ended_at=now,
            end_code=trouble.code if trouble else None,
            end_sentence=trouble.sentence if trouble else None,
        )
    )


async def end_lost(session: AsyncSession, *, now: datetime, credential_id: str | None = None) -> None:
    """Ends the runs whose lease is dead or another's."""
    lost = (
        update(Run)
        .where(Run.state == RunState.WORKING, ~_alive(now))
        .values(
            state=RunState.LOST,
            ended_at=now,
            end_code="WorkerLost",
            end_sentence="The worker of this run ended without a word; its questions went back into the queue.",
        )
        .execution_options(synchronize_session=False)
    )
    if credential_id is not None:
        lost = lost.where(Run.credential_id == credential_id)
    await session.execute(lost)


async def await_code(session: AsyncSession, run_id: str, *, medium: str, until: datetime) -> None:
    await session.execute(update(Run).where(Run.id == run_id).values(code_medium=medium, code_until=until))


async def code_came(session: AsyncSession, run_id: str) -> None:
    """Or nobody gave it in time: either way the run waits no longer."""
    await session.execute(update(Run).where(Run.id == run_id).values(code_medium=None, code_until=None))


async def awaiting_code(session: AsyncSession, *, now: datetime, credential_id: str | None = None) -> Sequence[Run]:
    """The runs that wait for a person's code, the most pressing first."""
    waiting = select(Run).where(Run.state == RunState.WORKING, Run.code_until > now, _alive(now))
    waiting = waiting.order_by(Run.code_until)
    if credential_id is not None:
        waiting = waiting.where(Run.credential_id == credential_id)
    return (await session.scalars(waiting.execution_options(populate_existing=True))).all()


def _alive(now: datetime) -> Exists:
    """The run's own lease lives."""
    return exists().where(
        LaneLease.credential_id == Run.credential_id,
        LaneLease.fence == Run.fence,
        LaneLease.holder == Run.holder,
        LaneLease.expires_at > now,
    )


async def flow_runs_at_work(session: AsyncSession) -> set[str]:
    """Prefect's ids of the runs that are at work."""
    known = await session.scalars(select(Run.flow_run_id).where(Run.state == RunState.WORKING))
    return {flow_run_id for flow_run_id in known if flow_run_id}


async def count(
    session: AsyncSession, run_id: str, *, logins: int = 0, answered: int = 0, failed: int = 0, put_back: int = 0
) -> None:
    await session.execute(
        update(Run)
        .where(Run.id == run_id)
        .values(
            logins=Run.logins + logins,
            answered=Run.answered + answered,
            failed=Run.failed + failed,
            put_back=Run.put_back + put_back,
        )
        .execution_options(synchronize_session=False)
    )


async def add_steps(session: AsyncSession, steps: Sequence[RunStep]) -> None:
    if steps:
        columns = RunStep.__table__.columns.keys()
        await session.execute(insert(RunStep), [{name: getattr(step, name) for name in columns} for step in steps])


async def get(session: AsyncSession, run_id: str) -> Run:
    run = await session.get(Run, run_id, populate_existing=True)
    if run is None:
        raise RequestInvalid("There is no such run; `fleet runs` lists them.", field="run")
    return run


async def steps_of(session: AsyncSession, run_id: str, *, after: int = 0) -> Sequence[RunStep]:
    """In order; `after` is the last `seq` already seen, so a watcher reads only what is new."""
    return (
        await session.scalars(
            select(RunStep).where(RunStep.run_id == run_id, RunStep.seq > after).order_by(RunStep.seq)
        )
    ).all()


async def evidence_of(
    session: AsyncSession, *, run_id: str | None = None, work_item_id: str | None = None
) -> Sequence[Evidence]:
    choice = select(Evidence).order_by(Evidence.id)
    if run_id:
        choice = choice.where(Evidence.run_id == run_id)
    if work_item_id:
        choice = choice.where(Evidence.work_item_id == work_item_id)
    return (await session.scalars(choice)).all()


async def piece(session: AsyncSession, evidence_id: str) -> Evidence:
    """Raises RequestInvalid."""
    found = await session.get(Evidence, evidence_id)
    if found is None:
        raise RequestInvalid("There is no such piece of evidence.", field="evidence")
    return found


async def answer_of(session: AsyncSession, work_item_id: str) -> StoredAnswer | None:
    answers = select(StoredAnswer).where(StoredAnswer.work_item_id == work_item_id)
    return (await session.scalars(answers.order_by(StoredAnswer.id.desc()).limit(1))).first()


def payload_of(answer: StoredAnswer, sealer: Sealer) -> str:
    """JSON in clear."""
    return sealer.open(answer.payload, place("answer", answer.id))
