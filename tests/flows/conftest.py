from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.settings import ROOT, Home
from flows.environment import worker_environment
from stack.prefect_server import PrefectServer
from stack.process import ManagedProcess
from tests.flows.folder_lanes import FolderLanes

FOLDER_WORKER = Path(__file__).with_name("folder_lanes.py")


class Rig:
    """A real Prefect server and a real worker process, which works lanes made of files."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.prefect = PrefectServer(home)
        self.worker = ManagedProcess("worker", home)
        self.lanes = FolderLanes(home.path / "lanes")
        self.api = ""

    async def start_worker(self, **told: str) -> None:
        await self.worker.start(
            [sys.executable, FOLDER_WORKER, "--home", self.home.path],
            ready=self._worker_ready,
            deadline=120,
            environment=worker_environment(self.home, self.api)
            | {"FLEET_LEASE_SECONDS": "2", "PYTHONPATH": str(ROOT)}
            | told,
            handed_over=b"\n",
            cwd=ROOT,
        )

    async def _worker_ready(self) -> bool:
        running = self.worker.find()
        return running is not None and (self.home.run / f"worker-{running.pid}.sock").exists()


@pytest.fixture(scope="module")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """For one file: idle, until the session ends, it would cost the other tests much."""
    rig = Rig(Home(tmp_path_factory.mktemp("fleet")))
    try:
        rig.api = await rig.prefect.start()
        await rig.start_worker()
        yield rig
    finally:
        await rig.worker.stop()
        await rig.prefect.stop()
