"""One running fleet for all tests of this folder. Each test brings its own accounts and asks its own questions."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from stand import Stand, tell

from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from core.settings import Settings
from lanes.assembly import Fleet
from stack import fleet_up, openbao

PATIENCE = {"FLEET_LINGER_SECONDS": "2", "FLEET_REST_SECONDS": "3"}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """As an operator sets it; the stack's processes and the commands inherit it."""
    kept = dict(os.environ)
    os.environ["FLEET_HOME"] = str(tmp_path_factory.mktemp("e2e") / "fleet")
    os.environ.update(PATIENCE)
    yield Settings()
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture(scope="session")
async def whole_fleet(environment: Settings) -> AsyncIterator[Stand]:
    state = await fleet_up.up(environment, with_simulator=True)
    tell("fleet up, fresh", state.seconds)
    try:
        vault = await openbao.open_vault(environment.layout)
        try:
            async with (
                Fleet.open(environment, vault) as fleet,
                SimulatorControl.open(*control_of(environment.layout)) as control,
            ):
                yield Stand(environment, fleet, control)
        finally:
            await vault.close()
    finally:
        await fleet_up.down(environment)


@pytest.fixture
async def stand(whole_fleet: Stand) -> AsyncIterator[Stand]:
    """On a good day."""
    await fleet_up.up(whole_fleet.settings, with_simulator=True)
    await whole_fleet.good_day()
    yield whole_fleet
    await whole_fleet.good_day()
