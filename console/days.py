"""The days to come and what is open now: a week of the calendar, the forecast of a day, the queue and what is late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from console.choices import day as day_of
from console.door import House, HouseOf, Scheduler
from console.drawing import Mark, Strip, strips
from console.pages import page
from console.scope import allowed_credentials, schedules_in_scope
from lanes.calendar.forecast import Forecast, Outlook, day_span, forecast
from lanes.calendar.lateness import Queue, queue
from lanes.calendar.obstacles import Board
from lanes.calendar.week import Day, calendar
from lanes.people import Visitor
from store import credentials

router = APIRouter(include_in_schema=False)
WEEK = 7
MOODS = {"runs": "fill-good", "waits": "fill-warn", "late": "fill-warn", "fails": "fill-bad"}
"""Of what is to come; what was made is plain."""
VERDICTS = {
    "runs": "will run",
    "waits": "will wait, and end in time",
    "late": "will be late",
    "fails": "will fail",
}


@router.get("/calendar")
async def calendar_page(request: Request, visitor: Scheduler, house: HouseOf) -> Response:
    days = await week_for(house, visitor, day_of(request.query_params, "day") or today(house))
    monday = days[0].day
    return page(
        request,
        "calendar.html",
        days=days,
        today=today(house),
        before=monday - timedelta(days=WEEK),
        after=monday + timedelta(days=WEEK),
    )


@router.get("/forecast")
async def forecast_page(request: Request, visitor: Scheduler, house: HouseOf) -> Response:
    chosen = day_of(request.query_params, "day") or today(house)
    seen = await forecast_for(house, visitor, chosen)
    counted = Counter(each.verdict for each in seen.fires)
    return page(
        request,
        "forecast.html",
        seen=seen,
        rows=_alike(seen),
        counted={words: counted[verdict] for verdict, words in VERDICTS.items()},
        made=sum(count for verdict, count in counted.items() if verdict not in VERDICTS),
        verdicts=VERDICTS,
        picture=logins_drawn(house, seen),
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1),
    )


@router.get("/queue")
async def queue_page(request: Request, visitor: Scheduler, house: HouseOf) -> Response:
    return page(request, "queue.html", queue=await queue_for(house, visitor), portals=house.fleet.portals)


# -- the same for pages and programs


async def week_for(house: House, visitor: Visitor, chosen: date) -> list[Day]:
    """The week of this day, from Monday on."""
    board = Board.of(house.fleet)
    async with house.fleet.database.read() as session:
        allowed = await schedules_in_scope(session, visitor, board)
    return await calendar(board, chosen - timedelta(days=chosen.weekday()), days=WEEK, only=allowed)


async def forecast_for(house: House, visitor: Visitor, chosen: date) -> Forecast:
    """Raises RequestInvalid."""
    board = Board.of(house.fleet)
    seen = await forecast(board, chosen)
    async with house.fleet.database.read() as session:
        allowed = await schedules_in_scope(session, visitor, board)
        mine = [each for each in await credentials.all_of(session) if visitor.may_see(each.tin)]
    if allowed is None:
        return seen
    accounts = {f"{board.portals[each.portal].keeper}/{each.name}" for each in mine if each.portal in board.portals}
    return Forecast(
        seen.day,
        [each for each in seen.fires if each.schedule.id in allowed],
        [each for each in seen.slots if each.names & accounts],
    )


async def queue_for(house: House, visitor: Visitor) -> Queue:
    board = Board.of(house.fleet)
    async with house.fleet.database.read() as session:
        of_schedules = await schedules_in_scope(session, visitor, board)
        only = await allowed_credentials(session, visitor)
    return await queue(board, only=only, of_schedules=of_schedules)


@dataclass(frozen=True)
class _Alike:
    """Runs of one schedule that will go alike."""

    first: Outlook
    why: str
    times: list[datetime]
    """In the schedule's zone, rising."""


def _alike(seen: Forecast) -> list[_Alike]:
    found: dict[tuple[str, str | None, str, str], _Alike] = {}
    for each in seen.fires:
        said = [reason.sentence for reason in each.reasons]
        why = " ".join([*said, *([each.fire.sentence] if each.fire and each.fire.sentence else [])])
        row = found.setdefault((each.said.name, each.account, each.verdict, why), _Alike(each, why, []))
        row.times.append(each.instant.astimezone(each.said.timetable.zone))
    return list(found.values())


def today(house: House) -> date:
    return house.fleet.clock.now().astimezone().date()


def logins_drawn(house: House, seen: Forecast) -> Markup:
    """Each account's day: when its portal is closed, and who wants a log-in when."""
    begins, ends = day_span(seen.day)
    whole = (ends - begins).total_seconds()

    def share(moment: datetime) -> float:
        return min(1.0, max(0.0, (moment - begins).total_seconds() / whole))

    drawn: list[Strip] = []
    for slots in seen.slots:
        marks: list[Mark] = []
        for each in seen.fires:
            portal = house.fleet.portals.get(each.said.portal)
            if portal is not None and f"{portal.keeper}/{each.account}" in slots.names:
                at = each.starts_at or each.instant
                told = f"{each.said.name} {at.astimezone():%H:%M}: {VERDICTS.get(each.verdict, each.verdict)}"
                marks.append(Mark(share(at), MOODS.get(each.verdict, "fill-found"), told))
        closed = [(share(since), share(until)) for since, until in slots.closed]
        drawn.append(Strip(slots.account, closed, marks, f"{slots.wanted} of {slots.total:,}"))
    hours = [(share(datetime.combine(seen.day, time(hour)).astimezone()), f"{hour:02}") for hour in range(0, 24, 3)]
    return strips(f"Log-ins of {seen.day} by account and hour", drawn, _with_end(hours))


def _with_end(hours: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    return [*hours, (1.0, "24")]
