"""Counts that are dear: kept in the process for a while, the longer the dearer they were."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

V = TypeVar("V")
TIMES = 30
"""As long as so many countings: counting takes a thirtieth of the time at most, however many people look."""
MOST = 500


class Kept:
    def __init__(self) -> None:
        self._known: dict[tuple[Hashable, ...], tuple[float, Any]] = {}

    async def get(self, key: tuple[Hashable, ...], count: Callable[[], Awaitable[V]], *, seconds: float = 0) -> V:
        """`key` begins with a word for the kind. `seconds`: kept for so long at least."""
        until, known = self._known.get(key, (0.0, None))
        if time.monotonic() < until:
            value: V = known
            return value
        began = time.monotonic()
        value = await count()
        ended = time.monotonic()
        self._known.pop(key, None)
        self._known[key] = (ended + max(TIMES * (ended - began), seconds), value)
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        return value

    def forget(self, kind: str) -> None:
        self._known = {key: kept for key, kept in self._known.items() if key[0] != kind}
