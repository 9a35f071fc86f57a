"""Words from process to process: something has changed (docs/adr/0023).

A word is an id behind its kind, never anything of a patient. It may be lost, or heard twice.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from core.errors import FleetError
from core.local_socket import listening, sent
from store.database import Database

Hear = Callable[[str], None]
_NUMBERS = itertools.count(1)


class Bell(Protocol):
    def ring(self, word: str) -> None:
        """Never waits and never fails."""

    def heard(self, hear: Hear) -> AbstractAsyncContextManager[None]:
        """As long as it is open, every word that is rung, one's own too."""

    async def close(self) -> None:
        """What was rung has been carried off."""


class InMemoryBell:
    """For the processes of one test, and for a process that is alone."""

    def __init__(self) -> None:
        self._ears: list[Hear] = []

    def ring(self, word: str) -> None:
        for hear in list(self._ears):
            hear(word)

    @asynccontextmanager
    async def heard(self, hear: Hear) -> AsyncIterator[None]:
        self._ears.append(hear)
        try:
            yield
        finally:
            self._ears.remove(hear)

    async def close(self) -> None:
        pass


class LocalBell:
    """On one machine: each ear is a socket of datagrams in the fleet's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ring(self, word: str) -> None:
        ears = sorted(self._folder.glob("ear-*.sock"))
        if not ears:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringing:
            ringing.setblocking(False)
            for ear in ears:
                sent(ringing, ear, word)

    @asynccontextmanager
    async def heard(self, hear: Hear) -> AsyncIterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"ear-{os.getpid()}-{next(_NUMBERS)}.sock"
        loop, ear = asyncio.get_running_loop(), listening(path)

        def rung() -> None:
            with suppress(BlockingIOError):
                while True:
                    hear(ear.recv(256).decode(errors="replace"))

        loop.add_reader(ear, rung)
        try:
            yield
        finally:
            loop.remove_reader(ear)
            ear.close()
            path.unlink(missing_ok=True)

    async def close(self) -> None:
        pass


class ServerBell:
    """On many machines, which have their database in common: NOTIFY and LISTEN. A listener whose connection was lost
    hears nothing until it is opened anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words: set[str] = set()
        self._carrying: asyncio.Task[None] | None = None

    def ring(self, word: str) -> None:
        self._words.add(word)
        if self._carrying is None or self._carrying.done():
            self._carrying = asyncio.create_task(self._carry())

    async def _carry(self) -> None:
        """Many at once when they come quicker than they go."""
        while self._words:
            words, self._words = self._words, set()
            with suppress(FleetError):  # whoever waits looks by himself after a while
                await self._database.notify(words)

    def heard(self, hear: Hear) -> AbstractAsyncContextManager[None]:
        return self._database.listen(hear)

    async def close(self) -> None:
        if self._carrying is not None:
            await asyncio.wait({self._carrying})
