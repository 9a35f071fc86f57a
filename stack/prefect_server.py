"""The embedded Prefect server: SQLite under FLEET_HOME/prefect, loopback only, behind a password, telemetry off.

Started as the ASGI application itself: `prefect server start` would put another process in between.
"""

from __future__ import annotations

import asyncio
import sys
from http import HTTPStatus

import urllib3

from core.errors import PartUnavailable
from core.settings import ROOT, Home
from flows import profiles
from flows.environment import server_environment
from stack.ports import remembered_port
from stack.process import PRIVATE_FOLDER, ManagedProcess, write_private

PART = "prefect"
START_SECONDS = 120.0
"""A fresh database takes 8 to 25 seconds on a busy machine."""


class PrefectServer:
    def __init__(self, home: Home) -> None:
        self.name = PART
        self.process = ManagedProcess(PART, home)
        self._home = home
        self._port = 0

    def reserve(self) -> str:
        """The API's address, fixed before the server starts: who needs it can start at the same time."""
        port_file = self._home.prefect / "port"
        self._home.prefect.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not self._home.prefect_profiles.exists():
            write_private(self._home.prefect_profiles, profiles.new())
        self._port = remembered_port(port_file, must_be_free=self.process.find() is None)
        return f"http://127.0.0.1:{self._port}/api"

    async def start(self) -> str:
        """The API's address. Takes over a server that runs and answers."""
        api = self.reserve()
        if self.process.find() is not None:
            if await _healthy(api):
                return api
            await self.process.stop()
        await self.process.start(
            [*_SERVER, "--host", "127.0.0.1", "--port", str(self._port), "--log-level", "warning"],
            ready=lambda: _healthy(api),
            deadline=START_SECONDS,
            environment=server_environment(self._home),
        )
        return api

    async def stop(self) -> None:
        await self.process.stop(grace=8)


async def reach(api: str) -> str:
    """Servers that somebody else runs. Raises PartUnavailable while none of them answers."""
    if not await _healthy(api):
        raise PartUnavailable(PART, f"No Prefect server answers at {api}. Start it, or mend FLEET_PREFECT_URL.")
    return api


_SERVER = (
    *(sys.executable, "-m", "uvicorn", "--app-dir", str(ROOT), "--factory", "flows.server:create_app"),
    *("--timeout-graceful-shutdown", "2"),  # a worker's open websocket must not keep the server from ending
)


async def _healthy(api: str) -> bool:
    def ask() -> bool:
        try:
            answer = urllib3.request("GET", f"{api}/health", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == HTTPStatus.OK

    return await asyncio.to_thread(ask)
