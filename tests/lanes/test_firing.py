"""Schedules at work, on a store and a clock of their own; portals and browsers are not needed for any of it."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.capabilities.canary import SeenPage
from core.errors import CredentialRejected, PortalChanged, RequestInvalid
from core.manifest import Maintenance
from lanes.assembly import Fleet
from lanes.calendar.firing import Scheduler
from lanes.calendar.rosters import REPORT, take_in, write_bad_lines
from lanes.lane import LaneWorker
from payers.registry import AdapterError
from store import credentials, fires, quarantine, rosters, schedules
from store.audit import AuditEvent
from store.credentials import Credential
from store.fires import Fire, FireState
from store.rosters import Roster, RosterLine
from store.schedules import Schedule
from store.work_items import WorkItem
from tests.lanes.minutes import answer_all, items, newest, tick, with_manifest

Add = Callable[..., Awaitable[Schedule]]

ROSTER = """Member ID,Date of birth,Appointment date,Payer,Chair
M1,02/29/1980,11/22/2026,aetna,3
M2,1980-02-29,2026-11-24,Humana,4
M3,1980-02-29,2026-12-24,aetna,5
M4,31.12.1980,2026-11-22,aetna,6
M5,1980-02-29,2026-11-22,Nobody,7
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(ROSTER)
    return path


async def test_a_roster_is_asked_for_the_days_that_come_and_never_lies_in_clear(
    clocked: Fleet, add: Add, credential: Credential, roster: Path, tmp_path: Path
) -> None:
    schedule = await add(due_minutes=60, priority=70)
    folder = clocked.settings.layout.inbox / "morning"
    await tick(clocked)
    dropped = folder / "sunday.csv"
    dropped.write_text(ROSTER)
    await tick(clocked)
    assert dropped.exists(), "it may still be in the writing"
    long_ago = dropped.stat().st_mtime - 60
    os.utime(dropped, (long_ago, long_ago))
    await tick(clocked)
    report = folder / f"sunday.csv{REPORT}"
    assert not dropped.exists()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    told = report.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in told] == ["row", "5", "6"]
    assert "birth_date is not a date" in told[1]
    async with clocked.database.read() as session:
        sealed = b"".join(await session.scalars(select(RosterLine.sealed)))
    assert not any(clear in sealed for clear in (b'"M1"', b'"M4"', b"1980-"))

    assert await tick(clocked, hours=4, seconds=1) == [credential.id]
    fire = await newest(clocked, schedule)
    assert (fire.instant, fire.state, fire.questions) == (datetime(2026, 11, 22, 12, tzinfo=UTC), FireState.RUNNING, 2)
    asked = await items(clocked)
    assert [(item.payer, item.priority, item.due_at - fire.instant) for item in asked] == [
        ("aetna", 70, timedelta(hours=1)),
        ("humana", 70, timedelta(hours=1)),
    ]
    assert await tick(clocked, minutes=1) == [], "once"
    await answer_all(clocked)
    await tick(clocked, minutes=1)
    fire = await newest(clocked, schedule)
    assert (fire.state, fire.answered, fire.failed) == (FireState.DONE, 2, 0)

    bad = tmp_path / "bad.csv"
    assert await write_bad_lines(clocked, schedule, bad, viewer="Kim") == 2
    assert "M4,31.12.1980" in bad.read_text("utf-8-sig"), "what was wrong is not lost"


async def test_a_newer_roster_takes_the_place_of_the_older_and_what_is_no_roster_stays(
    clocked: Fleet, add: Add, roster: Path
) -> None:
    schedule = await add()
    first = await take_in(clocked, schedule, roster, by="Kim")
    assert (await take_in(clocked, schedule, roster, by="Kim")).id == first.id, "the same file changes nothing"
    roster.write_text("\n".join(ROSTER.splitlines()[:2]))
    second = await take_in(clocked, schedule, roster, by="Kim")
    async with clocked.database.read() as session:
        assert set(await session.scalars(select(RosterLine.roster_id))) == {second.id}
        current = await rosters.current(session, schedule.id)
        assert current is not None
        assert (current.id, current.line_count) == (second.id, 1)
    folder = clocked.settings.layout.inbox / "morning"
    folder.mkdir(parents=True)
    wrong = folder / "claims.csv"
    wrong.write_text("Claim,Amount\n1,2\n")
    os.utime(wrong, (1, 1))
    for _ in range(2):
        await tick(clocked)
    assert wrong.exists()
    assert "lacks columns" in (folder / f"claims.csv{REPORT}").read_text("utf-8-sig")
    with pytest.raises(RequestInvalid, match="needs no roster"):
        await take_in(clocked, await add(name="mail", task="messages"), roster, by="Kim")


