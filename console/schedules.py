"""What is asked by itself: all schedules, one of them with what it did, edited in place, run, paused and resumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from console.asking import who
from console.door import Form, House, HouseOf, Scheduler
from console.forms import Counterpart
from console.pages import go, page
from console.scope import may_schedule, schedule_in_scope, schedules_in_scope
from console.uploads import as_file, uploaded
from core.capabilities.catalog import ERRANDS, capability
from core.errors import FleetError, PartUnavailable, RequestInvalid
from core.manifest import Manifest
from core.rhythm import DAYS, LAST, WEEKDAYS, Rhythm
from core.schedules import KINDS, Definition
from core.timetable import CatchUp, Overlap, Timetable
from lanes.calendar import rosters as intake
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board, Kind
from lanes.calendar.schedules import ScheduleView
from lanes.people import Visitor
from store import credentials, rosters
from store.fires import Fire
from store.rosters import Roster

router = APIRouter(include_in_schema=False)
_BAD_LINES = 20
"""Of a roster that are shown; a wrong file can have all of its lines wrong."""
SAID = (
    *("credential", "cron", "time_zone", "days_from", "days_to", "catch_up", "late_minutes", "overlap"),
    *("priority", "due_minutes", "quiet_from", "quiet_until"),
)
"""What a form says beside name, task, portal and payer."""
ZONES = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Anchorage", "Pacific/Honolulu", "UTC"),
)
"""Offered; any other name of the IANA is taken as well."""
CRON = "cron"
"""The choice of somebody who writes the line."""
_WORDS = {
    CatchUp.NEWEST: "the newest one runs",
    CatchUp.NONE: "none runs that is too late",
    CatchUp.ALL: "all of them run",
    Overlap.JOIN: "asks at once",
    Overlap.QUEUE: "waits for it",
    Overlap.SKIP: "is left out",
}


@dataclass(frozen=True)
class Ahead:
    """When a schedule would run that is not saved yet."""

    words: str
    fires: Sequence[datetime]
    zone: str

    @classmethod
    def of(cls, house: House, form: Mapping[str, str]) -> Ahead:
        """Raises RequestInvalid."""
        table = Timetable.of(cron_in(form), form.get("time_zone", "").strip())
        return cls(table.words, table.next(3, house.fleet.clock.now()), table.zone.key)


@router.get("/schedules")
async def schedules_page(request: Request, visitor: Scheduler, house: HouseOf) -> Response:
    views = await visible(house, visitor)
    return page(request, "schedules.html", views=views, holds=holds(views), portals=house.fleet.portals)


@router.post("/schedules")
async def add(request: Request, visitor: Scheduler, house: HouseOf, form: Form) -> Response:
    task = _task(form.get("task", ""))
    try:
        if form.get("look"):
            return await _new(request, house, task, given=form, ahead=Ahead.of(house, form))
        said = said_in(form, name=form.get("name", "").strip(), task=task)
        await made(house, visitor, said)
    except FleetError as problem:
        return await _new(request, house, task, given=form, problem=problem)
    return go(f"/schedules/{said.name}")


@router.get("/schedules/new/{task}")
async def new_page(request: Request, task: str, visitor: Scheduler, house: HouseOf) -> Response:
    del visitor
    return await _new(request, house, _task(task), given=_usual(task))


@router.get("/schedules/{name}")
async def schedule_page(request: Request, name: str, visitor: Scheduler, house: HouseOf) -> Response:
    await own(house, visitor, name)
    return await _one(request, house, name)


@router.post("/schedules/{name}")
async def edit(request: Request, name: str, visitor: Scheduler, house: HouseOf, form: Form) -> Response:
    before = await own(house, visitor, name)
    seen = form.get("version", "")
    try:
        if form.get("look"):
            return await _one(request, house, name, given=form, ahead=Ahead.of(house, form))
        said = said_in(form, name=name, task=before.task)
        await changed(house, visitor, said, version=int(seen) if seen.isdigit() else None)
    except FleetError as problem:
        return await _one(request, house, name, given=form, problem=problem)
    return go(f"/schedules/{name}")


@router.post("/schedules/{name}/run")
async def run(request: Request, name: str, visitor: Scheduler, house: HouseOf) -> Response:
    await own(house, visitor, name)
    try:
        await run_now(house, visitor, name)
    except FleetError as problem:
        return await _one(request, house, name, problem=problem)
    return go(f"/schedules/{name}#runs")


@router.post("/schedules/{name}/pause")
async def pause(request: Request, name: str, visitor: Scheduler, house: HouseOf, form: Form) -> Response:
    await own(house, visitor, name)
    try:
        await office.pause(Board.of(house.fleet), name, reason=form.get("reason", ""), actor=visitor.name)
    except FleetError as problem:
        return await _one(request, house, name, problem=problem)
    return go(f"/schedules/{name}")


@router.post("/schedules/{name}/resume")
async def resume(request: Request, name: str, visitor: Scheduler, house: HouseOf) -> Response:
    await own(house, visitor, name)
    try:
        await office.resume(Board.of(house.fleet), name, actor=visitor.name)
    except FleetError as problem:
        return await _one(request, house, name, problem=problem)
    return go(f"/schedules/{name}")


@router.post("/schedules/{name}/remove")
async def remove(name: str, visitor: Scheduler, house: HouseOf) -> Response:
    await own(house, visitor, name)
    await office.remove(Board.of(house.fleet), name, actor=visitor.name)
    return go("/schedules")


@router.post("/schedules/{name}/roster")
async def roster(request: Request, name: str, visitor: Scheduler, house: HouseOf) -> Response:
    await own(house, visitor, name)
    try:
        uploads = await uploaded(request, "roster")
        if not uploads:
            raise RequestInvalid("Choose a roster, .csv or .xlsx.", field="roster")
        await taken_in(house, visitor, name, *uploads[0])
    except FleetError as problem:
        return await _one(request, house, name, problem=problem)
    return go(f"/schedules/{name}")


# -- the same for pages and programs


async def visible(house: House, visitor: Visitor) -> list[ScheduleView]:
    board = Board.of(house.fleet)
    async with house.fleet.database.read() as session:
        allowed = await schedules_in_scope(session, visitor, board)
    return [each for each in await office.listed(board) if allowed is None or each.schedule.id in allowed]


async def own(house: House, visitor: Visitor, name: str) -> Definition:
    """Raises RequestInvalid."""
    async with house.fleet.database.read() as session:
        return (await schedule_in_scope(session, visitor, Board.of(house.fleet), name)).read()


async def made(house: House, visitor: Visitor, said: Definition) -> None:
    """Raises RequestInvalid, and what the portal's policy says."""
    await _in_scope(house, visitor, said)
    await office.add(Board.of(house.fleet), said, actor=visitor.name)


