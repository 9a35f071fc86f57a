from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store import audit
from store.audit import Event
from store.base import alone
from store.database import Database


@pytest.fixture
async def chain(database: Database, now: datetime) -> Database:
    async def append(number: int) -> None:
        async with database.begin() as session:
            await audit.append(session, Event("phi.view", "kim", f"item_{number}", {"fields": "plans"}), now=now)

    await asyncio.gather(*(append(number) for number in range(20)))
    return database


async def _broken_at(database: Database) -> int | None:
    async with database.read() as session:
        return (await audit.verify(session)).broken_at


async def test_a_whole_chain_holds(chain: Database) -> None:
    async with chain.read() as session:
        assert await audit.verify(session) == audit.Verdict(events=20, broken_at=None)


@pytest.mark.parametrize(
    ("attack", "broken_at"),
    [
        ("UPDATE audit_event SET actor = 'somebody else' WHERE seq = 5", 5),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE seq = 6", 6),
        ("DELETE FROM audit_event WHERE seq = 9", 9),
        ("DELETE FROM audit_event WHERE seq > 17", 18),
        ("UPDATE audit_event SET seq = 99 WHERE seq = 3", 3),
    ],
)
async def test_tampering_shows(chain: Database, where: Path | str, attack: str, broken_at: int) -> None:
    off = (
        ("DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete")
        if isinstance(where, Path)
        else ("DROP TRIGGER audit_event_append_only ON audit_event",)
    )
    async with chain.begin() as intruder:
        for statement in (*off, attack):
            await intruder.execute(text(statement))
    assert await _broken_at(chain) == broken_at


async def test_the_store_itself_refuses_to_change_the_trail(chain: Database) -> None:
    for change in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(IntegrityError, match="append-only"):
            async with chain.begin() as session:
                await session.execute(text(change))


async def test_an_event_vanishes_with_the_change_it_tells_of(chain: Database, now: datetime) -> None:
    async def fails() -> None:
        async with chain.begin() as session:
            await audit.append(session, Event("item.answered", "worker", "item_x"), now=now)
            raise RuntimeError("The change could not be made.")

    with pytest.raises(RuntimeError):
        await fails()
    async with chain.read() as session:
        assert (await audit.head(session))[0] == 20


@pytest.mark.parametrize("where", ["postgres"], indirect=True)  # SQLite has one writer at a time
async def test_writers_of_the_trail_never_wait_for_each_other_crosswise(database: Database, now: datetime) -> None:
    """One tells of a change before it makes it, the other afterwards, and both change the same. Who came to the head of
    the trail first would wait for what the other has changed, who waits for the head.
    """
    told, changed = asyncio.Event(), asyncio.Event()

    async def tells_first() -> None:
        async with database.begin() as session:
            await audit.append(session, Event("schedule.changed", "kim", "schedule_x"), now=now)
            told.set()
            await changed.wait()
            await alone(session, "schedule_x")

    async def changes_first() -> None:
        await told.wait()
        async with database.begin() as session:
            await alone(session, "schedule_x")
            changed.set()
            await audit.append(session, Event("schedule.changed", "lee", "schedule_x"), now=now)

    await asyncio.gather(tells_first(), changes_first())
    async with database.read() as session:
        assert await audit.verify(session) == audit.Verdict(events=2, broken_at=None)
