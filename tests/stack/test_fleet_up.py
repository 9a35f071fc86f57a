"""The whole embedded stack, for real: one `up` for all tests, which then do it harm."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from core.errors import PartUnavailable
from core.settings import Settings
from flows.directory import load
from stack.fleet_up import StackState, down, status, up
from stack.parts import PartState, PartStatus
from stack.process import ManagedProcess, eventually

PARTS = {"vault", "prefect", "store", "simulator", "worker", "console"}
PROCESSES = PARTS - {"store"}


class Stack:
    def __init__(self, settings: Settings, first: StackState, told: list[PartStatus]) -> None:
        self.settings = settings
        self.home = settings.layout
        self.first = first
        self.told = told

    async def up(self) -> StackState:
        return await up(self.settings, with_simulator=True)

    async def parts(self) -> dict[str, PartStatus]:
        return {part.name: part for part in await status(self.settings)}

    def process(self, part: str) -> psutil.Process:
        found = ManagedProcess(part, self.home).find()
        assert found is not None, part
        return found

    def ours(self) -> list[psutil.Process]:
        """Every process that knows our folder: by its command line or its environment."""
        return [process for process in psutil.process_iter() if self._knows_home(process)]

    def _knows_home(self, process: psutil.Process) -> bool:
        try:
            told = [*process.cmdline(), *process.environ().values()]
        except (psutil.Error, OSError):
            return False
        return process.pid != os.getpid() and any(str(self.home.path) in word for word in told)


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    settings = Settings(home=tmp_path_factory.mktemp("stack") / "fleet")
    told: list[PartStatus] = []
    first = await up(settings, with_simulator=True, progress=told.append)
    sys.stderr.write(f"\nfleet up, fresh: {first.seconds:.1f} s\n")
    yield Stack(settings, first, told)
    await down(settings)


async def test_up_returns_when_everything_runs(stack: Stack) -> None:
    assert stack.first.started
    assert {part.name for part in stack.first.parts} == PARTS
    assert {part.state for part in stack.first.parts} == {PartState.RUNNING}
    assert {part.name for part in stack.told if part.state is PartState.STARTING} == PARTS
    assert "lane/work" in load(stack.home).deployments


async def test_a_second_up_changes_nothing_and_two_at_once_do_not_collide(stack: Stack) -> None:
    before = {name: part.pid for name, part in (await stack.parts()).items()}
    first, second = await asyncio.gather(stack.up(), stack.up())
    assert not first.started
    assert not second.started
    assert {name: part.pid for name, part in (await stack.parts()).items()} == before


async def test_everything_is_private(stack: Stack) -> None:
    open_to_others = [
        str(path)
        for path in (stack.home.path, *stack.home.path.rglob("*"))
        if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()
    ]
    assert open_to_others == []


async def test_listeners_are_on_loopback_only(stack: Stack) -> None:
    listening = {
        connection.laddr.ip
        for name in PROCESSES
        for connection in stack.process(name).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


async def test_no_secret_in_arguments_or_environments(stack: Stack) -> None:
    secrets = [
        *(path.read_text() for path in stack.home.vault.glob("*.secret-id")),
        (stack.home.simulator / "control.token").read_text(),
        "hvs.",
        "s.",
    ]
    for process in (stack.process(name) for name in (*PROCESSES, "supervisor")):
        told = [*process.cmdline(), *process.environ().values()]
        assert [word for word in told if any(word.startswith(secret) for secret in secrets)] == []
        assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)


@pytest.mark.parametrize(
    "part", ["worker", *(pytest.param(each, marks=pytest.mark.deep) for each in ("prefect", "vault"))]
)
async def test_a_killed_part_comes_back(stack: Stack, part: str) -> None:
    victim = stack.process(part)
    victim.send_signal(signal.SIGKILL)

    async def replaced() -> bool:
        now = (await stack.parts())[part]
        return now.state is PartState.RUNNING and now.pid != victim.pid

    assert await eventually(replaced, deadline=90), await stack.parts()


async def test_up_takes_over_what_a_killed_supervisor_left(stack: Stack) -> None:
    before = {name: part.pid for name, part in (await stack.parts()).items()}
    supervisor = stack.process("supervisor")
    supervisor.send_signal(signal.SIGKILL)
    await asyncio.to_thread(supervisor.wait, 10)
    again = await stack.up()
    assert again.started
    assert {part.name: part.pid for part in again.parts} == before


async def test_down_leaves_no_process_and_up_brings_everything_back(stack: Stack) -> None:
    assert stack.ours() != []  # the search finds what is there
    assert set(await down(stack.settings)) == PROCESSES
    assert stack.ours() == []
    assert list(stack.home.run.glob("*.sock")) == []
    assert list(stack.home.tmp.iterdir()) == []
    assert {part.state for part in await status(stack.settings)} == {PartState.STOPPED}
    assert await down(stack.settings) == []
    again = await stack.up()
    sys.stderr.write(f"\nfleet up, existing: {again.seconds:.1f} s\n")
    assert again.started


async def test_a_part_that_cannot_start_says_why_and_nothing_is_left_running(stack: Stack) -> None:
    await down(stack.settings)
    seal_key = stack.home.vault / "seal.key"
    kept = seal_key.read_bytes()
    seal_key.unlink()
    with pytest.raises(PartUnavailable, match="seal key") as caught:
        await stack.up()
    assert caught.value.part == "vault"
    assert stack.ours() == []
    seal_key.write_bytes(kept)
    seal_key.chmod(0o600)


async def test_down_without_a_stack(tmp_path: Path) -> None:
    assert await down(Settings(home=tmp_path / "never")) == []
    assert await status(Settings(home=tmp_path / "never")) == []
