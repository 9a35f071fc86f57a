"""The worker, let into the vault by a single-use secret-id that reaches it wrapped, over a pipe."""

from __future__ import annotations

import sys
from pathlib import Path

from core.settings import ROOT, Home
from flows.environment import worker_environment
from stack import openbao
from stack.process import ManagedProcess
from stack.vault_setup import WORKER

PART = "worker"
START_SECONDS = 150.0
"""It waits for Prefect, and a first start of Prefect is slow."""
STOP_SECONDS = 12.0


class WorkerProcess:
    def __init__(self, home: Home) -> None:
        self.name = PART
        self.process = ManagedProcess(PART, home)
        self._home = home

    async def start(self, prefect_api: str, profiles: Path | None = None) -> str:
        """Its doorbell. Takes over one that runs. `profiles`: of a Prefect that somebody else runs."""
        if self.process.find() is None or not await self._ready():
            await self.process.stop(grace=STOP_SECONDS)
            await self.process.start(
                [sys.executable, "-m", "flows.worker", "--home", self._home.path],
                ready=self._ready,
                deadline=START_SECONDS,
                cwd=ROOT,
                environment=worker_environment(self._home, prefect_api, profiles),
                handed_over=await openbao.ticket(self._home, WORKER),
            )
        return str(self._doorbell())

    async def stop(self) -> None:
        """Its lanes put their questions back, give up their leases and close their browsers first."""
        await self.process.stop(grace=STOP_SECONDS)

    async def _ready(self) -> bool:
        bell = self._doorbell()
        return bell is not None and bell.exists()

    def _doorbell(self) -> Path | None:
        running = self.process.find()
        return None if running is None else self._home.run / f"worker-{running.pid}.sock"
