"""Who waits for something hears of it at once, in whichever process it happens (docs/adr/0023)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bots.contracts import Step
from lanes.bells import Bell, InMemoryBell

ITEM = "item:"
"""And the id of a work item: its row was committed anew."""
CODE = "code:"
"""And the id of a run: it waits for a person's code, or no longer."""
LANE = "lane:"
"""And the id of a credential: somebody was woken for its lane and may have found it held, or its questions rest now."""
SAFETY_SECONDS = 30.0
"""So often one looks all the same: words may be lost, and a process that was killed tells nothing."""


@dataclass(frozen=True)
class Changed:
    """Something was committed: look at it."""


Event = Step | Changed


class News:
    """One per process."""

    def __init__(self, bell: Bell | None = None) -> None:
        self._bell = bell or InMemoryBell()
        self._followers: list[tuple[tuple[str, ...], asyncio.Queue[Event]]] = []
        self._opening = asyncio.Lock()
        self._hearing = AsyncExitStack()

    def publish(self, word: str, event: Event) -> None:
        """In this process alone."""
        for words, queue in self._followers:
            if word.startswith(words):
                queue.put_nowait(event)

    def tell(self, word: str) -> None:
        """Every process, once it is committed."""
        self.publish(word, Changed())
        self._bell.ring(word)

    @asynccontextmanager
    async def following(self, *words: str) -> AsyncIterator[asyncio.Queue[Event]]:
        """What is told of these words, or of any that begins so. Raises PartUnavailable."""
        follower = words, asyncio.Queue[Event]()
        async with self._opening:
            if not self._followers:
                await self._hearing.enter_async_context(self._bell.heard(self._heard))
            self._followers.append(follower)
        try:
            yield follower[1]
        finally:
            async with self._opening:
                self._followers.remove(follower)
                if not self._followers:
                    await self._hearing.aclose()

    def _heard(self, word: str) -> None:
        self.publish(word, Changed())

    async def close(self) -> None:
        await self._bell.close()


async def next_of(news: asyncio.Queue[Event], seconds: float) -> Event | None:
    """None when nothing comes in that time."""
    try:
        async with asyncio.timeout(seconds):
            return await news.get()
    except TimeoutError:
        return None


async def changed(news: asyncio.Queue[Event], seconds: float = SAFETY_SECONDS) -> None:
    """Until something has changed, or for so long. What else has come is told with it."""
    while isinstance(await next_of(news, seconds), Step):
        continue
    while not news.empty():
        news.get_nowait()
