"""Who waits for a work item hears of it at once, when the lane that works it is in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bots.contracts import Step


@dataclass(frozen=True)
class Changed:
    """The item's row was committed anew: look at it."""


Event = Step | Changed


class News:
    def __init__(self) -> None:
        self._followers: dict[str, list[asyncio.Queue[Event]]] = {}

    def publish(self, item_id: str, event: Event) -> None:
        for queue in self._followers.get(item_id, ()):
            queue.put_nowait(event)

    @contextmanager
    def following(self, item_id: str) -> Iterator[asyncio.Queue[Event]]:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._followers.setdefault(item_id, []).append(queue)
        try:
            yield queue
        finally:
            self._followers[item_id].remove(queue)
            if not self._followers[item_id]:
                del self._followers[item_id]
