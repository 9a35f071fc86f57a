"""Schedules, fires and forecasts as data: what `fleet schedules --json` prints and what the HTTP API gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel

from core.schedules import Definition
from lanes.calendar.forecast import Forecast, Outlook, Slots
from lanes.calendar.obstacles import Obstacle
from lanes.calendar.schedules import ScheduleView, Version
from store.fires import Fire, FireState
from store.rosters import Roster


def result_of(fire: Fire | None) -> str | None:
    """In words."""
    if fire is None:
        return None
    if fire.state in (FireState.RUNNING, FireState.DONE):
        counts = f"{fire.answered} of {fire.questions} answered"
        counts += f", {fire.failed} failed" if fire.failed else ""
        return f"{fire.state.value}: {counts}" + (f"; {fire.missed} earlier ones left out" if fire.missed else "")
    return fire.state.value


class ObstacleTold(BaseModel):
    kind: str
    sentence: str
    until: datetime | None
    """When it goes away by itself."""
    page: str | None
    element: str | None

    @classmethod
    def of(cls, each: Obstacle) -> ObstacleTold:
        return cls(kind=each.kind.value, sentence=each.sentence, until=each.until, page=each.page, element=each.element)


class FireTold(BaseModel):
    id: str
    instant: datetime
    version: int
    made_by: str | None
    """The person who wanted it now; none for the clock."""
    missed: int
    state: str
    sentence: str | None
    not_before: datetime
    planned_at: datetime | None
    ended_at: datetime | None
    questions: int
    answered: int
    failed: int

    @classmethod
    def of(cls, fire: Fire) -> FireTold:
        return cls(**{name: getattr(fire, name) for name in cls.model_fields})


class RosterTold(BaseModel):
    lines: int
    bad: int
    received_at: datetime
    received_by: str

    @classmethod
    def of(cls, roster: Roster) -> RosterTold:
        return cls(
            lines=roster.line_count,
            bad=roster.bad_count,
            received_at=roster.received_at,
            received_by=roster.received_by,
        )


class ScheduleTold(Definition):
    id: str
    version: int
    state: str
    """paused, held or active."""
    why: str | None
    next_runs: list[datetime]
    """In the schedule's zone."""
    last: FireTold | None
    waiting: FireTold | None
    in_the_way: list[ObstacleTold]
    open_from: date | None
    """The first day that is still to be pulled, where the portal forgets."""
    first_lost_day: date | None
    roster: RosterTold | None

    @classmethod
    def seen(cls, view: ScheduleView) -> ScheduleTold:
        return cls(
            **view.said.model_dump(),
            id=view.schedule.id,
            version=view.schedule.version,
            state=view.state,
            why=view.why,
            next_runs=list(view.next_fires),
            last=FireTold.of(view.last) if view.last else None,
            waiting=FireTold.of(view.waiting) if view.waiting else None,
            in_the_way=[ObstacleTold.of(each) for each in view.in_the_way],
            open_from=view.clock.open_from if view.clock else None,
            first_lost_day=view.clock.first_lost_day if view.clock else None,
            roster=RosterTold.of(view.roster) if view.roster else None,
        )


class VersionTold(Definition):
    version: int
    made_by: str
    made_at: datetime

    @classmethod
    def made(cls, each: Version) -> VersionTold:
        return cls(**each.said.model_dump(), version=each.number, made_by=each.made_by, made_at=each.made_at)


class WholeSchedule(ScheduleTold):
    fires: list[FireTold]
    """The newest first."""
    versions: list[VersionTold]

    @classmethod
    def whole(cls, view: ScheduleView, latest: Sequence[Fire], versions: Sequence[Version]) -> WholeSchedule:
        return cls(
            **ScheduleTold.seen(view).model_dump(),
            fires=[FireTold.of(fire) for fire in latest],
            versions=[VersionTold.made(each) for each in versions],
        )


class OutlookTold(BaseModel):
    schedule: str
    task: str
    portal: str
    instant: datetime
    """In the schedule's zone."""
    credential: str | None
    verdict: str
    """runs, waits, late or fails; the state of a fire that was made."""
    starts_at: datetime | None
    due_at: datetime
    reasons: list[ObstacleTold]

    @classmethod
    def of(cls, each: Outlook) -> OutlookTold:
        return cls(
            schedule=each.said.name,
            task=each.said.task,
            portal=each.said.portal,
            instant=each.instant.astimezone(each.said.timetable.zone),
            credential=each.account,
            verdict=each.verdict,
            starts_at=each.starts_at,
            due_at=each.due_at,
            reasons=[ObstacleTold.of(reason) for reason in each.reasons],
        )


class SlotsTold(BaseModel):
    account: str
    portals: list[str]
    total: int
    """Half-minutes of the day in which its portal is open: each is good for one log-in."""
    wanted: int
    free: int
    longest_wait_seconds: float

    @classmethod
    def of(cls, each: Slots) -> SlotsTold:
        return cls(
            account=each.account,
            portals=sorted(each.portals),
            total=each.total,
            wanted=each.wanted,
            free=each.free,
            longest_wait_seconds=each.longest_wait.total_seconds(),
        )


class ForecastTold(BaseModel):
    day: date
    fires: list[OutlookTold]
    slots: list[SlotsTold]

    @classmethod
    def of(cls, seen: Forecast) -> ForecastTold:
        return cls(
            day=seen.day,
            fires=[OutlookTold.of(each) for each in seen.fires],
            slots=[SlotsTold.of(each) for each in seen.slots],
        )
