"""Wake-ups on a real Prefect server and a real worker process, and who may ask that server, how many at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import statistics
import subprocess
import sys
import time
from collections import Counter
from http import HTTPStatus

import httpx
import pytest
import urllib3

from cli import doctor
from core.errors import PartUnavailable
from core.settings import Home
from flows import directory, profiles
from flows.wake import create_run, wake
from flows.worker import NEEDS_NEW_TICKET
from stack.process import eventually, write_private
from tests.flows.conftest import Rig

AT_ONCE = 30


async def answered(rig: Rig, *items: str, deadline: float = 60) -> None:
    async def all_there() -> bool:
        return set(items) <= rig.lanes.answered().keys()

    assert await eventually(all_there, deadline=deadline), set(items) - rig.lanes.answered().keys()


async def idle(rig: Rig) -> None:
    async def no_lease() -> bool:
        return not list(rig.lanes.leases.iterdir())

    assert await eventually(no_lease, deadline=60)


async def test_who_has_not_the_password_is_refused(rig: Rig) -> None:
    known = directory.load(rig.home)
    stranger = urllib3.make_headers(basic_auth="fleet:spring")
    async with httpx.AsyncClient(base_url=known.api, trust_env=False) as asking:
        told = [
            (await asking.post("flow_runs/filter", json={}, headers=each)).status_code
            for each in ({}, stranger, known.headers)
        ]
        health = await asking.get("health")  # the balancer asks for it
    assert told == [HTTPStatus.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED, HTTPStatus.OK]
    assert health.status_code == HTTPStatus.OK


async def test_the_password_is_in_a_file_of_ours_alone_and_in_no_environment(rig: Rig) -> None:
    file = rig.home.prefect_profiles
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = profiles.headers(file)["authorization"]
    told = [each.environ() for process in (rig.prefect.process, rig.worker) if (each := process.find())]
    assert len(told) == 2
    (line,) = {line for line in file.read_text().splitlines() if line.startswith("PREFECT_API_AUTH")}
    assert password
    assert line.split('"')[1] not in "\n".join(value for each in told for value in each.values())


async def test_who_has_an_outdated_password_hears_in_which_file_it_is(rig: Rig) -> None:
    home = Home(rig.home.path / "elsewhere")
    write_private(home.prefect_profiles, profiles.new())
    known = directory.load(rig.home)
    outdated = directory.Directory(known.api, known.deployments, str(home.prefect_profiles))
    with pytest.raises(PartUnavailable, match=r"refuses the password in .*elsewhere"):
        await asyncio.to_thread(create_run, outdated, directory.REWAKE, {"name": "now", "parameters": {}})
    outdated.save(home)
    with pytest.raises(PartUnavailable, match="refuses the password"):
        await doctor._prefect(home)
    assert await doctor._prefect(rig.home) == "It answers, and knows the deployments."


async def test_runs_that_are_made_at_once_are_all_taken_at_the_first_try(rig: Rig) -> None:
    """What reads before it writes does so under the lock: "database is locked", that is 503, was the answer to most."""
    known = directory.load(rig.home)
    url = f"{known.api}/deployments/{known.deployment(directory.REWAKE)}/create_flow_run"

    def make() -> int:
        some_day = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}
        wish = {"name": "crowd", "parameters": {}, "state": some_day}
        with urllib3.PoolManager() as pool:
            return pool.request("POST", url, json=wish, headers=known.headers, timeout=60, retries=False).status

    told = await asyncio.gather(*(asyncio.to_thread(make) for _ in range(AT_ONCE)))
    assert Counter(told) == {HTTPStatus.CREATED: AT_ONCE}


async def test_a_question_is_worked_at_once(rig: Rig) -> None:
    took = {"closed": [], "open": []}  # type: dict[str, list[float]]
    for number in range(4):
        for kind in ("closed", "open"):
            item = f"fast-{kind}-{number}"
            rig.lanes.ask("cred_fast", item)
            asked = time.time()
            await wake(rig.home, ["cred_fast"])
            await answered(rig, item)
            took[kind].append(rig.lanes.answered()[item]["at"] - asked)
        await idle(rig)
    for kind, seconds in took.items():
        sys.stderr.write(f"\nwake of a lane that is {kind}: median {statistics.median(seconds):.3f} s, {seconds}\n")
    # Half of them came while the lane was open, and needed no run of their own.
    assert rig.lanes.runs_of("cred_fast") < 8


async def test_twenty_wakes_at_once_open_one_lane(rig: Rig) -> None:
    items = [f"crowd-{number:02}" for number in range(20)]
    gates = [rig.lanes.gates / item for item in items]
    for gate in gates:
        gate.touch()  # so that the lane is open until the last has woken it, however slow the machine

    async def one(item: str) -> None:
        rig.lanes.ask("cred_crowd", item)
        await wake(rig.home, ["cred_crowd"])

    await asyncio.gather(*(one(item) for item in items))
    for gate in gates:
        gate.unlink()
    await answered(rig, *items)
    await idle(rig)
    assert rig.lanes.runs_of("cred_crowd") == 1


async def test_two_credentials_run_side_by_side(rig: Rig) -> None:
    sides = {"cred_left": "left", "cred_right": "right"}
    for credential_id, item in sides.items():
        (rig.lanes.gates / item).touch()
        rig.lanes.ask(credential_id, item)
    await wake(rig.home, sides)

    async def both_at_work() -> bool:
        return all((rig.lanes.leases / credential_id).exists() for credential_id in sides)

    assert await eventually(both_at_work, deadline=60)
    for item in sides.values():
        (rig.lanes.gates / item).unlink()
    await answered(rig, *sides.values())


async def test_a_plan_wakes_the_lanes_of_its_list(rig: Rig) -> None:
    (rig.lanes.plans / "list_7").write_text("cred_planned")
    await run_deployment(rig, "eligibility/list", {"patient_list": "list_7"})
    await answered(rig, "eligibility-list_7")


async def test_what_schedules_want_wakes_its_lanes(rig: Rig) -> None:
    (rig.lanes.fires / "cred_scheduled").touch()
    await run_deployment(rig, "schedules/every-minute", {})
    await answered(rig, "scheduled-cred_scheduled")


async def test_every_hour_accounts_are_kept_alive(rig: Rig) -> None:
    (rig.lanes.silent / "cred_silent").touch()
    await run_deployment(rig, "keepalive/hourly", {})
    await answered(rig, "log-in-cred_silent")


async def test_every_night_what_is_over_is_shredded_and_the_trail_is_anchored(rig: Rig) -> None:
    await run_deployment(rig, "retention/nightly", {})
    await run_deployment(rig, "anchors/nightly", {})

    async def both() -> bool:
        return rig.lanes.shredded.exists() and rig.lanes.anchored.exists()

    assert await eventually(both, deadline=60)


async def test_a_worker_full_of_lanes_does_all_else_and_opens_no_more_of_them(rig: Rig) -> None:
    await rig.worker.stop()
    await rig.start_worker(FLEET_LANES="2")
    rig.lanes.shredded.unlink(missing_ok=True)
    sides = {f"cred_full_{number}": f"full-{number}" for number in range(3)}
    for credential_id, item in sides.items():
        (rig.lanes.gates / item).touch()
        rig.lanes.ask(credential_id, item)
    await wake(rig.home, sides)

    async def full() -> bool:
        return len(list(rig.lanes.leases.iterdir())) == 2

    async def shredded() -> bool:
        return rig.lanes.shredded.exists()

    assert await eventually(full, deadline=60)
    await run_deployment(rig, "retention/nightly", {})
    assert await eventually(shredded, deadline=60)
    assert await full()
    for item in sides.values():
        (rig.lanes.gates / item).unlink()
    await answered(rig, *sides.values())
    await rig.worker.stop()
    await rig.start_worker()


async def test_what_goes_wrong_is_told_without_patients(rig: Rig) -> None:
    rig.lanes.ask("cred_trouble", "secretive", "Zebra O'Quincanary")  # not a number: the ValueError quotes it
    rig.lanes.ask("cred_maintained", "maintained", "portal Zebra O'Quincanary")
    await wake(rig.home, ["cred_trouble", "cred_maintained"])

    async def told() -> bool:
        return {"ValueError", "PortalUnavailable: The portal is in maintenance."} <= {
            message.removeprefix("Flow run encountered an exception: RunFailed: ") for message in messages(rig)
        }

    assert await eventually(told, deadline=60), messages(rig)
    everything = b"".join(path.read_bytes() for path in rig.home.prefect.rglob("*") if path.is_file())
    logs = b"".join(path.read_bytes() for path in rig.home.logs.iterdir())
    assert b"cred_trouble" in everything  # the search finds what is there
    assert b"Quincanary" not in everything + logs


async def test_a_lane_cut_off_by_kill_9_is_worked_by_the_next_worker(rig: Rig) -> None:
    rig.lanes.ask("cred_killed", "killed", "2")
    await wake(rig.home, ["cred_killed"])

    async def begun() -> bool:
        return (rig.lanes.leases / "cred_killed").exists()

    assert await eventually(begun, deadline=60)
    victim = rig.worker.find()
    assert victim is not None
    orphan = sleeper(TMPDIR=str(rig.home.tmp / f"worker-{victim.pid}"))
    bystander = sleeper()
    try:
        victim.send_signal(signal.SIGKILL)
        await asyncio.to_thread(victim.wait, 10)
        await rig.start_worker()
        await answered(rig, "killed")
        assert orphan.wait(10) == -signal.SIGKILL
        assert bystander.poll() is None
        assert not (rig.home.tmp / f"worker-{victim.pid}").exists()
    finally:
        bystander.kill()
        bystander.wait()
        orphan.kill()
        orphan.wait()


@pytest.mark.deep
async def test_questions_survive_an_outage_of_prefect(rig: Rig) -> None:
    await rig.prefect.stop()
    rig.lanes.ask("cred_outage", "asked-in-outage")
    with pytest.raises(PartUnavailable, match="will be worked when Prefect is back") as caught:
        await wake(rig.home, ["cred_outage"])
    assert caught.value.part == "prefect"
    assert await rig.prefect.start() == rig.api
    await run_deployment(rig, directory.REWAKE, {})
    await answered(rig, "asked-in-outage", deadline=60)


@pytest.mark.deep
async def test_a_worker_that_the_vault_forgot_makes_room_for_another(rig: Rig) -> None:
    running = rig.worker.find()
    assert running is not None
    (rig.home.path / "lanes" / "locked-out").touch()
    assert await asyncio.to_thread(running.wait, 15) == NEEDS_NEW_TICKET
    (rig.home.path / "lanes" / "locked-out").unlink()
    await rig.start_worker()


async def test_a_stopped_worker_gives_up_its_lanes_politely(rig: Rig) -> None:
    rig.lanes.ask("cred_stopped", "long", "60")
    await wake(rig.home, ["cred_stopped"])

    async def begun() -> bool:
        return (rig.lanes.leases / "cred_stopped").exists()

    assert await eventually(begun, deadline=60)
    running = rig.worker.find()
    assert running is not None
    await rig.worker.stop(grace=60)  # who has to be killed after it leaves its lease behind
    assert not (rig.lanes.leases / "cred_stopped").exists()
    assert (rig.lanes.queue / "cred_stopped" / "long").exists()
    assert not list(rig.home.run.glob("*.sock"))
    assert not list(rig.home.tmp.iterdir())
    (rig.lanes.queue / "cred_stopped" / "long").unlink()
    await rig.start_worker()


def sleeper(**environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "600"], env=os.environ | environment)


async def run_deployment(rig: Rig, deployment: str, parameters: dict[str, str]) -> None:
    await asyncio.to_thread(create_run, directory.load(rig.home), deployment, {"parameters": parameters})


def messages(rig: Rig) -> set[str]:
    with sqlite3.connect(f"file:{rig.home.prefect / 'prefect.db'}?mode=ro", uri=True) as database:
        return {row[0] for row in database.execute("select message from flow_run_state where message is not null")}
