"""Fires of schedules. One per schedule and instant, whoever looks at the clock and however often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from core.timetable import Wanted
from store import schedules
from store.base import Base, new_id, word
from store.schedules import Schedule
from store.work_items import ItemState, WorkItem


class FireState(StrEnum):
    WAITING = "waiting"
    """Due, but something keeps it from beginning; `sentence` says what."""
    PLANNING = "planning"
    """A worker makes its questions."""
    RUNNING = "running"
    """All its questions are made, some are open."""
    DONE = "done"
    SKIPPED = "skipped"
    """By the schedule's own policy; `sentence` says why."""
    REFUSED = "refused"
    """It may not run as the schedule stands; `sentence` says what to do."""


OPEN = (FireState.WAITING, FireState.PLANNING, FireState.RUNNING)
UNDER_WAY = (FireState.PLANNING, FireState.RUNNING)


class Fire(Base):
    __tablename__ = "fire"
    __table_args__ = (
        UniqueConstraint("schedule_id", "instant"),
        Index(None, "state", "not_before"),
        Index(None, "instant"),
        Index(None, "schedule_id", "last_day"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedule.id"))
    instant: Mapped[datetime]
    """The moment that it stands for, however late it was made."""
    version: Mapped[int]
    """Of the schedule, when it was made."""
    made_by: Mapped[str | None]
    """The person who wanted it now; None for the clock."""
    missed: Mapped[int] = mapped_column(default=0)
    """Instants before it that an outage swallowed and that the policy does not make up for."""
    state: Mapped[FireState] = mapped_column(word(FireState), default=FireState.WAITING)
    sentence: Mapped[str | None]
    not_before: Mapped[datetime]
    takes: Mapped[int] = mapped_column(default=0)
    """How often a worker took it to plan it: who took it before has lost it."""
    taken_until: Mapped[datetime | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    """What it asked for, where it asks for days."""
    planned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    questions: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)


class FireItem(Base):
    __tablename__ = "fire_item"

    fire_id: Mapped[str] = mapped_column(ForeignKey("fire.id"), primary_key=True)
    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"), primary_key=True)


async def make(session: AsyncSession, schedule: Schedule, wanted: Wanted) -> bool:
    """Notes the instants since the schedule was looked at last; False when another scheduler did it meanwhile."""
    ours = (
        update(Schedule)
        .where(Schedule.id == schedule.id, Schedule.considered_until == schedule.considered_until)
        .values(considered_until=wanted.until)
        .returning(Schedule.id)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(ours) is None:
        return False
    if wanted.fires:
        await session.execute(
            insert(Fire),
            [
                {
                    "id": new_id("fire"),
                    "schedule_id": schedule.id,
                    "instant": instant,
                    "version": schedule.version,
                    "missed": wanted.missed if instant == wanted.fires[-1] else 0,
                    "state": FireState.WAITING,
                    "not_before": instant,
                    "takes": 0,
                    "questions": 0,
                    "answered": 0,
                    "failed": 0,
                }
                for instant in wanted.fires
            ],
        )
    return True


async def make_now(session: AsyncSession, schedule: Schedule, *, actor: str, now: datetime) -> Fire:
    fire = Fire(
        id=new_id("fire"),
        schedule_id=schedule.id,
        instant=now,
        version=schedule.version,
        made_by=actor,
        not_before=now,
        missed=0,
        takes=0,
        questions=0,
        answered=0,
        failed=0,
        state=FireState.WAITING,
    )
    session.add(fire)
    await session.flush()
    await schedules.note(session, "started", schedule, actor, now)
    return fire


async def due(session: AsyncSession, *, now: datetime) -> Sequence[Fire]:
    """Those that may begin, oldest first; also what a dead worker was planning."""
    chosen = select(Fire).where(
        or_(
            and_(Fire.state == FireState.WAITING, Fire.not_before <= now),
            and_(Fire.state == FireState.PLANNING, Fire.taken_until <= now),
        )
    )
    return (await session.scalars(chosen.order_by(Fire.instant))).all()


async def locked(session: AsyncSession, fire_id: str, *, now: datetime) -> tuple[Schedule, Fire] | None:
    """The fire, if it still is to be decided on, with its schedule locked."""
    schedule_id = (await session.scalars(select(Fire.schedule_id).where(Fire.id == fire_id))).one()
    schedule = await schedules.lock(session, schedule_id)
    fire = await get(session, fire_id)
    lapsed = fire.state is FireState.PLANNING and fire.taken_until is not None and fire.taken_until <= now
    return (schedule, fire) if fire.state is FireState.WAITING or lapsed else None


async def get(session: AsyncSession, fire_id: str) -> Fire:
    return (
        await session.scalars(select(Fire).where(Fire.id == fire_id).execution_options(populate_existing=True))
    ).one()


async def open_before(session: AsyncSession, fire: Fire) -> bool:
    """Whether an earlier fire of its schedule has begun and is not done."""
    earlier = select(Fire.id).where(
        Fire.schedule_id == fire.schedule_id, Fire.instant < fire.instant, Fire.state.in_(UNDER_WAY)
    )
    return await session.scalar(earlier.limit(1)) is not None


async def waiting_after(session: AsyncSession, fire: Fire, *, now: datetime) -> bool:
    later = select(Fire.id).where(
        Fire.schedule_id == fire.schedule_id,
        Fire.instant > fire.instant,
        Fire.instant <= now,
        Fire.state == FireState.WAITING,
    )
    return await session.scalar(later.limit(1)) is not None


def take(fire: Fire, *, until: datetime) -> int:
    """The number under which it is planned; whoever had a smaller one has lost it."""
    fire.state, fire.sentence, fire.taken_until = FireState.PLANNING, None, until
    fire.takes += 1
    return fire.takes


async def keep(session: AsyncSession, fire_id: str, number: int, *, until: datetime) -> bool:
    """False when somebody else plans the fire by now. Locks its row."""
    ours = (
        update(Fire)
        .where(Fire.id == fire_id, Fire.state == FireState.PLANNING, Fire.takes == number)
        .values(taken_until=until)
        .returning(Fire.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(ours) is not None


async def link(session: AsyncSession, fire_id: str, item_ids: Collection[str]) -> None:
    """Questions of this fire, its own or joined; those that it has already are left."""
    known = set(
        await session.scalars(
            select(FireItem.work_item_id).where(FireItem.fire_id == fire_id, FireItem.work_item_id.in_(item_ids))
        )
    )
    new = [{"fire_id": fire_id, "work_item_id": item} for item in sorted(set(item_ids) - known)]
    if new:
        await session.execute(insert(FireItem), new)


async def planned(session: AsyncSession, fire_id: str, number: int, *, questions: int, now: datetime) -> None:
    done = update(Fire).where(Fire.id == fire_id, Fire.state == FireState.PLANNING, Fire.takes == number)
    await session.execute(
        done.values(state=FireState.RUNNING, planned_at=now, taken_until=None, questions=questions).execution_options(
            synchronize_session=False
        )
    )


async def asks_for(session: AsyncSession, fire_id: str, number: int, first: date, last: date) -> None:
    asked = update(Fire).where(Fire.id == fire_id, Fire.state == FireState.PLANNING, Fire.takes == number)
    await session.execute(asked.values(first_day=first, last_day=last).execution_options(synchronize_session=False))


async def covered_to(session: AsyncSession, schedule_id: str) -> date | None:
    """The last day that was pulled, each question with what the portal has: each fire begins no later than where the
    one before ended.
    """
    return await session.scalar(_covered(schedule_id))


_NOTHING_SEEN = ("no_answer_now", "not_authorised", "provider_not_on_file", "mismatch")
"""Outcomes by which nobody knows what the portal has."""


def _covered(schedule_id: str | InstrumentedAttribute[str]) -> Select[tuple[date | None]]:
    unseen = exists().where(
        FireItem.fire_id == Fire.id, WorkItem.id == FireItem.work_item_id, WorkItem.outcome.in_(_NOTHING_SEEN)
    )
    done = select(Fire.last_day).where(
        Fire.schedule_id == schedule_id,
        Fire.last_day.is_not(None),
        Fire.state == FireState.DONE,
        Fire.failed == 0,
        Fire.questions > 0,
        ~unseen,
    )
    return done.order_by(Fire.last_day.desc()).limit(1)


async def all_covered_to(session: AsyncSession, schedule_ids: Collection[str]) -> dict[str, date]:
    """As `covered_to`, of each of them."""
    last = _covered(Schedule.id).correlate(Schedule).scalar_subquery()
    rows = await session.execute(select(Schedule.id, last).where(Schedule.id.in_(schedule_ids)))
    return {schedule_id: day for schedule_id, day in rows.tuples() if day is not None}


async def last_begun(session: AsyncSession, schedule_ids: Collection[str]) -> dict[str, Fire]:
    """Of each schedule the newest fire that is no longer waiting."""
    newest = select(Fire.id).where(Fire.schedule_id == Schedule.id, Fire.state != FireState.WAITING)
    one = newest.order_by(Fire.instant.desc()).limit(1).correlate(Schedule).scalar_subquery()
    found = select(Fire).where(Fire.id.in_(select(one).where(Schedule.id.in_(schedule_ids))))
    return {fire.schedule_id: fire for fire in await session.scalars(found)}


async def last_waiting(session: AsyncSession, schedule_ids: Collection[str]) -> dict[str, Fire]:
    """Of each schedule the newest fire that something keeps from beginning."""
    found = select(Fire).where(Fire.state == FireState.WAITING, Fire.schedule_id.in_(schedule_ids))
    return {fire.schedule_id: fire for fire in await session.scalars(found.order_by(Fire.instant))}


async def not_ended(session: AsyncSession) -> Sequence[Fire]:
    return (await session.scalars(select(Fire).where(Fire.state.in_(OPEN)).order_by(Fire.instant))).all()


async def running(session: AsyncSession) -> Sequence[Fire]:
    return (await session.scalars(select(Fire).where(Fire.state == FireState.RUNNING))).all()


async def settle(session: AsyncSession, fire: Fire, *, now: datetime) -> None:
    """Counts what came of it; done when no question is open."""
    await session.refresh(fire, with_for_update=True)
    if fire.state is not FireState.RUNNING:
        return
    rows = await session.execute(
        select(WorkItem.state, func.count(), func.count(WorkItem.outcome), func.min(WorkItem.error_sentence))
        .join(FireItem, FireItem.work_item_id == WorkItem.id)
        .where(FireItem.fire_id == fire.id)
        .group_by(WorkItem.state)
    )
    by_state = {state: (count, answered, said) for state, count, answered, said in rows.tuples()}
    count, answered, _ = by_state.get(ItemState.DONE, (0, 0, None))
    held, _, said = by_state.get(ItemState.HELD, (0, 0, None))
    fire.answered, fire.failed = answered, count - answered
    fire.sentence = f"{held} questions wait for a person: {said}" if held else None
    if not by_state.keys() - {ItemState.DONE}:
        fire.state, fire.ended_at = FireState.DONE, now


def end(fire: Fire, state: FireState, sentence: str, *, now: datetime) -> None:
    fire.state, fire.sentence, fire.ended_at, fire.taken_until = state, sentence, now, None


def wait(fire: Fire, sentence: str, *, until: datetime | None, now: datetime) -> None:
    """Looked at again at that time, or at every look."""
    fire.state, fire.sentence, fire.taken_until = FireState.WAITING, sentence, None
    fire.not_before = until or now


async def latest(session: AsyncSession, schedule_id: str, count: int) -> Sequence[Fire]:
    """Newest first."""
    chosen = select(Fire).where(Fire.schedule_id == schedule_id).order_by(Fire.instant.desc()).limit(count)
    return (await session.scalars(chosen)).all()


async def between(session: AsyncSession, first: datetime, last: datetime) -> Sequence[Fire]:
    chosen = select(Fire).where(Fire.instant >= first, Fire.instant < last).order_by(Fire.instant)
    return (await session.scalars(chosen)).all()


LEASE = timedelta(minutes=5)
"""How long a worker may be silent while it plans a fire."""
