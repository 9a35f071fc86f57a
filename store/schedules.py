"""Schedules, each version of them, and their fires. Free of patient data; store.rosters keeps what they ask about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.schedules import Definition
from store import audit
from store.base import Base, alone, new_id


class Schedule(Base):
    __tablename__ = "schedule"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(unique=True)
    """None once it is removed: its fires are kept, its name is free."""
    portal: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    definition: Mapped[str]
    """JSON of this version."""
    considered_until: Mapped[datetime]
    """Instants up to here have become fires, or were missed by the policy."""
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str | None]
    pause_reason: Mapped[str | None]
    created_at: Mapped[datetime]

    def read(self) -> Definition:
        return Definition.model_validate_json(self.definition)


class ScheduleVersion(Base):
    __tablename__ = "schedule_version"

    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


async def add(session: AsyncSession, new: Definition, *, actor: str, now: datetime) -> Schedule:
    """Fires from now on. Raises RequestInvalid for a name that is taken."""
    await alone(session, "schedule", new.name)
    if await _named(session, new.name) is not None:
        raise RequestInvalid(f"There is a schedule “{new.name}” already.", field="name")
    schedule = Schedule(
        id=new_id("sched"),
        name=new.name,
        portal=new.portal,
        version=1,
        definition=new.model_dump_json(),
        considered_until=now,
        created_at=now,
    )
    session.add(schedule)
    await session.flush()
    session.add(_version(schedule, actor, now))
    await note(session, "added", schedule, actor, now, version=1)
    return schedule


async def change(session: AsyncSession, schedule: Schedule, new: Definition, *, actor: str, now: datetime) -> None:
    """The next version. Raises RequestInvalid when somebody else has made it since `schedule` was read."""
    before = schedule.read().timetable
    values: dict[str, object] = {"version": schedule.version + 1, "definition": new.model_dump_json()}
    if new.timetable != before:  # the times that the new one would have had before are nobody's wish
        values["considered_until"] = now
    values["portal"] = new.portal
    ours = (
        update(Schedule)
        .where(Schedule.id == schedule.id, Schedule.version == schedule.version, Schedule.name.is_not(None))
        .values(**values)
        .returning(Schedule.version)
        .execution_options(synchronize_session=False)
    )
    if await session.scalar(ours) is None:
        raise RequestInvalid(
            f"Somebody else has changed “{new.name}” meanwhile; look at it again before you change it.", field="name"
        )
    await session.refresh(schedule)
    session.add(_version(schedule, actor, now))
    await note(session, "changed", schedule, actor, now, version=schedule.version)


async def pause(session: AsyncSession, schedule: Schedule, *, reason: str, actor: str, now: datetime) -> None:
    """Raises RequestInvalid without a reason: others will ask."""
    if not reason.strip():
        raise RequestInvalid("A reason is needed to pause a schedule; others will ask.", field="reason")
    schedule.paused_at, schedule.paused_by, schedule.pause_reason = now, actor, reason
    await note(session, "paused", schedule, actor, now, reason=reason)


async def resume(session: AsyncSession, schedule: Schedule, *, actor: str, now: datetime) -> None:
    """What it would have fired meanwhile was not missed but unwanted. Raises RequestInvalid when it is not paused."""
    if schedule.paused_at is None:
        raise RequestInvalid(f"“{schedule.name}” is not paused.", field="name")
    schedule.paused_at = schedule.paused_by = schedule.pause_reason = None
    schedule.considered_until = now
    await note(session, "resumed", schedule, actor, now)


async def remove(session: AsyncSession, schedule: Schedule, *, actor: str, now: datetime) -> None:
    await note(session, "removed", schedule, actor, now, version=schedule.version)
    schedule.name = None


async def named(session: AsyncSession, name: str) -> Schedule:
    """Raises RequestInvalid."""
    schedule = await _named(session, name)
    if schedule is None:
        names = await session.scalars(select(Schedule.name).where(Schedule.name.is_not(None)).order_by(Schedule.name))
        known = ", ".join(str(each) for each in names)
        raise RequestInvalid(f"There is no schedule “{name}”; there is {known or 'none yet'}.", field="name")
    return schedule


async def all_of(session: AsyncSession) -> Sequence[Schedule]:
    return (await session.scalars(select(Schedule).where(Schedule.name.is_not(None)).order_by(Schedule.name))).all()


async def versions(session: AsyncSession, schedule_id: str) -> Sequence[ScheduleVersion]:
    found = select(ScheduleVersion).where(ScheduleVersion.schedule_id == schedule_id)
    return (await session.scalars(found.order_by(ScheduleVersion.version))).all()


async def lock(session: AsyncSession, schedule_id: str) -> Schedule:
    """As it is now, and nobody else changes it or decides on its fires before this transaction ends."""
    touched = update(Schedule).where(Schedule.id == schedule_id).values(version=Schedule.version)
    await session.execute(touched.execution_options(synchronize_session=False))
    chosen = select(Schedule).where(Schedule.id == schedule_id).execution_options(populate_existing=True)
    return (await session.scalars(chosen)).one()


async def _named(session: AsyncSession, name: str) -> Schedule | None:
    return (await session.scalars(select(Schedule).where(Schedule.name == name))).first()


def _version(schedule: Schedule, actor: str, now: datetime) -> ScheduleVersion:
    return ScheduleVersion(
        schedule_id=schedule.id, version=schedule.version, definition=schedule.definition, made_by=actor, made_at=now
    )


async def note(
    session: AsyncSession, what: str, schedule: Schedule, actor: str, now: datetime, **detail: str | int
) -> None:
    event = audit.Event(f"schedule.{what}", actor, schedule.id, {"name": schedule.name, **detail})
    await audit.append(session, event, now=now)