async def test_a_roster_that_cannot_be_taken_in_yet_stops_no_other_schedule(
    clocked: Fleet, add: Add, credential: Credential
) -> None:
    await add()
    await add(name="mail", task="messages", payer="aetna")
    folder = clocked.settings.layout.inbox / "morning"
    folder.mkdir(parents=True)
    good, bad = folder / "patients.csv", folder / "claims.csv"

    async def kept() -> int:
        async with clocked.database.read() as session:
            return await session.scalar(select(func.count()).select_from(Roster)) or 0

    good.write_text(ROSTER)
    os.utime(good, (2, 2))
    clocked.broken["availity"] = AdapterError("payers/availity/login.py is missing")
    await tick(clocked)
    del clocked.broken["availity"]
    paused = clocked.portals["availity"].model_copy(update={"paused": "they asked us to"})
    await tick(dataclasses.replace(clocked, portals={"availity": paused}))
    assert good.exists()
    assert await kept() == 0, "each minute left one behind"

    bad.write_text("Claim,Amount\n1,2\n")
    for source in (bad, good):
        blocked = source.with_name(source.name + REPORT)
        blocked.mkdir()  # where a report should go nothing can be written
        os.utime(blocked, (1, 1))
        os.utime(source, (2, 2))
    assert await tick(clocked, hours=4, seconds=1) == [credential.id]
    assert await kept() == 1


async def test_a_fire_that_may_not_run_waits_and_says_what_to_do(clocked: Fleet, add: Add, roster: Path) -> None:
    schedule = await add(cron="0 * * * *", quiet_from=time(2), quiet_until=time(5))
    await take_in(clocked, schedule, roster, by="Kim")
    async with clocked.database.begin() as session:
        for _ in range(quarantine.IN_A_ROW):
            problem = PortalChanged("search", "member_id")
            await quarantine.changed(session, "availity", "eligibility", problem, actor="t", now=clocked.clock.now())
    assert await tick(clocked, hours=1) == []
    fire = await newest(clocked, schedule)
    assert fire.state is FireState.WAITING
    assert "page “search”, element “member_id”; a developer mends it" in (fire.sentence or "")
    assert "quiet hours last until 2026-11-22 05:00 America/Chicago" in (fire.sentence or "")
    async with clocked.database.begin() as session:
        await quarantine.release(
            session, "availity", "eligibility", actor="t", reason="mended", now=clocked.clock.now()
        )
    await tick(clocked, minutes=1)
    fire = await newest(clocked, schedule)
    assert fire.not_before == datetime(2026, 11, 22, 11, tzinfo=UTC), "the end of the quiet hours"
    assert await tick(clocked, hours=2)
    async with clocked.database.read() as session:
        told = [(each.instant.hour, each.state) for each in await fires.latest(session, schedule.id, 9)]
    assert told == [(11, FireState.RUNNING), (9, FireState.SKIPPED)], "the newest took the place of the older"


async def test_windows_stopped_credentials_and_policy_stop_a_fire_each_in_its_way(
    clocked: Fleet, add: Add, credential: Credential
) -> None:
    window = Maintenance(weekday=6, starts=time(2), ends=time(4), time_zone="America/Chicago")
    manifest = clocked.portals["availity"].model_copy(update={"maintenance": (window,), "capabilities": ("users",)})
    fleet = dataclasses.replace(clocked, portals={"availity": manifest})
    schedule = await add(name="audit", task="users", cron="30 * * * *", catch_up="all")
    assert await tick(fleet, minutes=30) == []
    fire = await newest(fleet, schedule)
    assert fire.not_before == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert "closed for maintenance until 2026-11-22 10:00 UTC" in (fire.sentence or "")
    async with fleet.database.begin() as session:
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="t", now=fleet.clock.now())
    assert await tick(fleet, hours=2) == []
    assert "an administrator checks it" in ((await newest(fleet, schedule)).sentence or "")
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="t", reason="mended", now=fleet.clock.now())
    assert await tick(fleet, minutes=1) == [credential.id]
    async with fleet.database.read() as session:
        assert {each.state for each in await fires.latest(session, schedule.id, 9)} == {FireState.RUNNING}
        assert await session.scalar(select(func.count()).select_from(WorkItem)) == 1, "equal questions are asked once"
    gone = dataclasses.replace(fleet, portals={"availity": manifest.model_copy(update={"capabilities": ("messages",)})})
    await tick(gone, hours=1)
    fire = await newest(gone, schedule)
    assert fire.state is FireState.REFUSED
    assert "is not asked for users" in (fire.sentence or "")


async def test_a_fire_waits_until_the_adapter_is_whole_again(clocked: Fleet, add: Add, credential: Credential) -> None:
    schedule = await add(name="audit", task="eligibility", payer="aetna", cron="30 * * * *")
    clocked.broken["availity"] = AdapterError("payers/availity/login.py is missing")
    assert await tick(clocked, minutes=30) == []
    fire = await newest(clocked, schedule)
    assert (fire.state, fire.sentence) == (FireState.WAITING, "payers/availity/login.py is missing")


