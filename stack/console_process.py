"""The console, on a port of the loopback address that it keeps from start to start."""

from __future__ import annotations

import sys
from pathlib import Path

from core.errors import PartUnavailable
from core.settings import ROOT, Home
from stack import openbao
from stack.ports import remembered_port
from stack.process import PRIVATE_FOLDER, ManagedProcess, write_private
from stack.vault_setup import CONSOLE

PART = "console"
START_SECONDS = 60.0
STOP_SECONDS = 6.0


class ConsoleProcess:
    def __init__(self, home: Home, *, port: int | None = None) -> None:
        """`port` None: a free one, kept from start to start."""
        self.name = PART
        self.process = ManagedProcess(PART, home)
        self._home = home
        self._wanted = port

    async def start(self) -> str:
        """Its address. Takes over one that runs."""
        if self.process.find() is None or not await self._ready():
            await self.process.stop(grace=STOP_SECONDS)
            self._home.console.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            port = self._port(self._home.console / "port")
            await self.process.start(
                [sys.executable, "-m", "console", "--home", self._home.path, "--port", str(port)],
                ready=self._ready,
                deadline=START_SECONDS,
                cwd=ROOT,
                handed_over=await openbao.ticket(self._home, CONSOLE),
            )
        return address(self._home)

    async def stop(self) -> None:
        await self.process.stop(grace=STOP_SECONDS)

    async def _ready(self) -> bool:
        running = self.process.find()
        return running is not None and self._mark(running.pid).exists()

    def _port(self, file: Path) -> int:
        """Raises PartUnavailable."""
        if self._wanted is not None:
            write_private(file, str(self._wanted))
        port = remembered_port(file, must_be_free=True)
        if self._wanted not in (None, port):
            sentence = (
                f"Something else listens on port {self._wanted}; set FLEET_CONSOLE_PORT to another one, or unset it."
            )
            raise PartUnavailable(PART, sentence)
        return port

    def _mark(self, pid: int) -> Path:
        """Made by the console when it listens."""
        return self._home.console / f"{pid}.ready"


def address(home: Home) -> str:
    return f"http://127.0.0.1:{remembered_port(home.console / 'port')}"
