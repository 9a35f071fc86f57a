"""Starting, healing, stopping. Last in the alphabet, because it takes the fleet away."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from stand import Stand, tell

from core.errors import PartUnavailable
from core.settings import Home
from stack import fleet_up
from stack.parts import PartState
from stack.process import ManagedProcess

FAULT = 1
SMALL_DISK = "6m"
PARTS = ("worker", "simulator", "vault", "prefect", "console")


async def test_a_second_up_changes_nothing_and_two_at_once_do_not_collide(stand: Stand) -> None:
    before = {part: stand.process(part).pid for part in (*PARTS, "supervisor")}
    for again in await asyncio.gather(stand.fleet_says("up"), stand.fleet_says("up")):
        assert (again.status, again.out.strip()) == (0, "The fleet is up already.")
    assert {part: stand.process(part).pid for part in before} == before


@pytest.mark.smoke
async def test_everything_is_private(stand: Stand) -> None:
    home = stand.settings.layout.path
    open_to_others = [
        str(path)
        for path in (home, *home.rglob("*"))
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    ]
    assert open_to_others == []


@pytest.mark.smoke
async def test_listeners_are_on_loopback_only(stand: Stand) -> None:
    listening = {
        connection.laddr.ip
        for part in PARTS
        for connection in stand.process(part).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.smoke
async def test_no_secret_in_arguments_or_environments(stand: Stand) -> None:
    home = stand.settings.layout
    tokens = [file.read_text() for file in (*home.vault.glob("*.secret-id"), home.simulator / "control.token")]
    for process in (stand.process(part) for part in (*PARTS, "supervisor")):
        told = [*process.cmdline(), *process.environ().values()]
        assert [word for word in told if word.startswith((*tokens, "hvs.", "s."))] == []
        assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)


@pytest.mark.parametrize("part", PARTS)
async def test_whatever_process_is_killed_the_fleet_heals_and_answers(stand: Stand, part: str) -> None:
    victim = await stand.kill(part)
    tell(f"{part} killed, running again", await stand.healed(part, victim, within=120))
    await stand.good_day()
    account = await stand.account()
    (keys,) = await stand.questions(1)
    await stand.until(lambda: stand.answers(account, keys), within=90)


async def test_up_waits_for_a_part_that_had_fallen_before(stand: Stand) -> None:
    async def fell_twice() -> bool:
        console = {part.name: part for part in await fleet_up.status(stand.settings)}["console"]
        running = ManagedProcess("console", stand.settings.layout).find()
        if console.state is PartState.RUNNING and running is not None:
            running.send_signal(signal.SIGKILL)
        return console.state is PartState.FAILED and console.failures >= fleet_up.TRIES

    await stand.until(fell_twice, within=90)
    again = await fleet_up.up(stand.settings, with_simulator=True)
    assert {part.state for part in again.parts} == {PartState.RUNNING}


@pytest.mark.smoke
async def test_without_its_supervisor_the_fleet_answers_and_up_brings_one_back(stand: Stand) -> None:
    await stand.kill("supervisor")
    account = await stand.account()
    (keys,) = await stand.questions(1)
    assert (await stand.pull(account, keys)).status == 0
    before = {part: stand.process(part).pid for part in PARTS}
    assert (await stand.fleet_says("up")).status == 0
    assert {part: stand.process(part).pid for part in PARTS} == before
    assert stand.process("supervisor")


@pytest.mark.smoke
async def test_down_leaves_nothing_and_loses_nothing(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(10)
    ids = await stand.hand_in(account, questions)
    await stand.wake(account)
    await stand.some_answered(ids, 2)
    assert stand.browsers()
    stopped = await stand.fleet_says("down")
    assert stopped.status == 0
    assert stand.ours() == []
    assert stand.browsers() == []
    home = stand.settings.layout
    assert list(home.tmp.iterdir()) == []
    assert list(home.run.glob("*.sock")) == []

    async def nobody_works() -> bool:
        return set(await stand.states(ids)) <= {"answered", "queued"}

    # The workers of other machines run on, and one of them may just have taken a question.
    await stand.until(nobody_works, within=60, what=lambda: stand.states(ids))
    refused = await stand.pull(account, questions[0])
    assert (refused.status, refused.sentence) == (FAULT, "No worker is running here; `fleet up` starts the fleet.")
    assert {part.state for part in await fleet_up.status(stand.settings)} == {PartState.STOPPED}
    assert await fleet_up.down(stand.settings) == []


async def test_a_part_that_cannot_start_says_why_and_nothing_is_left_running(stand: Stand) -> None:
    await fleet_up.down(stand.settings)
    seal_key = stand.settings.layout.vault / "seal.key"
    elsewhere = seal_key.rename(seal_key.with_suffix(".kept"))
    with pytest.raises(PartUnavailable, match="seal key") as caught:
        await fleet_up.up(stand.settings, with_simulator=True)
    elsewhere.rename(seal_key)
    assert caught.value.part == "vault"
    assert stand.ours() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=0700", "fleet-e2e", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


async def test_a_full_disk_is_named_before_anything_starts(whole_fleet: Stand, small_disk: Path) -> None:
    told = await whole_fleet.fleet_says("up", FLEET_HOME=str(small_disk))
    assert told.status == FAULT
    assert told.sentence.startswith("Only ")
    assert "make room" in told.sentence
    assert ManagedProcess("supervisor", Home(small_disk)).find() is None
