"""`fleet up`, `fleet down`, `fleet status`: the embedded stack from outside, through its supervisor."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from core.errors import PartUnavailable
from core.settings import ROOT, Home, Settings
from flows.scratch import clear_away
from stack import openbao
from stack.console_process import ConsoleProcess
from stack.parts import PartState, PartStatus, read_board
from stack.prefect_server import PrefectServer
from stack.process import PRIVATE_FOLDER, ManagedProcess, alone, eventually, write_private
from stack.simulator_process import SimulatorProcess
from stack.worker_process import WorkerProcess

UP_SECONDS = 180.0
TRIES = 2
"""How often a part may fail since `up` was asked before it gives up: a port may have been taken in between."""
DOWN_SECONDS = 30.0
NEEDED_BYTES = 100 * 2**20
"""What vault, Prefect and store take at their first start, with some room to work; `fleet doctor` warns earlier."""

Progress = Callable[[PartStatus], None]


@dataclass(frozen=True)
class StackState:
    parts: tuple[PartStatus, ...]
    seconds: float
    started: bool
    """False if everything was running already."""


async def up(settings: Settings, *, with_simulator: bool, progress: Progress = lambda _: None) -> StackState:
    """Returns when every part runs. Raises PartUnavailable with the part's own sentence, and then nothing runs."""
    home, began = settings.layout, time.monotonic()
    for folder in (home.path, home.logs, home.run, home.tmp):
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    home.path.chmod(PRIVATE_FOLDER)
    async with alone(home.run / "up.lock", deadline=UP_SECONDS):
        supervisor = _supervisor(home)
        if supervisor.find() is not None and with_simulator and not _has_simulator(home):
            await _stop(home)
        started = supervisor.find() is None
        if started:
            _check_room(home)
        async with AsyncExitStack() as undo:
            if started:
                undo.push_async_callback(_stop, home)
                await _start_supervisor(home, supervisor, with_simulator=with_simulator)
            parts = await _until_running(home, supervisor, progress)
            undo.pop_all()
    return StackState(parts, time.monotonic() - began, started)


async def down(settings: Settings) -> list[str]:
    """Stops what runs and gives the parts' names; no process of ours is left, and nobody else's is touched."""
    home = settings.layout
    if not home.run.exists():
        return []
    async with alone(home.run / "up.lock", deadline=UP_SECONDS):
        return await _stop(home)


async def status(settings: Settings) -> list[PartStatus]:
    """As the supervisor last wrote it, corrected by which processes are there."""
    home = settings.layout
    supervised = _supervisor(home).find() is not None
    return [await asyncio.to_thread(_checked, part, supervised=supervised) for part in read_board(home)]


async def _start_supervisor(home: Home, supervisor: ManagedProcess, *, with_simulator: bool) -> None:
    async def has_taken_over() -> bool:
        return bool(read_board(home))

    (home.run / "stack.json").unlink(missing_ok=True)
    write_private(_plan_file(home), json.dumps({"simulator": with_simulator}))
    flags = ("--simulator",) if with_simulator else ()
    await supervisor.start(
        [sys.executable, "-m", "stack.supervisor", "--home", home.path, *flags],
        ready=has_taken_over,
        deadline=30,
        cwd=ROOT,
    )


async def _until_running(home: Home, supervisor: ManagedProcess, progress: Progress) -> tuple[PartStatus, ...]:
    seen: dict[str, PartStatus] = {}
    earlier = {part.name: part.failures for part in read_board(home)}

    async def all_run() -> bool:
        if supervisor.find() is None:
            raise PartUnavailable("stack", f"The supervisor ended; its log is {supervisor.log_file}.")
        for part in read_board(home):
            before, seen[part.name] = seen.get(part.name), part
            if before is None or before.state is not part.state:
                progress(part)
            if part.state is PartState.FAILED and part.failures - earlier.get(part.name, 0) >= TRIES:
                raise PartUnavailable(part.name, part.detail)
        return bool(seen) and all(part.state is PartState.RUNNING for part in seen.values())

    if not await eventually(all_run, deadline=UP_SECONDS):
        late = next(part for part in seen.values() if part.state is not PartState.RUNNING)
        raise PartUnavailable(
            late.name,
            late.detail
            or f"The {late.name} did not start in time. On a busy machine, `fleet up` once more may do; "
            f"its log is {home.logs / late.name}.log.",
        )
    return tuple(seen.values())


async def _stop(home: Home) -> list[str]:
    stopped = [part.name for part in read_board(home) if part.pid is not None and psutil.pid_exists(part.pid)]
    await _supervisor(home).stop(grace=DOWN_SECONDS)
    # What a supervisor that was killed left running; each is recognised by its start time.
    await asyncio.gather(WorkerProcess(home).stop(), ConsoleProcess(home).stop())
    await asyncio.gather(PrefectServer(home).stop(), SimulatorProcess(home).stop())
    if home.vault.exists():
        await openbao.stop(home)
    await asyncio.to_thread(clear_away, home)
    return stopped


def _check_room(home: Home) -> None:
    free = shutil.disk_usage(home.path).free
    if free < NEEDED_BYTES:
        raise PartUnavailable(
            "disk",
            f"Only {free // 2**20} MB are free in {home.path}, and the fleet's parts need {NEEDED_BYTES // 2**20}; "
            "make room there, or set FLEET_HOME to another disk.",
        )


def _checked(part: PartStatus, *, supervised: bool) -> PartStatus:
    if part.state is PartState.STOPPED or (supervised and (part.pid is None or psutil.pid_exists(part.pid))):
        return part
    if supervised:
        return replace(part, state=PartState.FAILED, detail=f"The {part.name} has just ended; it is started again.")
    if part.pid is not None and psutil.pid_exists(part.pid):
        return replace(part, detail="It runs without a supervisor; `fleet up` takes it over.")
    return replace(part, state=PartState.STOPPED, pid=None, detail="`fleet up` starts it.")


def _supervisor(home: Home) -> ManagedProcess:
    return ManagedProcess("supervisor", home)


def _has_simulator(home: Home) -> bool:
    try:
        return bool(json.loads(_plan_file(home).read_text())["simulator"])
    except (FileNotFoundError, ValueError, KeyError):
        return False


def _plan_file(home: Home) -> Path:
    return home.run / "plan.json"
