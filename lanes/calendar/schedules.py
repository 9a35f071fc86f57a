"""Schedules as people handle them: added, edited, paused, run, removed, and looked at. Audited under their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.schedules import Definition
from lanes import policy
from lanes.assembly import Fleet
from lanes.calendar.firing import Scheduler
from lanes.calendar.forecast import forecast_in
from lanes.calendar.obstacles import Board, Kind, Known, Obstacle, counters, obstacles
from lanes.calendar.retention import Clock, clock
from store import fires, rosters, schedules
from store.fires import Fire
from store.rosters import Roster
from store.schedules import Schedule, ScheduleVersion


@dataclass(frozen=True)
class ScheduleView:
    schedule: Schedule
    said: Definition
    next_fires: Sequence[datetime]
    """In the schedule's zone; none while it is paused."""
    last: Fire | None
    """The newest fire that is no longer waiting."""
    waiting: Fire | None
    """The newest one that something keeps from beginning."""
    in_the_way: Sequence[Obstacle]
    """What would keep it from beginning now."""
    roster: Roster | None
    clock: Clock | None
    """What is still to be pulled, where the portal forgets."""

    @property
    def state(self) -> str:
        """paused, held (until somebody acts) or active. Quiet hours and maintenance windows hold nothing: they end."""
        if self.schedule.paused_at is not None:
            return "paused"
        return "held" if any(each.until is None for each in self.in_the_way) else "active"

    @property
    def why(self) -> str | None:
        if self.schedule.paused_at is not None:
            return f"{self.schedule.pause_reason} ({self.schedule.paused_by}, {self.schedule.paused_at:%Y-%m-%d})"
        return " ".join(each.sentence for each in self.in_the_way) or None


async def add(board: Board, said: Definition, *, actor: str) -> Schedule:
    """Raises RequestInvalid, also where no log-in is left for it, and what the portal's policy says where it may not
    run.
    """
    async with board.database.begin() as session:
        await _check(session, board, said)
        made = await schedules.add(session, said, actor=actor, now=board.clock.now())
        await _gets_in(session, board, made)
        return made


async def edit(board: Board, name: str, *, actor: str, version: int | None = None, **said: Any) -> Schedule:
    """`version` is the one that the person saw. Raises RequestInvalid when it is not the newest any more."""
    async with board.database.begin() as session:
        schedule = await schedules.named(session, name)
        return await _change(session, board, schedule, schedule.read().changed(**said), actor=actor, version=version)


async def replace(board: Board, name: str, said: Definition, *, actor: str, version: int | None = None) -> Schedule:
    """As `edit`, with everything said anew: what is None then is nothing."""
    async with board.database.begin() as session:
        schedule = await schedules.named(session, name)
        if (said.name, said.task) != (name, schedule.read().task):
            raise RequestInvalid("A schedule keeps its name and what it asks for; make another one.", field="name")
        return await _change(session, board, schedule, said, actor=actor, version=version)


async def pause(board: Board, name: str, *, reason: str, actor: str) -> None:
    async with board.database.begin() as session:
        schedule = await schedules.named(session, name)
        await schedules.pause(session, schedule, reason=reason, actor=actor, now=board.clock.now())


async def resume(board: Board, name: str, *, actor: str) -> None:
    async with board.database.begin() as session:
        schedule = await schedules.named(session, name)
        await schedules.resume(session, schedule, actor=actor, now=board.clock.now())


async def remove(board: Board, name: str, *, actor: str) -> None:
    async with board.database.begin() as session:
        schedule = await schedules.named(session, name)
        await schedules.remove(session, schedule, actor=actor, now=board.clock.now())


async def run_now(fleet: Fleet, name: str, *, actor: str) -> tuple[Fire, set[str]]:
    """Also when it is paused, held by the canary, or in its quiet hours: a person wants it. Gives the credentials whose
    lanes have to be woken.
    """
    async with fleet.database.begin() as session:
        schedule = await schedules.named(session, name)
        fire = await fires.make_now(session, schedule, actor=actor, now=fleet.clock.now())
    to_wake = await Scheduler(fleet).begin(fire.id)
    async with fleet.database.read() as session:
        return await fires.get(session, fire.id), to_wake


