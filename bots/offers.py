"""Files that a window offers: taken while somebody waits for one, else ended before they have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.async_api import Download
from playwright.async_api import Error as PlaywrightError


class Offers:
    def __init__(self, news: asyncio.Event) -> None:
        self._news = news
        self._taken: list[Download] | None = None
        self._refusals: set[asyncio.Task[None]] = set()

    def come(self, download: Download) -> None:
        if self._taken is None:
            refusal = asyncio.create_task(discarded(download))
            self._refusals.add(refusal)
            refusal.add_done_callback(self._refusals.discard)
        else:
            self._taken.append(download)
            self._news.set()

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
