"""Codes that a portal sends to a person, from the wait to the answer."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.local_socket import socket_address
from core.phi import Secret
from core.settings import Settings
from lanes.assembly import Fleet
from lanes.lane import LaneWorker, RunSummary
from lanes.notices import Command, Notice, Notices
from lanes.questions.desk import Desk
from lanes.sent_codes import CodeWanted, HandedCode, hand_in, wanted
from store import credentials, runs, work_items
from store.audit import AuditEvent
from store.credentials import Credential, CredentialState
from store.work_items import ItemState
from tests.lanes.conftest import ScriptedPortal

AskAll = Callable[..., Awaitable[list[str]]]
CODE = "482150"


@pytest.fixture
def notices() -> list[Notice]:
    return []


@pytest.fixture
async def waiting_fleet(fleet: Fleet, notices: list[Notice]) -> Fleet:
    async def tell(notice: Notice) -> None:
        notices.append(notice)

    return dataclasses.replace(fleet, notices=Notices(tell))


async def until_wanted(fleet: Fleet) -> CodeWanted:
    async with asyncio.timeout(10):
        while True:
            async with fleet.database.read() as session:
                if found := await wanted(session, now=fleet.clock.now()):
                    return found[0]
            await asyncio.sleep(0.01)


def at_work(fleet: Fleet, portal: ScriptedPortal, credential: Credential) -> asyncio.Task[RunSummary]:
    return asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))


async def test_the_lane_waits_with_its_browser_open_and_goes_on_at_once(
    waiting_fleet: Fleet, notices: list[Notice], credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    portal.sends_code = CODE
    await ask_all("M1", "M2")
    working = at_work(waiting_fleet, portal, credential)
    told = await until_wanted(waiting_fleet)
    assert (portal.open_contexts, portal.logins, portal.asked) == (1, 0, [])
    await waiting_fleet.notices.told()
    assert [(each.event, each.run) for each in notices] == [("code_wanted", told.run)]
    assert f"fleet code {told.run}" in notices[0].text
    assert await hand_in(waiting_fleet, HandedCode(told.run, "482 150", given_by="kim"))
    summary = await working
    assert (summary.logins, summary.answered, portal.codes) == (1, 2, [CODE])
    async with waiting_fleet.database.read() as session:
        assert await wanted(session, now=waiting_fleet.clock.now()) == []
        assert "code.given" in {each.action for each in await session.scalars(select(AuditEvent))}


async def test_a_code_in_the_middle_of_a_session_costs_no_log_in(
    waiting_fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    portal.sends_code, portal.steps_up = CODE, True
    await ask_all("M1")
    working = at_work(waiting_fleet, portal, credential)
    first = await until_wanted(waiting_fleet)
    await hand_in(waiting_fleet, HandedCode(first.run, CODE, given_by="kim"))
    while (second := await until_wanted(waiting_fleet)).until == first.until:
        await asyncio.sleep(0.01)
    await hand_in(waiting_fleet, HandedCode(second.run, CODE, given_by="kim"))
    summary = await working
    assert (summary.logins, summary.answered, portal.contexts, len(portal.codes)) == (1, 1, 1, 2)


async def test_nobody_there_stops_politely_and_burns_no_log_in(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    portal.sends_code = CODE
    settings = Settings(**(fleet.settings.model_dump() | {"code_wait_seconds": 0.05}))
    hasty = dataclasses.replace(fleet, settings=settings)
    (item_id, _) = await ask_all("M1", "M2")
    summary = await LaneWorker(hasty, portal).work(credential.id)
    await LaneWorker(hasty, portal).work(credential.id)
    assert (portal.contexts, portal.open_contexts, portal.wrong_passwords) == (1, 0, 0)
    async with fleet.database.read() as session:
        item = await work_items.get(session, item_id)
        known = await credentials.get(session, credential.id)
        ended = await runs.get(session, summary.run_id or "")
    assert (item.state, item.error_code, item.next_step) == (ItemState.HELD, "CodeRequired", "ask_person")
    assert (known.state, known.password_tried) == (CredentialState.STOPPED, None)
    assert (ended.code_until, "fleet credentials reopen" in (ended.end_sentence or "")) == (None, True)


async def test_a_worker_that_ends_while_a_person_looks_for_the_code_leaves_no_try_open(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    """The portal had taken the password: the next worker may type it, though it never was used before."""
    portal.sends_code = CODE
    await ask_all("M1")
    working = at_work(fleet, portal, credential)
    await until_wanted(fleet)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    again = at_work(fleet, portal, credential)
    told = await until_wanted(fleet)
    await hand_in(fleet, HandedCode(told.run, CODE, given_by="kim"))
    assert (await again).answered == 1


Say = Callable[[Mapping[str, Any]], Awaitable[list[tuple[str, dict[str, Any]]]]]


@pytest.fixture
async def say(fleet: Fleet, portal: ScriptedPortal, credential: Credential, tmp_path: Path) -> AsyncIterator[Say]:
    """To a worker's desk."""
    at_work: list[asyncio.Task[object]] = []
    lanes = LaneWorker(fleet, portal)

    async def wake(ids: Any) -> None:
        at_work.extend(asyncio.create_task(lanes.work(each)) for each in ids)

    async with Desk(fleet, wake).open(tmp_path):

        async def say(line: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
            with socket_address(tmp_path / f"desk-{os.getpid()}.sock") as address:
                reader, writer = await asyncio.open_unix_connection(address)
            writer.write(json.dumps(line).encode() + b"\n")
            told = [next(iter(json.loads(message).items())) async for message in reader]
            writer.close()
            return told

        yield say
    await asyncio.gather(*at_work)


async def test_who_waits_for_the_answer_hears_of_the_code_and_the_desk_takes_it(
    fleet: Fleet, say: Say, portal: ScriptedPortal
) -> None:
    portal.sends_code = CODE
    keys = {"member_id": "W1", "birth_date": "1980-02-29"}
    wish = {"capability": "eligibility", "portal": "availity", "payer": "aetna", "credential": None, "keys": keys}
    pulling = asyncio.create_task(say({**wish, "fresh": False, "requested_by": "tests"}))
    told = await until_wanted(fleet)
    code = {"run": told.run, "given_by": "kim"}
    ((event, error),) = await say({**code, "code": "12"})
    assert (event, error["field"]) == ("error", "code")
    ((event, error),) = await say({**code, "run": "run_of_nobody", "code": CODE})
    assert (event, error["field"]) == ("error", "run")
    assert await say({**code, "code": CODE}) == [("taken", {"run": told.run})]
    events = await pulling
    assert [event for event, _ in events] == ["asked", "step", "code_wanted", "step", "settled"]
    assert events[2][1]["sentence"] == told.sentence
    ((event, error),) = await say({**code, "code": CODE})
    assert (event, error["field"], CODE in str(error)) == ("error", "run", False)


async def test_a_command_is_told_by_its_standard_input_and_one_that_fails_harms_nobody(tmp_path: Path) -> None:
    script = tmp_path / "tell.sh"
    script.write_text(f"#!/bin/sh\ncat > '{tmp_path}/told'\n")
    script.chmod(0o700)
    notices = Notices(Command(str(script)), Command(f"{script}-that-is-missing"), Command("false"))
    notices.post(Notice("code_wanted", "It waits.", "availity", "north", "run_1"))
    await notices.told()
    assert json.loads((tmp_path / "told").read_text())["text"] == "It waits."


async def test_a_remembered_device_spares_the_code_when_session_and_password_are_new(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    portal.sends_code = CODE
    await ask_all("M1")
    working = at_work(fleet, portal, credential)
    await hand_in(fleet, HandedCode((await until_wanted(fleet)).run, CODE, given_by="kim"))
    await working
    portal.alive.clear()
    portal.password = "Right-Horse-8"
    await fleet.vault.save_login("availity", "north", Secret("bot-north"), Secret("Right-Horse-8"), expected_version=1)
    await ask_all("M2")
    summary = await asyncio.wait_for(LaneWorker(fleet, portal).work(credential.id), 20)
    assert (summary.logins, summary.answered, portal.logins, portal.codes) == (1, 1, 2, [CODE])
