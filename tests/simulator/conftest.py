from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from franklin_desk import FranklinDesk
from medicaid_forms_desk import MedicaidDesk
from optum_desk import OptumDesk
from portal_desk import TOKEN, Desk
from ucare_desk import UcareDesk
from uhc_desk import UhcDesk

from simulator.app import create_app
from simulator.clock import VirtualClock
from simulator.house import House
from simulator.world import World


@pytest.fixture
def house(world: World) -> House:
    return House.around(world, VirtualClock())


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    transport = httpx.ASGITransport(create_app(house, TOKEN))
    house.dials["availity"].latency_ms = (0, 0)
    bearer = {"authorization": f"Bearer {TOKEN}"}
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://availity.localhost", follow_redirects=True) as portal,
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=bearer) as control,
    ):
        desk = Desk(house, portal, control)
        yield desk
        for client in desk.clients:
            await client.aclose()


@asynccontextmanager
async def browser_of(house: House, portal: str) -> AsyncIterator[httpx.AsyncClient]:
    house.dials[portal].latency_ms = (0, 0)
    transport = httpx.ASGITransport(create_app(house, TOKEN))
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as browser:
        yield browser


@pytest.fixture
async def uhc(house: House) -> AsyncIterator[UhcDesk]:
    async with browser_of(house, "uhc") as browser:
        yield UhcDesk(house, browser)


@pytest.fixture
async def medicaid_forms(house: House) -> AsyncIterator[MedicaidDesk]:
    async with browser_of(house, "medicaid_forms") as browser:
        yield MedicaidDesk(house, browser)


@pytest.fixture
async def ucare(house: House) -> AsyncIterator[UcareDesk]:
    async with browser_of(house, "ucare") as browser:
        yield UcareDesk(house, browser)


@pytest.fixture
async def franklin(house: House) -> AsyncIterator[FranklinDesk]:
    async with browser_of(house, "medicaid_sso") as browser:
        yield FranklinDesk(house, browser)


@pytest.fixture
async def optum(house: House) -> AsyncIterator[OptumDesk]:
    async with browser_of(house, "optumpay") as browser:
        yield OptumDesk(house, browser)
