from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import RequestInvalid
from core.schedules import Definition
from core.timetable import CatchUp
from store import audit, fires, schedules
from store.database import Database
from store.fires import FireState
from store.schedules import Schedule

BEFORE_SPRING = datetime(2026, 3, 7, 22, 0, tzinfo=UTC)


def every_quarter(catch_up: CatchUp = CatchUp.ALL, name: str = "quarters") -> Definition:
    return Definition.of(
        name=name,
        task="messages",
        portal="availity",
        cron="*/15 * * * *",
        time_zone="America/Chicago",
        catch_up=catch_up,
    )


async def look(database: Database, name: str, now: datetime) -> bool:
    """What a scheduler does at each tick."""
    async with database.begin() as session:
        schedule = await schedules.named(session, name)
        said = schedule.read()
        late = timedelta(minutes=said.late_minutes)
        wanted = said.timetable.wanted(schedule.considered_until, now, said.catch_up, late)
        return await fires.make(session, schedule, wanted)


@pytest.mark.parametrize("catch_up", CatchUp)
async def test_restarts_and_rivals_make_each_fire_once(
    database: Database, where: Path | str, catch_up: CatchUp
) -> None:
    """Two schedulers of two processes look at odd seconds; for six hours, in which the clock jumps, nobody does."""
    async with database.begin() as session:
        schedule = await schedules.add(session, every_quarter(catch_up), actor="Kim", now=BEFORE_SPRING)
    rival = Database.open(where)
    up = [minute for minute in range(0, 18 * 60, 29) if not 5 * 60 < minute <= 11 * 60]
    try:
        for minute in up:
            now = BEFORE_SPRING + timedelta(minutes=minute, seconds=minute % 60)
            await asyncio.gather(*(look(each, "quarters", now) for each in (database, rival, database)))
    finally:
        await rival.close()
    async with database.read() as session:
        got = Counter(fire.instant for fire in await fires.latest(session, schedule.id, 1000))
    table = every_quarter().timetable
    moments = [BEFORE_SPRING, *(BEFORE_SPRING + timedelta(minutes=each, seconds=each % 60) for each in up)]
    late = timedelta(minutes=10)
    wanted = [
        instant for before, now in pairwise(moments) for instant in table.wanted(before, now, catch_up, late).fires
    ]
    assert got == Counter(wanted)
    if catch_up is CatchUp.ALL:
        assert set(got) == set(table.between(BEFORE_SPRING, moments[-1]))


async def test_a_fire_is_taken_once_and_again_when_its_planner_died(database: Database) -> None:
    now = BEFORE_SPRING
    async with database.begin() as session:
        schedule = await schedules.add(session, every_quarter(), actor="Kim", now=now)
        fire = await fires.make_now(session, schedule, actor="Kim", now=now)

    async def take(at: datetime) -> int | None:
        async with database.begin() as session:
            found = await fires.locked(session, fire.id, now=at)
            return fires.take(found[1], until=at + fires.LEASE) if found else None

    assert sorted(map(bool, await asyncio.gather(*(take(now) for _ in range(4))))) == [False, False, False, True]
    assert await take(now + fires.LEASE) == 2
    async with database.begin() as session:
        assert not await fires.keep(session, fire.id, 1, until=now), "the first planner woke up too late"
        await fires.planned(session, fire.id, 1, questions=7, now=now)
        assert (await fires.get(session, fire.id)).state is FireState.PLANNING
        await fires.planned(session, fire.id, 2, questions=7, now=now)
        assert (await fires.get(session, fire.id)).state is FireState.RUNNING


async def test_each_edit_is_a_version_with_a_name_and_none_overwrites_another(database: Database) -> None:
    now = BEFORE_SPRING
    async with database.begin() as session:
        await schedules.add(session, every_quarter(), actor="Kim", now=now)
        with pytest.raises(RequestInvalid, match="already"):
            await schedules.add(session, every_quarter(), actor="Kim", now=now)
    async with database.read() as session:
        mine = await schedules.named(session, "quarters")
    async with database.begin() as session:
        theirs = await schedules.named(session, "quarters")
        later = now + timedelta(hours=1)
        await schedules.change(session, theirs, theirs.read().changed(priority=40), actor="Lee", now=later)
        assert theirs.considered_until == now, "another priority does not move the times"
        changed = theirs.read().changed(cron="0 * * * *")
        await schedules.change(session, theirs, changed, actor="Lee", now=later)
        assert theirs.considered_until == later
    with pytest.raises(RequestInvalid, match="Somebody else"):
        async with database.begin() as session:
            await schedules.change(session, mine, mine.read().changed(priority=41), actor="Kim", now=now)
    async with database.begin() as session:
        found = await schedules.named(session, "quarters")
        await schedules.pause(session, found, reason="holidays", actor="Kim", now=now)
        await schedules.resume(session, found, actor="Kim", now=now + timedelta(days=3))
        assert found.considered_until == now + timedelta(days=3), "what a pause left out is not made up for"
        assert [each.made_by for each in await schedules.versions(session, found.id)] == ["Kim", "Lee", "Lee"]
        await schedules.remove(session, found, actor="Kim", now=now)
        await schedules.add(session, every_quarter(), actor="Kim", now=now)
        assert (await audit.verify(session)).broken_at is None
        assert isinstance(await session.get(Schedule, found.id), Schedule)
