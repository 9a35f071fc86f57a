"""What one process tells, the others hear: in memory, on one machine, and over the database of many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.local_socket import listening
from lanes.bells import Bell, InMemoryBell, LocalBell, ServerBell
from lanes.news import CODE, ITEM, Changed, News, changed, next_of
from store.database import Database

SOON = 20.0
"""Seconds that a busy machine may take; nothing here waits for so long."""
Bells = tuple[Bell, Bell]


@pytest.fixture
async def bells(kind: str, where: Path | str, tmp_path: Path) -> AsyncIterator[Bells]:
    """Of two processes."""
    match kind:
        case "in memory":
            shared = InMemoryBell()
            yield shared, shared
        case "one machine":
            yield LocalBell(tmp_path / "run"), LocalBell(tmp_path / "run")
        case _:
            ours, theirs = Database.open(where), Database.open(where)
            yield ServerBell(ours), ServerBell(theirs)
            await ours.close()
            await theirs.close()


EACH = pytest.mark.parametrize(
    ("kind", "where"),
    [("in memory", "sqlite"), ("one machine", "sqlite"), ("many machines", "postgres")],
    indirect=["where"],
)


@EACH
async def test_whoever_follows_hears_what_is_told_elsewhere_and_nothing_else(bells: Bells) -> None:
    here, there = News(bells[0]), News(bells[1])
    here.tell(ITEM + "before")
    async with there.following(ITEM) as items, there.following(CODE + "r1") as codes:
        await asyncio.sleep(0)
        here.tell(CODE + "r2")
        here.tell(ITEM + "i1")
        assert isinstance(await next_of(items, SOON), Changed)
        assert codes.empty()
        here.tell(CODE + "r1")
        assert isinstance(await next_of(codes, SOON), Changed)
    async with there.following(ITEM + "i2") as again:
        for item in ("i1", "i2"):
            here.tell(ITEM + item)
        await changed(again, SOON)
    await here.close()
    assert again.empty()


@EACH
async def test_nobody_listens_and_nothing_is_amiss(bells: Bells) -> None:
    news = News(bells[0])
    news.tell(ITEM + "i1")
    await news.close()
    async with news.following(ITEM) as heard:
        await changed(heard, 0.01)


async def test_a_listener_that_was_killed_is_cleared_away_and_none_leaves_a_socket(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    left = tmp_path / "run" / "ear-1-1.sock"
    listening(left).close()
    here, there = (News(LocalBell(tmp_path / "run")) for _ in range(2))
    async with there.following(ITEM) as heard:
        (ear,) = {*(tmp_path / "run").iterdir()} - {left}
        assert ear.stat().st_mode & 0o777 == 0o600
        here.tell(ITEM + "i1")
        assert isinstance(await next_of(heard, SOON), Changed)
    assert list((tmp_path / "run").iterdir()) == []
