"""Counts that are dear: once, however many people look."""

from __future__ import annotations

import asyncio
import time

from console.kept import Kept


async def test_however_many_look_at_once_it_is_counted_once() -> None:
    kept, counted = Kept(), 0

    async def count() -> int:
        nonlocal counted
        counted += 1
        await asyncio.sleep(0.001)
        return counted

    async def looked(since: float) -> set[int]:
        return set(await asyncio.gather(*(kept.get(("rows",), count, since=since) for _ in range(10))))

    assert await looked(0) == {1}
    assert await looked(time.monotonic()) == {2}, "what was counted before is too old"
    assert await looked(0) == {2}
    kept.forget("rows")
    assert await looked(0) == {3}


async def test_what_is_good_for_long_is_counted_anew_at_once_for_who_wants_it_newer() -> None:
    kept, counted = Kept(), 0

    async def count() -> int:
        nonlocal counted
        counted += 1
        return counted

    def for_an_hour(_: int) -> float:
        return 3600

    assert [await kept.get(("rows",), count, seconds=for_an_hour) for _ in range(2)] == [1, 1]
    async with asyncio.timeout(10):
        assert await kept.get(("rows",), count, seconds=for_an_hour, since=time.monotonic()) == 2
    assert await kept.get(("rows",), count, seconds=for_an_hour) == 2
