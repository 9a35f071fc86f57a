from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from core.errors import PartUnavailable
from core.settings import Home
from stack.process import ManagedProcess, alone, eventually, inherited_environment

ECHO = """
import os, sys, time
print(sys.stdin.read(), sorted(os.environ), flush=True)
open("ready", "w").close()
time.sleep(60)
"""
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("ready", "w").write(str(child.pid))
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
async def process(home: Home) -> AsyncIterator[ManagedProcess]:
    process = ManagedProcess("echo", home)
    yield process
    await process.stop(grace=0.2)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


async def start(process: ManagedProcess, home: Home, program: str, handed_over: bytes = b"") -> psutil.Process:
    async def ready() -> bool:
        return (home.path / "ready").exists() and bool((home.path / "ready").stat().st_size or program is ECHO)

    return await process.start(python(program), ready=ready, deadline=20, handed_over=handed_over)


async def test_it_starts_is_found_again_and_stops(process: ManagedProcess, home: Home) -> None:
    started = await start(process, home, ECHO)
    assert ManagedProcess("echo", home).find() == started
    assert await ManagedProcess("echo", home).stop()
    assert not started.is_running()
    assert process.find() is None
    assert not await process.stop()


async def test_secrets_go_over_the_pipe_and_nowhere_else(
    process: ManagedProcess, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = {"VAULT_TOKEN": "s.x", "DEBUG": "pw:api", "PWDEBUG": "1", "FLEET_TEST_VAULT_TOKEN": "s.y", "AWS_KEY": "z"}
    for name, value in outside.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FLEET_HOME", str(home.path))
    running = await start(process, home, ECHO, handed_over=b"the ticket")
    log = process.log_file.read_text()
    assert log.startswith("the ticket")
    assert not [name for name in outside if f"'{name}'" in log]
    assert "'FLEET_HOME'" in log
    assert "the ticket" not in " ".join(running.cmdline()) + str(running.environ())
    assert process.log_file.stat().st_mode & 0o777 == 0o600
    assert home.logs.stat().st_mode & 0o777 == 0o700


async def test_one_that_ignores_the_request_is_ended_with_its_children(process: ManagedProcess, home: Home) -> None:
    running = await start(process, home, STUBBORN)
    child = psutil.Process(int((home.path / "ready").read_text()))
    assert await process.stop(grace=0.2)
    assert not running.is_running()

    async def gone() -> bool:
        return not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

    assert await eventually(gone, deadline=5)


async def test_a_stranger_with_the_same_number_is_left_alone(process: ManagedProcess, home: Home) -> None:
    home.run.mkdir(parents=True)
    stranger = await asyncio.create_subprocess_exec(*python("import time; time.sleep(60)"))
    for mark in (
        {"pid": stranger.pid, "create_time": time.time() - 3600},
        {"pid": stranger.pid},
        {"pid": 2**22 + 1, "create_time": 0},
        [],
    ):
        (home.run / "echo.json").write_text(json.dumps(mark))
        assert process.find() is None
        assert not await process.stop()
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_one_that_ends_early_is_told_from_one_that_is_slow(process: ManagedProcess, home: Home) -> None:
    async def never() -> bool:
        return False

    started = time.monotonic()
    with pytest.raises(PartUnavailable, match="ended while it started") as refusal:
        await process.start(python("raise SystemExit(3)"), ready=never, deadline=20)
    assert time.monotonic() - started < 10
    assert str(process.log_file) in refusal.value.sentence
    with pytest.raises(PartUnavailable, match="was not ready within"):
        await process.start(python("import time; time.sleep(60)"), ready=never, deadline=0.2)
    assert process.find() is None


async def test_a_program_that_is_not_there(process: ManagedProcess) -> None:
    async def never() -> bool:
        return False

    with pytest.raises(PartUnavailable, match="cannot be started"):
        await process.start(["/nowhere/bao"], ready=never, deadline=1)


async def test_one_at_a_time(tmp_path: Path) -> None:
    async with alone(tmp_path / "lock"):
        with pytest.raises(PartUnavailable, match="Another `fleet` command"):
            async with alone(tmp_path / "lock", deadline=0.05):
                pytest.fail("two at once")
    async with alone(tmp_path / "lock", deadline=0.05):
        pass


def test_the_inherited_environment_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "x")
    assert set(inherited_environment()) <= {name for name in os.environ if name != "PREFECT_API_KEY"}
    assert "PATH" in inherited_environment()