@pytest.mark.parametrize(
    ("overlap", "state", "sentence"),
    [
        ("skip", FireState.SKIPPED, "The one before it was still at work."),
        ("queue", FireState.WAITING, "It waits for the one before it to end."),
        ("join", FireState.RUNNING, None),
    ],
)
async def test_what_a_fire_does_while_the_one_before_is_at_work(
    clocked: Fleet, add: Add, overlap: str, state: FireState, sentence: str | None
) -> None:
    manifest = clocked.portals["availity"].model_copy(update={"capabilities": ("users",)})
    fleet = dataclasses.replace(clocked, portals={"availity": manifest})
    schedule = await add(name="audit", task="users", cron="*/10 * * * *", overlap=overlap)
    await tick(fleet, minutes=10)
    await tick(fleet, minutes=10)
    fire = await newest(fleet, schedule)
    assert (fire.state, fire.sentence) == (state, sentence)
    await answer_all(fleet)
    await tick(fleet, minutes=1)
    await tick(fleet, minutes=1)
    assert (await newest(fleet, schedule)).state is (FireState.SKIPPED if overlap == "skip" else FireState.DONE)


async def test_a_pause_leaves_out_and_a_person_goes_before(clocked: Fleet, add: Add, roster: Path) -> None:
    schedule = await add(cron="0 * * * *", quiet_from=time(0), quiet_until=time(23))
    await take_in(clocked, schedule, roster, by="Kim")
    async with clocked.database.begin() as session:
        paused = await schedules.named(session, "morning")
        await schedules.pause(session, paused, reason="holidays", actor="Kim", now=clocked.clock.now())
    assert await tick(clocked, hours=5) == []
    async with clocked.database.begin() as session:
        assert await fires.latest(session, schedule.id, 9) == []
        paused = await schedules.named(session, "morning")
        fire = await fires.make_now(session, paused, actor="Kim", now=clocked.clock.now())
    async with clocked.database.read() as session:
        (told,) = await session.scalars(select(AuditEvent).where(AuditEvent.action == "schedule.started"))
        assert (told.actor, told.subject) == ("Kim", schedule.id)
    assert await Scheduler(clocked).begin(fire.id)
    assert (await newest(clocked, schedule)).state is FireState.RUNNING


async def test_a_dead_planners_fire_is_planned_anew_and_nothing_is_asked_twice(
    clocked: Fleet, add: Add, roster: Path
) -> None:
    schedule = await add()
    await take_in(clocked, schedule, roster, by="Kim")
    await tick(clocked, hours=4, seconds=1)
    async with clocked.database.begin() as session:  # as if the worker had died before its last word
        lapses = clocked.clock.now() + fires.LEASE
        await session.execute(update(Fire).values(state=FireState.PLANNING, taken_until=lapses, questions=0))
    assert await tick(clocked, minutes=1) == [], "its lease still lives"
    await tick(clocked, minutes=5)
    fire = await newest(clocked, schedule)
    assert (fire.state, fire.takes, fire.questions) == (FireState.RUNNING, 2, 2)
    assert len(await items(clocked)) == 2


async def test_two_schedulers_ask_once(clocked: Fleet, add: Add, roster: Path) -> None:
    schedule = await add()
    await take_in(clocked, schedule, roster, by="Kim")
    clocked.clock.advance(hours=4, seconds=1)  # type: ignore[attr-defined]
    await asyncio.gather(*(Scheduler(clocked).tick() for _ in range(3)))
    assert (await newest(clocked, schedule)).takes == 1
    assert len(await items(clocked)) == 2


async def test_the_canary_holds_what_has_changed_and_nothing_else_and_lets_it_go_when_it_is_well(
    clocked: Fleet, add: Add, credential: Credential, portal: Any
) -> None:
    changes = {"capabilities": ("users", "messages")}
    fleet = with_manifest(clocked, **changes)
    await add(name="canary", task="canary", cron="30 * * * *")
    audit = await add(name="audit", task="users", cron="45 * * * *")
    mail = await add(name="mail", task="messages", payer="aetna", cron="45 * * * *")
    worker = LaneWorker(fleet, portal)

    async def look(*fields: str) -> None:
        messages = SeenPage(capability="messages", entry="inbox", landed="inbox", fields=("folder",))
        portal.pages = (messages, SeenPage(capability="users", entry="find", landed="find", fields=fields))
        assert await tick(fleet, minutes=30) == [credential.id]
        await worker.work(credential.id)

    await look("username", "status")
    await tick(fleet, minutes=20)
    assert {(await newest(fleet, each)).state for each in (audit, mail)} == {FireState.RUNNING}
    await answer_all(fleet)
    await tick(fleet, minutes=20)
    await look("status")
    await tick(fleet, minutes=20)
    held, at_work = [await newest(fleet, each) for each in (audit, mail)]
    assert (held.state, at_work.state) == (FireState.WAITING, FireState.RUNNING)
    assert "has not found page “find”, element “username”" in (held.sentence or "")
    assert "fleet canary --portal availity" in (held.sentence or "")
    await answer_all(fleet)
    await look("username", "status")
    await tick(fleet, minutes=1)
    released = await newest(fleet, audit)
    assert (released.state, released.questions) == (FireState.DONE, 1), "its question had a fresh answer already"
