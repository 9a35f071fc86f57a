"""Keeps the embedded stack alive after `fleet up` has returned: `python -m stack.supervisor --home FOLDER`.

Each part is started when those that it needs are there, and again when it ends, with growing pauses. On SIGTERM the
worker goes first, because it still needs the others to leave its lanes tidy, and the console with it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import structlog

from core.errors import PartUnavailable
from core.log import configure_logging
from core.settings import Settings
from stack import openbao, prefect_server
from stack.console_process import ConsoleProcess
from stack.parts import Board, PartState, PartStatus
from stack.prefect_server import PrefectServer
from stack.process import PRIVATE_FOLDER, ManagedProcess
from stack.simulator_process import SimulatorProcess
from stack.worker_process import WorkerProcess
from store.database import Database

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SETTLED_SECONDS = 60.0
"""A part that ran for so long starts with a short pause again."""
_LOOK_SECONDS = 1.0
"""How long one look at a running process blocks its thread; a stop waits for it."""

log = structlog.get_logger()


@dataclass
class Part:
    name: str
    start: Callable[[], Awaitable[str]]
    """Gives the address; takes over what runs already."""
    process: ManagedProcess | None
    """None: nothing runs, it only has to be prepared."""
    needs: tuple[str, ...] = ()
    there: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    def __init__(self, settings: Settings, *, with_simulator: bool) -> None:
        self._settings, home = settings, settings.layout
        self._home = home
        self._board = Board(home)
        self._prefect = PrefectServer(home)
        self._simulator = SimulatorProcess(home)
        self._worker = WorkerProcess(home)
        self._console = ConsoleProcess(home, port=settings.console_port)
        self._parts = {part.name: part for part in self._plan(with_simulator=with_simulator)}

    async def run(self, stopping: asyncio.Event) -> None:
        for part in self._parts.values():
            self._board.post(PartStatus(part.name, PartState.STARTING))
        keepers = [asyncio.create_task(self._keep(part)) for part in self._parts.values()]
        stop = asyncio.create_task(stopping.wait())
        try:
            # A keeper ends only by a mistake of ours; then everything ends, loudly.
            await asyncio.wait([*keepers, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*keepers, stop):
                task.cancel()
            await asyncio.gather(*keepers, stop, return_exceptions=True)
            await self._stop()
        for keeper in keepers:
            if not keeper.cancelled():
                keeper.result()

    def _plan(self, *, with_simulator: bool) -> list[Part]:
        # Prefect takes longest to start: the worker starts beside it and waits at its door.
        api = self._settings.prefect_url or self._prefect.reserve()
        vault = ManagedProcess(openbao.PART, self._home)
        portals = [Part("simulator", self._simulator.start, self._simulator.process)] if with_simulator else []
        return [
            Part("vault", self._start_vault, None if openbao.is_outside(self._home) else vault),
            Part("prefect", lambda: prefect_server.reach(api), None)
            if self._settings.prefect_url
            else Part("prefect", self._prefect.start, self._prefect.process),
            Part("store", self._prepare_store, None),
            *portals,
            Part(
                "worker",
                lambda: self._worker.start(api, self._settings.prefect_profiles),
                self._worker.process,
                needs=("vault", "store", *(part.name for part in portals)),
            ),
            Part("console", self._console.start, self._console.process, needs=("vault", "store")),
        ]

    async def _keep(self, part: Part) -> None:
        failures = 0
        while True:
            for need in part.needs:
                await self._parts[need].there.wait()
            self._board.post(PartStatus(part.name, PartState.STARTING, failures=failures))
            try:
                address = await part.start()
            except PartUnavailable as problem:
                detail = problem.sentence
                log.warning("part did not start", part=part.name, sentence=detail, reference=problem.reference)
            else:
                began = time.monotonic()
                running = part.process.find() if part.process else None
                self._board.post(
                    PartStatus(part.name, PartState.RUNNING, pid=running.pid if running else None, address=address)
                )
                part.there.set()
                await _until_gone(part.process)
                part.there.clear()
                if time.monotonic() - began > SETTLED_SECONDS:
                    failures = 0
                detail = f"The {part.name} has ended; it is being started again. Its log is logs/{part.name}.log."
                log.warning("part ended", part=part.name, seconds=round(time.monotonic() - began))
            failures += 1
            self._board.post(PartStatus(part.name, PartState.FAILED, detail, failures=failures))
            await asyncio.sleep(min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE))

    async def _start_vault(self) -> str:
        return (await openbao.start(self._home)).address

    async def _prepare_store(self) -> str:
        self._home.store.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        database = Database.open(self._settings.store)
        try:
            await database.migrate()
        finally:
            await database.close()
        return str(self._settings.store)

    async def _stop(self) -> None:
        await asyncio.gather(self._worker.stop(), self._console.stop())
        await asyncio.gather(self._prefect.stop(), self._simulator.stop(), openbao.stop(self._home))
        for name in self._parts:
            self._board.post(PartStatus(name, PartState.STOPPED, "`fleet up` starts it."))


async def _until_gone(process: ManagedProcess | None) -> None:
    if process is None:
        await asyncio.Event().wait()
    running = process.find() if process else None
    while running is not None:
        try:
            # Also reaps it, if it is a child of this very process and not of a supervisor before it.
            await asyncio.to_thread(running.wait, _LOOK_SECONDS)
        except psutil.TimeoutExpired:
            continue
        return


async def _main(settings: Settings, *, with_simulator: bool) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await Supervisor(settings, with_simulator=with_simulator).run(stopping)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="stack.supervisor")
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--simulator", action="store_true")
    options = arguments.parse_args()
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings = Settings(home=options.home)
    configure_logging(settings.layout.logs / "supervisor.log")
    asyncio.run(_main(settings, with_simulator=options.simulator))


if __name__ == "__main__":
    main()
