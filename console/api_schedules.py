"""Schedules, forecast and queue for programs: as the pages have them, with the same rights."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, UploadFile
from pydantic import BaseModel, BeforeValidator, Field

from console.api_door import ApiScheduler, api_room
from console.days import forecast_for, queue_for, today, week_for
from console.door import House, HouseOf
from console.schedules import bad_lines_of, changed, made, own, run_now, taken_in, visible
from console.uploads import plain
from core.checks import FIRST_DAY, LAST_DAY
from core.schedules import Definition
from lanes.calendar import schedules as office
from lanes.calendar.lateness import OpenFire, Waiting
from lanes.calendar.obstacles import Board
from lanes.calendar.told import FireTold, ForecastTold, ObstacleTold, RosterTold, ScheduleTold, WholeSchedule
from lanes.calendar.week import Day, Entry

router = api_room("", "schedules")


def _with_what_is_usual(said: Any) -> Any:
    """Our own sentences for what is wrong, rather than the framework's."""
    return Definition.of(**said) if isinstance(said, dict) else said


Said = Annotated[Definition, BeforeValidator(_with_what_is_usual)]
AskedDay = Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)]


class Pausing(BaseModel):
    reason: str = Field(max_length=500)


class HeapTold(BaseModel):
    portal: str
    credential: str
    capability: str
    requested_by: str
    state: str
    count: int
    late: int
    due_at: datetime
    why: str

    @classmethod
    def of(cls, each: Waiting) -> HeapTold:
        heap = each.heap
        return cls(
            portal=each.credential.portal,
            credential=each.credential.name,
            capability=heap.capability,
            requested_by=heap.requested_by,
            state=heap.state.value,
            count=heap.count,
            late=heap.late,
            due_at=heap.due_at,
            why=each.why,
        )


class OpenFireTold(FireTold):
    schedule: str
    due_at: datetime
    late: bool
    why: str

    @classmethod
    def opened(cls, each: OpenFire) -> OpenFireTold:
        return cls(
            **FireTold.of(each.fire).model_dump(),
            schedule=each.schedule.name or "",
            due_at=each.due_at,
            late=each.late,
            why=each.why,
        )


class EntryTold(BaseModel):
    """One schedule on one day."""

    schedule: str
    task: str
    portal: str
    state: str
    """Of the newest fire; of those to come active, held or paused."""
    times: list[datetime]
    """In the schedule's zone, rising."""
    fire: FireTold | None
    """The newest one that was made."""
    held: ObstacleTold | None

    @classmethod
    def of(cls, each: Entry) -> EntryTold:
        return cls(
            schedule=each.name,
            task=each.task,
            portal=each.portal,
            state=each.state,
            times=list(each.times),
            fire=FireTold.of(each.fire) if each.fire else None,
            held=ObstacleTold.of(each.held) if each.held else None,
        )


class DayTold(BaseModel):
    day: date
    entries: list[EntryTold]

    @classmethod
    def of(cls, each: Day) -> DayTold:
        return cls(day=each.day, entries=[EntryTold.of(entry) for entry in each.entries])


class BadLineTold(BaseModel):
    row: int
    """As a spreadsheet counts: the header is row 1."""
    problem: str


class QueueTold(BaseModel):
    total: int
    late: int
    heaps: list[HeapTold]
    fires: list[OpenFireTold]


@router.get("/schedules")
async def listed(visitor: ApiScheduler, house: HouseOf) -> list[ScheduleTold]:
    return [ScheduleTold.seen(each) for each in await visible(house, visitor)]


@router.post("/schedules", status_code=HTTPStatus.CREATED)
async def add(said: Said, visitor: ApiScheduler, house: HouseOf) -> WholeSchedule:
    """What is left out is as usual for the task."""
    await made(house, visitor, said)
    return await _whole(house, said.name)


@router.get("/schedules/{name}")
async def one(name: str, visitor: ApiScheduler, house: HouseOf) -> WholeSchedule:
    await own(house, visitor, name)
    return await _whole(house, name)


@router.put("/schedules/{name}")
async def replace(
    name: str, said: Said, visitor: ApiScheduler, house: HouseOf, version: int | None = None
) -> WholeSchedule:
    """The whole of it anew. With `version`, the one that was seen, nobody else's change is overwritten."""
    await own(house, visitor, name)
    await changed(house, visitor, said.changed(name=name), version=version)
    return await _whole(house, name)


@router.delete("/schedules/{name}", status_code=HTTPStatus.NO_CONTENT)
async def remove(name: str, visitor: ApiScheduler, house: HouseOf) -> None:
    await own(house, visitor, name)
    await office.remove(Board.of(house.fleet), name, actor=visitor.name)


@router.post("/schedules/{name}/run", status_code=HTTPStatus.ACCEPTED)
async def run(name: str, visitor: ApiScheduler, house: HouseOf) -> FireTold:
    """Also when it is paused or in its quiet hours. The fire says what keeps it from beginning, if something does."""
    await own(house, visitor, name)
    return FireTold.of(await run_now(house, visitor, name))


@router.post("/schedules/{name}/pause")
async def pause(name: str, pausing: Pausing, visitor: ApiScheduler, house: HouseOf) -> WholeSchedule:
    await own(house, visitor, name)
    await office.pause(Board.of(house.fleet), name, reason=pausing.reason, actor=visitor.name)
    return await _whole(house, name)


@router.post("/schedules/{name}/resume")
async def resume(name: str, visitor: ApiScheduler, house: HouseOf) -> WholeSchedule:
    await own(house, visitor, name)
    await office.resume(Board.of(house.fleet), name, actor=visitor.name)
    return await _whole(house, name)


@router.post("/schedules/{name}/roster", status_code=HTTPStatus.CREATED)
async def roster(name: str, visitor: ApiScheduler, house: HouseOf, roster: UploadFile) -> RosterTold:
    """A list of patients or appointments, .csv or .xlsx, in place of the one before: the next run asks about these.

    `bad` of its lines ask nothing; the next route says which and why.
    """
    return RosterTold.of(await taken_in(house, visitor, name, plain(roster.filename or ""), await roster.read()))


@router.get("/schedules/{name}/roster/bad-lines")
async def bad_lines(name: str, visitor: ApiScheduler, house: HouseOf) -> list[BadLineTold]:
    """What is wrong with the roster's lines that ask nothing. Free of what stands in them."""
    return [BadLineTold(row=row, problem=problem) for row, problem in await bad_lines_of(house, visitor, name)]


@router.get("/calendar")
async def calendar(visitor: ApiScheduler, house: HouseOf, day: AskedDay = None) -> list[DayTold]:
    """The week of a day, from Monday on: what each schedule did or will do; this week if no day is named."""
    return [DayTold.of(each) for each in await week_for(house, visitor, day or today(house))]


@router.get("/forecast")
async def forecast(visitor: ApiScheduler, house: HouseOf, day: AskedDay = None) -> ForecastTold:
    """What each run of a day will meet, by what is known now; today if no day is named."""
    return ForecastTold.of(await forecast_for(house, visitor, day or today(house)))


@router.get("/queue")
async def queue(visitor: ApiScheduler, house: HouseOf) -> QueueTold:
    """What is to be done by when, what is late, and why."""
    found = await queue_for(house, visitor)
    return QueueTold(
        total=found.total,
        late=found.late,
        heaps=[HeapTold.of(each) for each in found.heaps],
        fires=[OpenFireTold.opened(each) for each in found.fires],
    )


async def _whole(house: House, name: str) -> WholeSchedule:
    return WholeSchedule.whole(*await office.shown(Board.of(house.fleet), name))
