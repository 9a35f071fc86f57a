"""The simulated portals as a process of their own; the stack knows of them a port and the control API's token."""

from __future__ import annotations

import json
import secrets
import sys

from core.settings import ROOT, Home
from stack.ports import remembered_port
from stack.process import PRIVATE_FOLDER, ManagedProcess, write_private

PART = "simulator"
SEED = 7
START_SECONDS = 60.0


class SimulatorProcess:
    def __init__(self, home: Home) -> None:
        self.name = PART
        self.process = ManagedProcess(PART, home)
        self._folder = home.simulator
        self._ready_file = home.simulator / "ready.json"
        self._token_file = home.simulator / "control.token"

    async def start(self) -> str:
        """The address of its control API is this plus `/control`. Takes over one that runs."""
        self._folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if self.process.find() is None or not await self._ready():
            await self.process.stop()
            self._ready_file.unlink(missing_ok=True)
            if not self._token_file.exists():
                write_private(self._token_file, secrets.token_urlsafe(32))
            port = remembered_port(self._folder / "port", must_be_free=True)
            files = ("--token-file", self._token_file, "--ready-file", self._ready_file)
            await self.process.start(
                [sys.executable, "-m", "simulator", "--port", str(port), *files, "--seed", str(SEED)],
                ready=self._ready,
                deadline=START_SECONDS,
                cwd=ROOT,
            )
        return f"http://127.0.0.1:{json.loads(self._ready_file.read_text())['port']}"

    async def stop(self) -> None:
        await self.process.stop(grace=5)

    async def _ready(self) -> bool:
        running = self.process.find()
        try:
            return running is not None and json.loads(self._ready_file.read_text())["pid"] == running.pid
        except FileNotFoundError:
            return False
