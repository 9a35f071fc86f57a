"""One running fleet for all tests of this folder. Each test brings its own accounts and asks its own questions.

It is the fleet of one machine, or with STAND=big that of several (machines.py). The tests are the same.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from machines import Machines, several_machines
from stand import Stand, tell

from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from core.errors import PartUnavailable
from core.settings import Settings
from lanes.assembly import Fleet
from stack import fleet_up, openbao

BIG = {"big": True, "embedded": False}[os.environ.get("STAND", "embedded")]
PATIENCE = {"FLEET_LINGER_SECONDS": "2", "FLEET_REST_SECONDS": "3", "FLEET_LEASE_SECONDS": "5"}
collect_ignore = [] if BIG else ["test_several_machines.py"]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """As an operator sets it; the stack's processes and the commands inherit it."""
    kept = dict(os.environ)
    os.environ["FLEET_HOME"] = str(tmp_path_factory.mktemp("e2e") / "fleet")
    os.environ["TMPDIR"] = str(tmp_path_factory.mktemp("tmp"))
    os.environ.update(PATIENCE)
    yield Settings()
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture(scope="session")
async def machines(environment: Settings) -> AsyncIterator[Machines | None]:
    """None for a fleet on one machine."""
    if not BIG:
        yield None
        return
    async with several_machines(environment) as machines:
        yield machines


@pytest.fixture(scope="session")
async def whole_fleet(environment: Settings, machines: Machines | None) -> AsyncIterator[Stand]:
    environment = Settings()  # with what the machines have added to it
    state = await fleet_up.up(environment, with_simulator=True)
    tell("fleet up, fresh", state.seconds)
    try:
        vault = await openbao.open_vault(environment.layout)
        try:
            if machines is not None:
                await machines.start_workers()
            async with (
                Fleet.open(environment, vault) as fleet,
                SimulatorControl.open(*control_of(environment.layout)) as control,
            ):
                yield Stand(environment, machines, fleet, control)
        finally:
            await vault.close()
    finally:
        await fleet_up.down(environment)


@pytest.fixture
async def stand(whole_fleet: Stand, machines: Machines | None) -> AsyncIterator[Stand]:
    """On a good day."""
    await fleet_up.up(whole_fleet.settings, with_simulator=True)
    if machines is not None:
        await machines.start_workers()
    await whole_fleet.good_day()
    yield whole_fleet
    with suppress(PartUnavailable):  # where the test has taken it down
        await whole_fleet.good_day()
