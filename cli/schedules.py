"""`fleet schedules`: what is asked by itself, and when."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import typer

from cli.actor import actor
from cli.exits import STATUS_OF, say
from cli.opened import opened_fleet, opened_store, read_settings
from cli.output import console, print_json, table
from core.errors import NextStep, RequestInvalid
from core.rhythm import Every, Rhythm
from core.schedules import Definition
from flows.wake import wake
from lanes.calendar import rosters as intake
from lanes.calendar import schedules as office
from lanes.calendar.forecast import Forecast, forecast, parsed_day
from lanes.calendar.obstacles import Board
from lanes.calendar.schedules import ScheduleView, Version
from lanes.calendar.told import FireTold, ForecastTold, ScheduleTold, WholeSchedule, result_of
from payers.registry import manifests
from store import schedules
from store.fires import Fire, FireState

_SPAN = re.compile(r"(-?\d+):(-?\d+)")
_HOURS = re.compile(r"(\d{1,2}:\d\d)-(\d{1,2}:\d\d)")
_STATUS = {FireState.WAITING: STATUS_OF[NextStep.WAIT], FireState.REFUSED: STATUS_OF[NextStep.ASK_PERSON]}


def list_schedules(*, as_json: bool) -> None:
    async def listed() -> list[ScheduleView]:
        async with _board() as board:
            return await office.listed(board)

    views = asyncio.run(listed())
    if as_json:
        print_json([ScheduleTold.seen(each).model_dump(mode="json") for each in views])
        return
    rows = [
        (
            each.said.name,
            each.said.task,
            each.said.portal,
            f"{each.next_fires[0]:%a %Y-%m-%d %H:%M %Z}" if each.next_fires else None,
            result_of(each.last),
            f"{each.state}: {each.why}" if each.why else each.state,
        )
        for each in views
    ]
    headings = ("schedule", "asks for", "portal", "next run", "last run", "state")
    console.print(table(*headings, rows=rows) if rows else "There is no schedule yet; `fleet schedules add` makes one.")


def show_schedule(name: str, *, as_json: bool) -> None:
    async def shown() -> tuple[ScheduleView, Sequence[Fire], Sequence[Version]]:
        async with _board() as board:
            return await office.shown(board, name)

    view, latest, versions = asyncio.run(shown())
    if as_json:
        print_json(WholeSchedule.whole(view, latest, versions).model_dump(mode="json"))
        return
    console.print(f"{name}: {view.said.task} at {view.said.portal}, {view.state}", style="bold")
    if view.why:
        console.print(view.why)
    rows: list[tuple[object, ...]] = [
        (key.replace("_", " "), value) for key, value in view.said.model_dump(mode="json").items() if value is not None
    ]
    if view.roster is not None:
        roster = f"{view.roster.line_count} lines, {view.roster.bad_count} of them bad"
        rows.append(("roster", f"{roster}, {view.roster.received_at:%Y-%m-%d %H:%M} UTC"))
    if view.clock is not None:
        rows.append(("still to be pulled", f"from {view.clock.open_from} on"))
        rows.append(("first lost day", view.clock.first_lost_day))
    console.print(table("", "as it stands", rows=rows))
    zone = view.said.timetable.zone
    console.print(table("next runs", rows=[(f"{each:%a %Y-%m-%d %H:%M %Z}",) for each in view.next_fires]))
    past = [(f"{fire.instant.astimezone(zone):%Y-%m-%d %H:%M %Z}", result_of(fire), fire.sentence) for fire in latest]
    console.print(table("latest runs", "came of it", "", rows=past))
    console.print(
        table("version", "by", "at", rows=[(str(each.number), each.made_by, each.made_at) for each in versions])
    )


def show_forecast(day: str | None, *, as_json: bool) -> None:
    async def told() -> Forecast:
        async with _board() as board:
            return await forecast(board, parsed_day(day, board.clock.now().astimezone().date()))

    seen = asyncio.run(told())
    if as_json:
        print_json(ForecastTold.of(seen).model_dump(mode="json"))
        return
    rows = [
        (
            f"{each.instant.astimezone(each.said.timetable.zone):%H:%M %Z}",
            each.said.name,
            each.said.portal,
            each.account,
            each.verdict,
            " ".join(reason.sentence for reason in each.reasons) or None,
        )
        for each in seen.fires
    ]
    headings = ("time", "schedule", "portal", "credential", "verdict", "why")
    console.print(table(*headings, rows=rows) if rows else f"Nothing is due on {seen.day}.")
    if seen.slots:
        shares = [
            (each.account, each.total, each.wanted, each.free, f"{each.longest_wait.total_seconds():.0f} s")
            for each in seen.slots
        ]
        heads = ("account", "log-ins possible", "wanted", "free", "longest wait")
        console.print(table(*heads, rows=shares, numbers=frozenset(heads[1:])))


def add_schedule(**said: Any) -> None:
    definition = Definition.of(**said)

    async def added() -> list[str]:
        async with _board() as board:
            await office.add(board, definition, actor=actor())
            return [f"{each:%a %Y-%m-%d %H:%M %Z}" for each in definition.timetable.next(3, board.clock.now())]

    first, *then = asyncio.run(added())
    console.print(f"{definition.timetable.words}, {definition.time_zone}.")
    console.print(f"“{definition.name}” runs at {first} for the first time, then at {' and at '.join(then)}.")
    if definition.kind.roster is not None:
        folder = read_settings().layout.inbox / definition.name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        console.print(f"Put its roster, .csv or .xlsx, into {folder}.")


def edit_schedule(name: str, **said: Any) -> None:
    async def edited() -> int:
        async with _board() as board:
            return (await office.edit(board, name, actor=actor(), **said)).version

    console.print(f"“{name}” is version {asyncio.run(edited())} now.")


def pause_schedule(name: str, reason: str) -> None:
    async def paused() -> None:
        async with _board() as board:
            await office.pause(board, name, reason=reason, actor=actor())

    asyncio.run(paused())
    console.print(f"“{name}” rests until `fleet schedules resume {name}`.")


def resume_schedule(name: str) -> None:
    async def resumed() -> None:
        async with _board() as board:
            await office.resume(board, name, actor=actor())

    asyncio.run(resumed())
    console.print(f"“{name}” runs again.")


def remove_schedule(name: str) -> None:
    async def removed() -> None:
        async with _board() as board:
            await office.remove(board, name, actor=actor())

    asyncio.run(removed())
    console.print(f"“{name}” is no more.")


def run_schedule(name: str, source: Path | None, *, as_json: bool) -> None:
    async def ran() -> Fire:
        async with opened_fleet() as fleet:
            if source is not None:
                async with fleet.database.read() as session:
                    schedule = await schedules.named(session, name)
                roster = await intake.take_in(fleet, schedule, source, by=actor())
                if roster.bad_count:
                    say(f"{roster.bad_count} lines ask nothing; `fleet schedules bad {name}` writes them out.")
            fire, to_wake = await office.run_now(fleet, name, actor=actor())
            if to_wake:
                await wake(fleet.settings.layout, to_wake)
            return fire

    fire = asyncio.run(ran())
    if as_json:
        print_json(FireTold.of(fire).model_dump(mode="json"))
    elif fire.state is FireState.RUNNING:
        console.print(f"“{name}” asks {fire.questions} questions now; `fleet schedules show {name}` tells how it goes.")
    if fire.state in _STATUS:
        later = " It begins by itself as soon as it may." if fire.state is FireState.WAITING else ""
        say(f"“{name}” cannot run now. {fire.sentence}{later}")
        raise typer.Exit(_STATUS[fire.state])


def write_bad_lines(name: str, target: Path) -> None:
    async def written() -> int:
        async with opened_fleet() as fleet:
            async with fleet.database.read() as session:
                schedule = await schedules.named(session, name)
            return await intake.write_bad_lines(fleet, schedule, target, viewer=actor())

    count = asyncio.run(written())
    console.print(f"{count} lines are in {target}, in clear: mend them, hand them in, and delete the file.")


def times(cron: str | None, daily: str | None, weekdays: str | None, *, needed: bool) -> str | None:
    """What --daily, --weekdays or --cron says, as a cron line. Raises RequestInvalid."""
    said = [each for each in (cron, daily, weekdays) if each is not None]
    if len(said) > 1 or (needed and not said):
        raise RequestInvalid(
            "Say when it runs in one way: --daily 07:30, --weekdays 07:30, or --cron with a line of five fields.",
            field="cron",
        )
    if daily is not None or weekdays is not None:
        return Rhythm.of(Every.DAY if daily else Every.WEEKDAYS, said[0]).cron
    return cron


def spans(days: str | None, quiet: str | None) -> dict[str, Any]:
    """What --days and --quiet say. Raises RequestInvalid."""
    said: dict[str, Any] = {}
    if days is not None:
        if (found := _SPAN.fullmatch(days)) is None:
            raise RequestInvalid("--days needs two numbers with a colon, such as 0:3 or -14:0.", field="days")
        said |= {"days_from": int(found[1]), "days_to": int(found[2])}
    if quiet is not None:
        if (found := _HOURS.fullmatch(quiet)) is None:
            raise RequestInvalid("--quiet needs two times of day with a hyphen, such as 20:00-06:00.", field="quiet")
        said |= {"quiet_from": f"{found[1]:0>5}", "quiet_until": f"{found[2]:0>5}"}
    return said


@asynccontextmanager
async def _board() -> AsyncIterator[Board]:
    environment = read_settings().environment
    known, broken = manifests()
    portals = {portal: manifest for portal, manifest in known.items() if environment in manifest.environments}
    async with opened_store() as database:
        yield Board(database, portals, environment, broken=broken)
