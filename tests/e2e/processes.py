"""The processes of a running fleet: found, counted, killed, waited for."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from machines import API_SERVERS, Machines

from core.settings import Settings
from flows.directory import load
from flows.scratch import _works_in
from stack import fleet_up
from stack.parts import PartState
from stack.process import ManagedProcess, eventually


@dataclass
class Processes:
    settings: Settings
    machines: Machines | None

    @property
    def tmp(self) -> Path:
        """The temporary folder of everybody that was not given one of their own."""
        return Path(os.environ["TMPDIR"])

    async def until(
        self,
        ready: Callable[[], Awaitable[bool]],
        *,
        within: float,
        what: Callable[[], Awaitable[object]] | None = None,
    ) -> float:
        """Seconds that it took."""
        began = time.monotonic()
        came = await eventually(ready, deadline=within)
        assert came, (await what()) if what else f"not within {within} seconds"
        return time.monotonic() - began

    async def memory_of(self, process: asyncio.subprocess.Process) -> int:
        """The most that a command ever held, in bytes; returns when it has ended."""
        peak, running = 0, psutil.Process(process.pid)

        async def ended() -> bool:
            nonlocal peak
            try:
                peak = max(peak, running.memory_info().rss)
                return running.status() == psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:
                return True

        await self.until(ended, within=240)
        return peak

    def process(self, part: str) -> psutil.Process:
        """On several machines `prefect` is one of its servers."""
        elsewhere = self.machines is not None and part == "prefect"
        found = ManagedProcess(API_SERVERS[0] if elsewhere else part, self.settings.layout).find()
        assert found is not None, part
        return found

    async def prefect_lists(self, what: str, wanted: Mapping[str, object]) -> list[dict[str, Any]]:
        known = load(self.settings.layout)
        async with httpx.AsyncClient(trust_env=False, headers=known.headers) as asking:
            answer = await asking.post(f"{known.api}/{what}/filter", json=wanted)
        return list(answer.raise_for_status().json())

    def browsers(self, scratch: Path | None = None) -> list[psutil.Process]:
        """Everything that works in the scratch folder of a worker, of any by default: Playwright's driver, Chromium."""
        folder = scratch or self.settings.layout.tmp
        return [each for each in psutil.process_iter() if _works_in(each, folder)]

    async def is_up(self) -> bool:
        parts = await fleet_up.status(self.settings)
        return all(part.state is PartState.RUNNING for part in parts)

    def ours(self) -> list[psutil.Process]:
        """Every process that knows our folder, by its command line or its environment, but this one and those that are
        not the fleet's to stop.
        """
        others = {os.getpid(), *(self.machines.others() if self.machines else ())}
        return [each for each in psutil.process_iter() if each.pid not in others and self._knows_home(each)]

    async def kill(self, part: str) -> psutil.Process:
        victim = self.process(part)
        victim.send_signal(signal.SIGKILL)
        return victim

    async def has_ended(self, process: psutil.Process) -> bool:
        """Also if its parent has not looked after it yet."""
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

    async def healed(self, part: str, victim: psutil.Process, *, within: float = 180) -> float:
        async def replaced() -> bool:
            now = {each.name: each for each in await fleet_up.status(self.settings)}[part]
            return now.state is PartState.RUNNING and now.pid != victim.pid

        if self.machines is not None:
            await self.machines.start()
        return await self.until(replaced, within=within)

    def _knows_home(self, process: psutil.Process) -> bool:
        try:
            told = [*process.cmdline(), *process.environ().values()]
        except (psutil.Error, OSError):
            return False
        return any(str(self.settings.layout.path) in word for word in told)
