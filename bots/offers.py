"""Files that a window offers: taken while somebody waits for one, else ended before they have arrived."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.async_api import Download
from playwright.async_api import Error as PlaywrightError

BURST = 10
BURST_SECONDS = 1.0
"""Of files that scripts of a page offer within this time, Chromium drops what is more than this, and tells nobody."""


class Offers:
    def __init__(self, news: asyncio.Event) -> None:
        self._news = news
        self._taken: list[Download] | None = None
        self._came: deque[float] = deque(maxlen=BURST)
        self._refusals: set[asyncio.Task[None]] = set()

    def come(self, download: Download) -> None:
        self._came.append(time.monotonic())
        if self._taken is None:
            refusal = asyncio.create_task(discarded(download))
            self._refusals.add(refusal)
            refusal.add_done_callback(self._refusals.discard)
        else:
            self._taken.append(download)
            self._news.set()

    @property
    def bursting(self) -> bool:
        """Whether the next one might be dropped."""
        return len(self._came) == BURST and time.monotonic() - self._came[0] < 2 * BURST_SECONDS

    @contextmanager
    def taking(self) -> Iterator[list[Download]]:
        """The files that are offered meanwhile."""
        self._taken = []
        try:
            yield self._taken
        finally:
            self._taken = None


async def discarded(download: Download) -> None:
    """Ended if it still runs, and its file gone."""
    with suppress(PlaywrightError):  # it is over, or its page is gone
        await download.cancel()
    with suppress(PlaywrightError):
        await download.delete()