async def changed(house: House, visitor: Visitor, said: Definition, *, version: int | None) -> None:
    """Raises as `made`."""
    await _in_scope(house, visitor, said)
    await office.replace(Board.of(house.fleet), said.name, said, actor=visitor.name, version=version)


async def run_now(house: House, visitor: Visitor, name: str) -> Fire:
    fire, to_wake = await office.run_now(house.fleet, name, actor=visitor.name)
    with suppress(PartUnavailable):  # the questions are kept, and the re-waking flow finds them
        await house.wake(sorted(to_wake))
    return fire


async def taken_in(house: House, visitor: Visitor, name: str, filename: str, data: bytes) -> Roster:
    """The newest one counts. Raises RequestInvalid."""
    async with house.fleet.database.read() as session:
        schedule = await schedule_in_scope(session, visitor, Board.of(house.fleet), name)
    async with as_file(filename, data) as source:
        return await intake.take_in(house.fleet, schedule, source, by=visitor.name)


async def bad_lines_of(house: House, visitor: Visitor, name: str) -> Sequence[tuple[int, str]]:
    """Row numbers of the roster's lines that ask nothing, each with its problem. Raises RequestInvalid."""
    async with house.fleet.database.read() as session:
        schedule = await schedule_in_scope(session, visitor, Board.of(house.fleet), name)
        roster = await rosters.current(session, schedule.id)
        return await rosters.problems(session, roster.id) if roster else []


def said_in(form: Mapping[str, str], *, name: str, task: str) -> Definition:
    """Raises RequestInvalid."""
    portal, payer = who(form)
    given = {key: value for key in SAID if (value := form.get(key, "").strip())}
    return Definition.of(name=name, task=task, portal=portal, payer=payer, **given | {"cron": cron_in(form)})


def cron_in(form: Mapping[str, str]) -> str:
    """What people choose is kept as the cron line that it means. Raises RequestInvalid."""
    every = form.get("every", CRON)
    if every == CRON:
        return form.get("cron", "").strip()
    return Rhythm.of(every, form.get("at", ""), weekday=form.get("weekday"), day=form.get("month_day")).cron