async def listed(board: Board, *, count: int = 3) -> list[ScheduleView]:
    """Each with so many of its next times."""
    async with board.database.read() as session:
        return await _views(session, board, await schedules.all_of(session), count)


async def shown(board: Board, name: str, *, count: int = 10) -> tuple[ScheduleView, Sequence[Fire], Sequence[Version]]:
    """With its latest fires and all its versions."""
    async with board.database.read() as session:
        schedule = await schedules.named(session, name)
        (view,) = await _views(session, board, [schedule], count)
        latest = await fires.latest(session, schedule.id, count)
        return view, latest, [Version.of(each) for each in await schedules.versions(session, schedule.id)]


@dataclass(frozen=True)
class Version:
    number: int
    said: Definition
    made_by: str
    made_at: datetime

    @classmethod
    def of(cls, row: ScheduleVersion) -> Version:
        return cls(row.version, Definition.model_validate_json(row.definition), row.made_by, row.made_at)


async def _views(session: AsyncSession, board: Board, found: Sequence[Schedule], count: int) -> list[ScheduleView]:
    """In as many questions to the store, however many schedules there are."""
    ids, now = [each.id for each in found], board.clock.now()
    known = await Known.of(session, board)
    begun, waiting = await fires.last_begun(session, ids), await fires.last_waiting(session, ids)
    lists, covered = await rosters.all_current(session, ids), await fires.all_covered_to(session, ids)
    views = []
    for schedule in found:
        said = schedule.read()
        manifest = board.portals.get(said.portal)
        views.append(
            ScheduleView(
                schedule=schedule,
                said=said,
                next_fires=[] if schedule.paused_at else said.timetable.next(count, now),
                last=begun.get(schedule.id),
                waiting=waiting.get(schedule.id),
                in_the_way=obstacles(known, board, schedule, now),
                roster=lists.get(schedule.id),
                clock=clock(schedule, said, manifest, covered.get(schedule.id)) if manifest else None,
            )
        )
    return views


async def _change(
    session: AsyncSession, board: Board, schedule: Schedule, said: Definition, *, actor: str, version: int | None
) -> Schedule:
    if version not in (None, schedule.version):
        raise RequestInvalid(
            f"Somebody else has changed “{said.name}” meanwhile; look at it again before you change it.",
            field="version",
        )
    await _check(session, board, said)
    if said != schedule.read():
        await schedules.change(session, schedule, said, actor=actor, now=board.clock.now())
        await _gets_in(session, board, schedule)
    return schedule


async def _gets_in(session: AsyncSession, board: Board, schedule: Schedule) -> None:
    """Raises RequestInvalid where others take the log-ins of its next day until it is too late."""
    said = schedule.read()
    (coming,) = said.timetable.next(1, board.clock.now())
    seen = await forecast_in(session, board, coming.date())
    for each in seen.fires:
        slot = next((reason for reason in each.reasons if reason.kind is Kind.SLOT), None)
        if each.schedule.id == schedule.id and each.verdict == "late" and slot is not None:
            at = f"{each.instant.astimezone(said.timetable.zone):%Y-%m-%d %H:%M}"
            raise RequestInvalid(
                f"At {at} there is no log-in left before its answers are due. {slot.sentence} Choose another time, a "
                "later due time, or another account.",
                field="cron",
            )


async def _check(session: AsyncSession, board: Board, said: Definition) -> None:
    manifest = counters(board, said)[0].manifest
    if (refused := policy.refused(manifest, board.environment)) is not None:
        raise refused
    known = await Known.of(session, board)
    if said.credential is not None and not known.accounts(said):
        raise RequestInvalid(
            f"{manifest.name} has no credential “{said.credential}”; `fleet credentials` lists what there is.",
            field="credential",
        )
