"""A worker that dies between a password and the portal's reply to it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.errors import FleetError, PartUnavailable, PortalUnavailable, RequestInvalid
from core.phi import Secret
from lanes.accounts.unlocking import Reopening, let_in_again
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import credentials, queue
from store.credentials import Credential, CredentialState

AskAll = Callable[..., Awaitable[list[str]]]


class Killed(BaseException):
    """Like kill -9, nobody handles it."""


@pytest.fixture
def dies(portal: Any) -> Callable[[], None]:
    """The next worker ends right after it has typed a password."""

    async def die() -> None:
        portal.before_verdict = None
        raise Killed

    def arm() -> None:
        portal.before_verdict = die

    return arm


async def _worked(fleet: Fleet, portal: Any, credential: Credential) -> None:
    with pytest.raises(Killed):
        await LaneWorker(fleet, portal).work(credential.id)


async def _state(fleet: Fleet, credential: Credential) -> tuple[CredentialState, str | None]:
    async with fleet.database.read() as session:
        known = await credentials.get(session, credential.id)
        return known.state, known.stop_code


async def test_a_password_that_nobody_knows_to_be_right_is_not_typed_again(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, dies: Callable[[], None]
) -> None:
    portal.password = "changed by a person"
    await ask_all("M1")
    dies()
    await _worked(fleet, portal, credential)
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.wrong_passwords == 0
    assert await _state(fleet, credential) == (CredentialState.STOPPED, "CredentialRejected")

    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="looked", now=fleet.clock.now())
        await queue.release_held(session, "availity")
    portal.password = "Right-Horse-7"
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 1


async def test_a_password_that_was_right_before_is_typed_again(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, dies: Callable[[], None]
) -> None:
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    portal.alive.clear()
    await ask_all("M2")
    dies()
    await _worked(fleet, portal, credential)
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 1


async def test_a_new_password_may_be_tried(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, dies: Callable[[], None]
) -> None:
    await ask_all("M1")
    dies()
    await _worked(fleet, portal, credential)
    await fleet.vault.save_login("availity", "north", Secret("bot-north"), Secret("Right-Horse-8"), expected_version=1)
    portal.password = "Right-Horse-8"
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 1


@pytest.mark.parametrize(
    ("problem", "stops"),
    [(PortalUnavailable("The portal has a fault."), False), (PartUnavailable("browser", "It ended."), True)],
    ids=["portal answered", "browser ended"],
)
async def test_only_a_try_without_any_reply_counts(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, problem: FleetError, stops: bool
) -> None:
    async def fail() -> None:
        portal.before_verdict = None
        raise problem

    portal.before_verdict = fail
    await ask_all("M1")
    await asyncio.wait_for(LaneWorker(fleet, portal).work(credential.id), 20)
    assert (await _state(fleet, credential))[0] is (CredentialState.STOPPED if stops else CredentialState.OPEN)


async def _reopened(fleet: Fleet, credential: Credential, **how: Any) -> None:
    async with fleet.database.begin() as session:
        version = (await fleet.vault.login_secret(credential.portal, credential.name)).version
        asked = Reopening("kim", "looked", version=version, **how)
        await let_in_again(session, fleet.portals, credential.id, asked, now=fleet.clock.now())
        await queue.release_held(session, "availity")


async def _refused(fleet: Fleet, portal: Any, credential: Credential, ask_all: AskAll) -> None:
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.wrong_passwords == 1


async def test_a_refused_password_is_not_typed_again_whoever_reopens(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.password = "changed by a person"
    await _refused(fleet, portal, credential, ask_all)
    with pytest.raises(RequestInvalid, match="fleet credentials add north --portal availity"):
        await _reopened(fleet, credential)
    for _ in range(3):
        async with fleet.database.begin() as session:
            await credentials.reopen(session, credential.id, actor="kim", reason="hm", now=fleet.clock.now())
            await queue.release_held(session, "availity")
        await LaneWorker(fleet, portal).work(credential.id)
        assert await _state(fleet, credential) == (CredentialState.STOPPED, "CredentialRejected")
    await fleet.vault.save_login("availity", "north", Secret("bot-north"), Secret("Right-Horse-7"), expected_version=1)
    await _reopened(fleet, credential)  # as a newer version, the edge cannot know it
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.wrong_passwords == 1

    await fleet.vault.save_login(
        "availity", "north", Secret("bot-north"), Secret("changed by a person"), expected_version=2
    )
    await _reopened(fleet, credential)
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 1


async def test_an_administrator_may_vouch_for_a_refused_password_once(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.locks_after, portal.password = 9, "the portal's own fault"
    await _refused(fleet, portal, credential, ask_all)
    portal.password = "Right-Horse-7"
    await _reopened(fleet, credential, same_password=True)
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 1

    portal.alive.clear()
    portal.password = "another one"
    await ask_all("M2")
    await LaneWorker(fleet, portal).work(credential.id)
    await _reopened(fleet, credential, same_password=True)
    for _ in range(2):
        await LaneWorker(fleet, portal).work(credential.id)
        async with fleet.database.begin() as session:
            await credentials.reopen(session, credential.id, actor="kim", reason="hm", now=fleet.clock.now())
            await queue.release_held(session, "availity")
    assert portal.wrong_passwords == 1 + 2


@pytest.mark.parametrize(("said", "left"), [(True, 1), (False, 1)], ids=["by the portal", "by its manifest"])
async def test_the_last_try_is_spent_on_nobodys_word(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, said: bool, left: int
) -> None:
    portal.password = "changed by a person"
    portal.locks_after = left + 1
    if not said:
        fleet = dataclasses.replace(
            fleet, portals={"availity": fleet.portals["availity"].model_copy(update={"wrong_passwords_allowed": left})}
        )
        portal.says_attempts = False
    await _refused(fleet, portal, credential, ask_all)
    with pytest.raises(RequestInvalid, match="one more wrong password"):
        await _reopened(fleet, credential, same_password=True)
    assert (await _state(fleet, credential))[0] is CredentialState.STOPPED
