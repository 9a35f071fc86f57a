"""Some days of the calendar: what each schedule did or will do on each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lanes.calendar.obstacles import Board, Known, Obstacle, obstacles
from store import fires, schedules
from store.fires import Fire

_DAY = timedelta(days=1)
_WIDEST = timedelta(hours=15)
"""More than any zone's midnight is away from UTC's."""


@dataclass(frozen=True)
class Entry:
    """One schedule on one day."""

    name: str
    task: str
    portal: str
    times: Sequence[datetime]
    """In the schedule's zone, rising."""
    fire: Fire | None
    """The newest one that was made."""
    paused: bool
    held: Obstacle | None
    """What keeps those that are still to come from beginning, until somebody acts."""

    @property
    def state(self) -> str:
        """Of the newest fire; of those to come active, held or paused."""
        if self.fire is not None:
            return self.fire.state.value
        return "paused" if self.paused else "held" if self.held else "active"


@dataclass(frozen=True)
class Day:
    day: date
    entries: Sequence[Entry]


async def calendar(board: Board, first: date, *, days: int, only: Collection[str] | None = None) -> list[Day]:
    """`only`: ids of schedules; None: all. Each instant stands on the day that its schedule's zone calls it."""
    on: dict[date, list[Entry]] = {first + _DAY * each: [] for each in range(days)}
    begins = datetime.combine(first, time()).astimezone()
    now = board.clock.now()
    async with board.database.read() as session:
        made: dict[str, list[Fire]] = defaultdict(list)
        for fire in await fires.between(session, begins - _WIDEST, begins + days * _DAY + _WIDEST):
            made[fire.schedule_id].append(fire)
        known = await Known.of(session, board)
        for schedule in await schedules.all_of(session):
            if only is not None and schedule.id not in only:
                continue
            said = schedule.read()
            zone = said.timetable.zone
            times: dict[date, list[datetime]] = defaultdict(list)
            newest: dict[date, Fire] = {}
            for fire in made[schedule.id]:
                local = fire.instant.astimezone(zone)
                times[local.date()].append(local)
                newest[local.date()] = fire
            for day in on:
                times[day] += [each.astimezone(zone) for each in said.timetable.on(day) if each > now]
            found = obstacles(known, board, schedule, now)
            held = next((each for each in found if each.until is None), None)
            for day in [each for each in on if times[each]]:
                entry = Entry(
                    name=said.name,
                    task=said.task,
                    portal=said.portal,
                    times=sorted(set(times[day])),
                    fire=newest.get(day),
                    paused=schedule.paused_at is not None,
                    held=held,
                )
                on[day].append(entry)
    return [Day(day, sorted(entries, key=lambda each: each.times[0].time())) for day, entries in on.items()]