def holds(views: Sequence[ScheduleView]) -> dict[str, list[str]]:
    """Names of the schedules that the canary holds, by what it says of the page that will fail."""
    held: dict[str, list[str]] = defaultdict(list)
    for view in views:
        for each in view.in_the_way:
            if each.kind in (Kind.HELD, Kind.QUARANTINE):
                held[each.sentence].append(view.said.name)
    return held


async def _in_scope(house: House, visitor: Visitor, said: Definition) -> None:
    async with house.fleet.database.read() as session:
        if not await may_schedule(session, visitor, Board.of(house.fleet), said):
            raise RequestInvalid(
                "It could use accounts of tax IDs that are not yours; name one of your own accounts.",
                field="credential",
            )


def _task(name: str) -> str:
    """Raises RequestInvalid as for a page that is not there."""
    if name not in KINDS:
        raise RequestInvalid(f"What can be scheduled is {', '.join(KINDS)}.", field="page")
    return name


def _usual(task: str) -> dict[str, str]:
    first, last = KINDS[task].days
    fields = Definition.model_fields
    plain = ("catch_up", "overlap", "late_minutes", "priority", "due_minutes")
    return {
        "days_from": str(first),
        "days_to": str(last),
        "time_zone": ZONES[1],
        **_rhythm("0 6 * * 1-5"),
        **{name: str(fields[name].default) for name in plain},
    }


def _given(said: Definition) -> dict[str, str]:
    told = {key: str(value) for key, value in said.model_dump(mode="json").items() if value is not None}
    times = {key: told[key][:5] for key in ("quiet_from", "quiet_until") if key in told}
    return told | times | _rhythm(said.cron) | {"counterpart": f"{said.portal}|{said.payer or ''}"}


def _rhythm(cron: str) -> dict[str, str]:
    """As the form asks for it."""
    known = Rhythm.read(cron)
    if known is None:
        return {"every": CRON, "cron": cron}
    at = f"{known.at:%H:%M}"
    return {"every": known.every, "at": at, "weekday": known.weekday, "month_day": known.day, "cron": cron}


def _counterparts(task: str, portals: Mapping[str, Manifest]) -> Iterator[Counterpart]:
    for portal in portals.values():
        if task not in portal.capabilities and task not in ERRANDS:
            continue
        asks_payer = task not in ERRANDS and capability(task).asks_payer
        several = asks_payer and len(portal.payers) > 1
        each = "payers as the roster has them" if KINDS[task].roster else "each of its payers"
        yield Counterpart(f"{portal.id}|", f"{portal.name}, {each}" if several else portal.name)
        for payer in portal.payers if several else ():
            yield Counterpart(f"{portal.id}|{payer.id}", f"{payer.name} · {portal.name}")


async def _choices(session: AsyncSession, house: House, task: str) -> dict[str, Any]:
    known = await credentials.all_of(session)
    return {
        "counterparts": list(_counterparts(task, house.fleet.portals)),
        "accounts": sorted({each.name for each in known if each.portal in house.fleet.portals}),
        "zones": ZONES,
        "kind": KINDS[task],
        "catch_ups": list(CatchUp),
        "overlaps": list(Overlap),
        "words_of": _WORDS,
        "weekdays": WEEKDAYS,
        "month_days": {each: "the last day" if each == LAST else each for each in DAYS},
    }


async def _new(
    request: Request,
    house: House,
    task: str,
    *,
    given: Mapping[str, str],
    ahead: Ahead | None = None,
    problem: FleetError | None = None,
) -> Response:
    async with house.fleet.database.read() as session:
        choices = await _choices(session, house, task)
    return page(
        request,
        "schedule_new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        task=task,
        tasks=list(KINDS),
        given=given,
        ahead=ahead,
        wrong=getattr(problem, "field", None),
        problem=problem,
        **choices,
    )


async def _one(
    request: Request,
    house: House,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    ahead: Ahead | None = None,
    problem: FleetError | None = None,
) -> Response:
    view, latest, versions = await office.shown(Board.of(house.fleet), name)
    async with house.fleet.database.read() as session:
        choices = await _choices(session, house, view.said.task)
        bad = await rosters.problems(session, view.roster.id, limit=_BAD_LINES) if view.roster else []
    return page(
        request,
        "schedule.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        view=view,
        said=view.said,
        zone=view.said.timetable.zone,
        latest=latest,
        bad_lines=bad,
        versions=list(reversed(versions)),
        portal=house.fleet.portals.get(view.said.portal),
        given=given or _given(view.said),
        editing=given is not None,
        ahead=ahead,
        wrong=getattr(problem, "field", None),
        problem=problem,
        **choices,
    )
