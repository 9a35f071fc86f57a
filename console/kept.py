"""Counts that are dear: kept in the process for a while, the longer the dearer they were."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, NamedTuple, TypeVar
from weakref import WeakValueDictionary

V = TypeVar("V")
TIMES = 30
"""As long as so many countings: counting takes a thirtieth of the time at most, however many people look."""
MOST = 500


class _Count(NamedTuple):
    began: float
    until: float
    again: float
    value: Any


class Kept:
    def __init__(self) -> None:
        self._known: dict[tuple[Hashable, ...], _Count] = {}
        self._turns: WeakValueDictionary[tuple[Hashable, ...], asyncio.Lock] = WeakValueDictionary()

    async def get(
        self,
        key: tuple[Hashable, ...],
        count: Callable[[], Awaitable[V]],
        *,
        seconds: Callable[[V], float] = lambda _: 0,
        since: float = 0,
        soonest: float = 0,
    ) -> V:
        """`key` begins with a word for the kind. `seconds`: what was counted is good for so long at least. `since`, by
        the monotonic clock: what was counted before is too old; it is counted anew after `soonest` seconds.
        """
        known = self._good(key, since)
        if known is None:
            turn = self._turns.setdefault(key, asyncio.Lock())
            async with turn:  # whoever comes second takes what the first has counted
                known = self._good(key, since) or await self._counted(key, count, seconds, soonest)
        value: V = known.value
        return value

    def _good(self, key: tuple[Hashable, ...], since: float) -> _Count | None:
        known = self._known.get(key)
        return known if known is not None and known.until > time.monotonic() and known.began >= since else None

    async def _counted(
        self,
        key: tuple[Hashable, ...],
        count: Callable[[], Awaitable[V]],
        seconds: Callable[[V], float],
        soonest: float,
    ) -> _Count:
        if before := self._known.get(key):  # counting stays a small part of what the store does
            await asyncio.sleep(max(0.0, before.again - time.monotonic()))
        began = time.monotonic()
        value = await count()
        ended = time.monotonic()
        self._known.pop(key, None)
        again = ended + max(TIMES * (ended - began), soonest)
        self._known[key] = _Count(began, max(again, ended + seconds(value)), again, value)
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        return self._known[key]

    def forget(self, kind: str) -> None:
        self._known = {key: kept for key, kept in self._known.items() if key[0] != kind}
