"""The embedded Prefect: who may ask it, and how many at once."""

from __future__ import annotations

import asyncio
import stat
from collections import Counter
from http import HTTPStatus

import httpx
import pytest
import urllib3

from cli import doctor
from core.errors import PartUnavailable
from core.settings import Home
from flows import directory, profiles
from flows.wake import create_run
from stack.process import write_private
from tests.flows.conftest import Rig

AT_ONCE = 30


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
        wish = {"name": "crowd", "parameters": {}}
        with urllib3.PoolManager() as pool:
            return pool.request("POST", url, json=wish, headers=known.headers, timeout=60, retries=False).status

    told = await asyncio.gather(*(asyncio.to_thread(make) for _ in range(AT_ONCE)))
    assert Counter(told) == {HTTPStatus.CREATED: AT_ONCE}
