"""A lane that waits for a person's code: told on every page, handed in by those who may, in one process or another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from console.codes import followed
from console.door import House
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.news import SAFETY_SECONDS
from lanes.people import Visitor
from lanes.questions.desk import Desk
from lanes.single_sign_on import SingleSignOn
from store.credentials import Credential
from store.people import Role, Stage
from tests.console.conftest import Browser
from tests.console.test_api import token_of
from tests.console.test_runs import events
from tests.lanes.test_sent_codes import CODE, until_wanted

SignedIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def run_id(fleet: Fleet, credential: Credential, portal: Any, ask_all: Any) -> AsyncIterator[str]:
    """A worker with its desk, whose lane waits."""

    async def nobody(_credentials: object) -> None:
        """The lane is at work already."""

    portal.sends_code = CODE
    await ask_all("M1")
    fleet.settings.layout.run.mkdir(exist_ok=True)
    async with Desk(fleet, nobody).open(fleet.settings.layout.run):
        working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
        yield (await until_wanted(fleet)).run
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_every_page_says_so_and_the_code_goes_to_the_lane(
    signed_in: SignedIn, fleet: Fleet, portal: Any, run_id: str
) -> None:
    biller = await signed_in(Role.BILLER)
    for path in ("/", "/ask/eligibility", "/account"):
        assert "availity/north waits for a code, sent by text message" in (await biller.get(path)).text, path
    assert "data-codes" not in (await (await signed_in(Role.AUDITOR)).get("/")).text
    assert f"/codes/{run_id}" in (await biller.get("/codes")).text
    for wrong in ("", "no code at all!"):
        refused = await biller.post(f"/codes/{run_id}", code=wrong)
        assert (refused.status_code, f"/codes/{run_id}" in refused.text) == (422, True)
    assert (await biller.post(f"/codes/{run_id}", code="482 150")).headers["location"] == "/codes?given"
    async with asyncio.timeout(10):
        while not portal.asked:
            await asyncio.sleep(0.01)
    assert portal.codes == [CODE]
    assert await events(fleet, "code.") == [("code.given", "kim-0", run_id)]
    assert "No lane waits" in (await biller.get("/codes?given")).text
    assert "waits for no code" in (await biller.post(f"/codes/{run_id}", code=CODE)).text


async def test_lanes_of_other_tax_ids_wait_for_others(signed_in: SignedIn, fleet: Fleet, run_id: str) -> None:
    south = await signed_in(Role.BILLER, tins=["tin of south"])
    assert "waits for a code" not in (await south.get("/")).text
    refused = await south.post(f"/codes/{run_id}", code=CODE)
    assert ("not yours" in refused.text, await events(fleet, "code.")) == (True, [])
    north = await signed_in(Role.BILLER, tins=["tin of north"])
    assert "waits for a code" in (await north.get("/")).text


async def test_a_page_hears_of_it_while_it_is_open(signed_in: SignedIn, fleet: Fleet, run_id: str) -> None:
    visitor = Visitor("p", "kim", frozenset(Role), None, "s", "c", Stage.OPEN)
    stream = followed(House(fleet, timedelta(minutes=1), SingleSignOn(fleet)), visitor)
    told = await anext(stream)
    assert (told.startswith("event: codes\n"), run_id in told, CODE in told) == (True, True, False)
    async with asyncio.timeout(SAFETY_SECONDS - 5):  # it is told of, not found by a look
        await (await signed_in(Role.BILLER)).post(f"/codes/{run_id}", code=CODE)
        assert "data: []" in await anext(stream)


async def test_programs_hand_codes_in(signed_in: SignedIn, fleet: Fleet, portal: Any, run_id: str) -> None:
    browser = await signed_in(Role.SCHEDULER)
    token = await token_of(browser)
    (told,) = (await browser.client.get("/api/codes", headers=token)).json()
    assert (told["run"], told["medium"]) == (run_id, "text message")
    given = await browser.client.post(f"/api/codes/{run_id}", json={"code": CODE}, headers=token)
    again = await browser.client.post(f"/api/codes/{run_id}", json={"code": CODE}, headers=token)
    assert (given.status_code, again.status_code) == (204, 404)
