"""The page of a question without an answer says what it waits for, and is told when that changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from console.answers import followed
from console.door import House
from core.errors import CredentialRejected, PortalChanged
from core.manifest import Maintenance, Manifest
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.desk import Desk
from lanes.sent_codes import HandedCode
from lanes.sent_codes import hand_in as hand_in_code
from lanes.single_sign_on import SingleSignOn
from store import credentials, leases, quarantine
from store.credentials import Credential
from store.people import Role
from tests.console.conftest import Browser
from tests.console.test_biller import MEMBER, ROWS
from tests.console.test_submitter import hand_in, takes_appeals
from tests.lanes.test_sent_codes import CODE, until_wanted

SignedIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def biller(signed_in: SignedIn) -> Browser:
    return await signed_in(Role.BILLER)


async def asked(biller: Browser, **keys: str) -> str:
    return str((await biller.post("/ask/eligibility", **MEMBER | keys)).headers["location"])


async def nobody(_credentials: object) -> None:
    """No lane is woken."""


async def test_without_a_worker_the_page_says_so_and_with_one_its_place(
    biller: Browser, fleet: Fleet, credential: Credential
) -> None:
    where = await asked(biller)
    later = await asked(biller, member_id="W9")
    assert "No worker is running" in (await biller.get(where)).text
    async with Desk(fleet, nobody).open(fleet.settings.layout.run):
        assert "A worker takes it up within a minute." in (await biller.get(where)).text
        assert "1 question of the same account come" in (await biller.get(later)).text
        # Rows of a sheet come after what a person waits for.
        await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
        assert "1 question of the same account come" in (await biller.get(later)).text


async def test_its_place_is_counted_while_the_account_is_at_work(
    biller: Browser, fleet: Fleet, credential: Credential, portal: Any
) -> None:
    first, second, third = [await asked(biller, member_id=f"W{number}") for number in range(3)]
    said: list[str] = []

    async def look(member: str) -> None:
        if member == "W0":
            said.extend([(await biller.get(each)).text for each in (first, second, third)])

    portal.before_answer = look
    await LaneWorker(fleet, portal).work(credential.id)
    assert "The portal is being asked." in said[0]
    assert "1 question come" in said[1]
    assert "2 questions come first" in said[2]


async def test_a_person_s_code_is_what_it_waits_for(
    biller: Browser, fleet: Fleet, credential: Credential, portal: Any
) -> None:
    portal.sends_code = CODE
    where = await asked(biller)
    working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
    wanted = await until_wanted(fleet)
    shown = (await biller.get(where)).text
    assert ("Availity has sent a code by" in shown, "of the account “north”" in shown) == (True, True)
    assert "Waiting</h2>" in shown
    await hand_in_code(fleet, HandedCode(wanted.run, CODE, given_by="tests"))
    await working
    assert "Waiting</h2>" not in (await biller.get(where)).text


async def stopped(fleet: Fleet, credential: Credential) -> None:
    async with fleet.database.begin() as session:
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="tests", now=fleet.clock.now())


async def changed(fleet: Fleet, _credential: Credential) -> None:
    async with fleet.database.begin() as session:
        for _ in range(quarantine.IN_A_ROW):
            problem = PortalChanged("coverage", "plan_name")
            await quarantine.changed(session, "availity", "eligibility", problem, actor="tests", now=fleet.clock.now())


async def closed(fleet: Fleet, _credential: Credential) -> None:
    now, hour = fleet.clock.now(), timedelta(hours=1)
    window = Maintenance(starts=(now - hour).time(), ends=(now + hour).time(), time_zone="UTC")
    known = fleet.portals["availity"].model_copy(update={"maintenance": (window,)})
    cast("dict[str, Manifest]", fleet.portals)["availity"] = known


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (stopped, "The portal refused the password. The credential “north” has rested since"),
        (changed, "The page “coverage” has changed; a developer mends it."),
        (closed, "Availity is closed for maintenance until"),
    ],
)
async def test_what_is_in_the_way_is_said(
    biller: Browser, fleet: Fleet, credential: Credential, happens: Callable[..., Awaitable[None]], told: str
) -> None:
    where = await asked(biller)
    await happens(fleet, credential)
    shown = (await biller.get(where)).text
    assert (told in shown, "Waiting</h2>" in shown) == (True, True), shown


async def test_a_submission_says_what_it_waits_for(biller: Browser, fleet: Fleet, credential: Credential) -> None:
    takes_appeals(fleet)
    where = (await hand_in(biller)).headers["location"]
    assert "No worker is running" in (await biller.get(where)).text
    await stopped(fleet, credential)
    shown = (await biller.get(where)).text
    assert ("The credential “north” has rested since" in shown, "Waiting</h2>" in shown) == (True, True), shown


async def test_an_open_page_is_told_when_that_changes(biller: Browser, fleet: Fleet, credential: Credential) -> None:
    where = await asked(biller)
    house = House(fleet, timedelta(minutes=1), SingleSignOn(fleet))
    watched = followed(house, where.rpartition("/")[2])
    assert "No worker is running" in await anext(watched)
    async with fleet.database.begin() as session:
        await leases.take(session, credential.id, holder="tests", seconds=60, now=fleet.clock.now())
    assert "this is its next" in await anext(watched)
    await watched.aclose()
