"""What an administrator asks of an account itself: is it let in, and end it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.capabilities.account import LoginProven
from core.errors import AutomationBlocked, CredentialRejected, LeaseLost, PortalUnavailable, RequestInvalid
from core.phi import Secret
from lanes.accounts.errands import LOGIN_CHECK, Errand, set_out
from lanes.accounts.retirement import retire
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.pull import Settled, pull
from lanes.views import open_answer
from store import audit, credentials, sessions, work_items
from store.credentials import Credential, CredentialState
from store.work_items import ItemState, WorkItem

AskAll = Callable[..., Awaitable[list[str]]]


async def _item(fleet: Fleet, item_id: str) -> WorkItem:
    async with fleet.database.read() as session:
        return await work_items.get(session, item_id)


async def _proven(fleet: Fleet, credential: Credential, portal: Any) -> LoginProven:
    asked = await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    opened = await open_answer(fleet, asked.item.id, viewer="kim")
    assert opened is not None
    assert isinstance(opened.answer, LoginProven)
    return opened.answer


async def test_a_log_in_is_proven_without_a_question(fleet: Fleet, credential: Credential, portal: Any) -> None:
    assert (await _proven(fleet, credential, portal)).how == "password"
    assert (await _proven(fleet, credential, portal)).how == "session"
    portal.alive.clear()
    last = await _proven(fleet, credential, portal)
    assert (last.how, last.password_expires_on is not None) == ("password", True)
    assert (portal.logins, portal.asked) == (2, [])


async def test_a_warm_lane_is_asked_again_whether_it_is_still_in(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    """A session that has died behind a warm browser is what the test is for. It comes before waiting questions."""
    items = await ask_all("M1", "M2")

    async def kicked_out(member: str) -> None:
        if member == "M1":
            portal.alive.clear()
            items.append((await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))).item.id)

    portal.before_answer = kicked_out
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.logins == 2
    first, second, check = [await _item(fleet, each) for each in items]
    assert first.finished_at < check.finished_at < second.finished_at  # type: ignore[operator]


async def test_a_wrong_password_is_tested_once(fleet: Fleet, credential: Credential, portal: Any) -> None:
    portal.password = "changed by a person"
    wish = Errand(LOGIN_CHECK, credential.id, "kim")
    worker = LaneWorker(fleet, portal)

    async def wake(ids: Any) -> None:
        for each in ids:
            await worker.work(each)

    (*_, settled) = [event async for event in pull(fleet, wake, wish)]
    assert isinstance(settled, Settled)
    assert settled.trouble is not None
    assert settled.trouble.code == "CredentialRejected"
    with pytest.raises(CredentialRejected, match="reopens it"):
        await set_out(fleet, wish)
    assert portal.wrong_passwords == 1


async def test_where_bots_may_not_go_no_log_in_is_tested(fleet: Fleet, credential: Credential) -> None:
    fleet.settings.environment = "live"
    with pytest.raises(AutomationBlocked):
        await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))


async def _same_scope(fleet: Fleet, *known: Credential) -> None:
    async with fleet.database.begin() as session:
        for each in known:
            (await credentials.get(session, each.id)).tin = "36-4418027"


async def test_what_a_retired_account_had_to_ask_goes_to_one_that_sees_the_same(
    fleet: Fleet, credential: Credential, second_credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    await _same_scope(fleet, credential, second_credential)
    ids = await ask_all("M1", "M2", credential="north")
    errand = await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    retired = await retire(fleet.database, credential.id, actor="kim", now=fleet.clock.now())
    assert (retired.questions, retired.heir and retired.heir.name) == (2, "south")
    assert (await LaneWorker(fleet, portal).work(credential.id)).run_id is None
    assert (await LaneWorker(fleet, portal).work(second_credential.id)).answered == 2
    assert {(await _item(fleet, each)).state for each in ids} == {ItemState.DONE}
    assert (await _item(fleet, errand.item.id)).error_code == "RequestInvalid"


async def test_without_an_heir_they_are_refused_with_a_sentence(
    fleet: Fleet, credential: Credential, second_credential: Credential, ask_all: AskAll
) -> None:
    (item,) = await ask_all("M1")
    assert second_credential.scope != credential.scope
    retired = await retire(fleet.database, credential.id, actor="kim", now=fleet.clock.now())
    assert (retired.questions, retired.heir) == (1, None)
    refused = await _item(fleet, item)
    assert (refused.state, refused.next_step) == (ItemState.DONE, "ask_biller")
    assert "“north” was retired" in (refused.error_sentence or "")
    await ask_all("M1", credential="south")
    with pytest.raises(RequestInvalid, match="is not a credential"):
        await ask_all("M1", credential="north")
    async with fleet.database.begin() as session:
        with pytest.raises(RequestInvalid, match="is retired"):
            await credentials.reopen(session, credential.id, actor="kim", reason="oh", now=fleet.clock.now())
        assert (await credentials.get(session, credential.id)).state is CredentialState.RETIRED
        assert (await audit.verify(session)).broken_at is None


async def test_a_lane_at_work_loses_its_lease(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    (item,) = await ask_all("M1")
    begun, going_on = asyncio.Event(), asyncio.Event()

    async def hang(_member: str) -> None:
        begun.set()
        await going_on.wait()

    portal.before_answer = hang
    working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
    await begun.wait()
    await retire(fleet.database, credential.id, actor="kim", now=fleet.clock.now())
    going_on.set()
    with pytest.raises(LeaseLost):
        await working
    refused = await _item(fleet, item)
    assert (refused.outcome, refused.error_code) == (None, "RequestInvalid")
    async with fleet.database.read() as session:
        assert await sessions.load(session, fleet.sealer, credential.id, password_version=1) is None


async def test_an_account_is_found_by_name_or_id(
    fleet: Fleet, credential: Credential, second_credential: Credential, successor: Credential
) -> None:
    async with fleet.database.begin() as session:
        (await credentials.get(session, successor.id)).name = "north"
    async with fleet.database.read() as session:
        assert (await credentials.chosen(session, "south")).id == second_credential.id
        assert (await credentials.chosen(session, credential.id)).name == "north"
        assert (await credentials.chosen(session, "north", "successor")).id == successor.id
        with pytest.raises(RequestInvalid, match="availity, successor; add --portal"):
            await credentials.chosen(session, "north")
        with pytest.raises(RequestInvalid, match="no credential of that name"):
            await credentials.chosen(session, "west")


async def test_a_portal_that_is_down_is_asked_again_later(fleet: Fleet, credential: Credential, portal: Any) -> None:
    portal.login_trouble = PortalUnavailable("Maintenance.")
    asked = await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await _item(fleet, asked.item.id)).state is ItemState.QUEUED
    assert portal.password == Secret("Right-Horse-7").reveal()
