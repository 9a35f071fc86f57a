"""Whatever ends the worker while a password is changed, the vault has the one that works, and nothing is locked."""

from __future__ import annotations

import itertools

import pytest

from lanes.accounts.errands import LOGIN_CHECK, ROTATION, Errand, set_out
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import credentials, queue
from store.credentials import Credential, CredentialState
from tests.lanes.conftest import PASSWORD, ScriptedPortal
from tests.lanes.rotating import (
    EVERY_MOMENT,
    Killed,
    Life,
    as_stored,
    changes_under_way,
    ends_at,
    freed,
    item_of,
    mortal,
    new_account,
    password_of,
)

EITHER_WAY = pytest.mark.parametrize(
    "expired", [pytest.param(False, id="on request", marks=pytest.mark.deep), pytest.param(True, id="expired")]
)


async def _killed_at(fleet: Fleet, moment: int, *, expired: bool) -> str | None:
    """Lives through a change that ends after so many moments, and through what comes after it; where it ended."""
    portal = ScriptedPortal()
    credential = await new_account(fleet, portal, f"k{int(expired)}-{moment}")
    if expired:
        portal.expired, portal.alive = True, set()
    errand = await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    life = Life(moment, since=None if EVERY_MOMENT else "after save_pending")
    worker = LaneWorker(mortal(fleet, portal, life), portal)
    try:
        await worker.work(credential.id)
    except Killed:
        await freed(fleet, credential)
    portal.boundary = Life().lived
    await LaneWorker(fleet, portal).work(credential.id)
    where = f"{moment}: {life.ended_at}"
    assert await password_of(fleet, credential) == portal.password, where
    assert (await item_of(fleet, errand.item.id)).outcome == "password_changed", where
    assert portal.wrong_passwords <= 1, where
    assert portal.wrong_in_a_row == 0, where
    assert len(portal.changes) <= 2, where
    assert (await as_stored(fleet, credential)).state is CredentialState.OPEN, where
    assert [each for each in await changes_under_way(fleet) if each.credential_id == credential.id] == [], where
    return life.ended_at


@EITHER_WAY
async def test_killed_at_any_moment_the_vault_has_the_password_that_works(fleet: Fleet, expired: bool) -> None:
    places = []
    for moment in itertools.count():
        ended_at = await _killed_at(fleet, moment, expired=expired)
        if ended_at is None:
            break
        places.append(ended_at)
    assert {"the new password arrives", "the portal has changed it", "after save_pending", "after save_login"} <= {
        *places
    }
    assert len(places) > (20 if EVERY_MOMENT else 8)


async def test_killed_twice_while_it_finds_out(fleet: Fleet) -> None:
    """Wherever the second worker ends too: never a second refusal, and if nobody can know, a person is asked."""
    asked_a_person = 0
    for moment in itertools.count(step=1 if EVERY_MOMENT else 6):
        portal = ScriptedPortal()
        credential = await new_account(fleet, portal, f"twice-{moment}")
        await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
        portal.boundary = ends_at("the new password arrives")
        with pytest.raises(Killed):
            await LaneWorker(fleet, portal).work(credential.id)
        await freed(fleet, credential)
        life = Life(moment)
        try:
            await LaneWorker(mortal(fleet, portal, life), portal).work(credential.id)
        except Killed:
            await freed(fleet, credential)
        portal.boundary = Life().lived
        await LaneWorker(fleet, portal).work(credential.id)
        stopped = (await as_stored(fleet, credential)).state is CredentialState.STOPPED
        asked_a_person += stopped
        assert portal.most_wrong_in_a_row <= 1, life.ended_at
        assert stopped or await password_of(fleet, credential) == portal.password, life.ended_at
        if life.ended_at is None:
            break
    assert moment > 10
    assert asked_a_person == 0


async def test_what_no_two_tries_can_tell_is_for_a_person(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    for place in ("the portal has changed it", "a password arrives", "a password arrives"):
        portal.boundary = ends_at(place)
        with pytest.raises(Killed):
            await LaneWorker(fleet, portal).work(credential.id)
        await freed(fleet, credential)
    portal.boundary = Life().lived
    await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    known = await as_stored(fleet, credential)
    assert (known.state, known.stop_code) == (CredentialState.STOPPED, "CredentialRejected")
    assert "The vault keeps both" in (known.stop_sentence or "")
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="looked", now=fleet.clock.now())
        await queue.release_held(session, "availity")
    await LaneWorker(fleet, portal).work(credential.id)
    assert await password_of(fleet, credential) == portal.password
    assert portal.wrong_passwords == 0


@EITHER_WAY
async def test_killed_at_any_moment_of_a_change_that_the_portal_refuses(fleet: Fleet, expired: bool) -> None:
    """At most one password is refused at the log-in, and the lane stops for none."""
    places = []
    for moment in itertools.count():
        portal = ScriptedPortal()
        credential = await new_account(fleet, portal, f"refused{int(expired)}-{moment}")
        portal.refuses_new, portal.expired = "The new password must differ.", expired
        portal.alive = set() if expired else portal.alive
        await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
        life = Life(moment, since=None if EVERY_MOMENT else "after save_pending")
        try:
            await LaneWorker(mortal(fleet, portal, life), portal).work(credential.id)
        except Killed:
            await freed(fleet, credential)
        portal.boundary, portal.refuses_new = Life().lived, None
        if (await as_stored(fleet, credential)).stop_code != "PasswordExpired":
            await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
        await LaneWorker(fleet, portal).work(credential.id)
        where = f"{moment}: {life.ended_at}"
        assert (await as_stored(fleet, credential)).stop_code in (None, "PasswordExpired"), where
        assert await password_of(fleet, credential) == portal.password, where
        assert portal.wrong_passwords <= 1, where
        if life.ended_at is None:
            break
        places.append(life.ended_at)
    assert "the new password was refused" in places
    assert len(places) > (10 if EVERY_MOMENT else 3)


@pytest.mark.parametrize("left", [1, 2], ids=["the last try", "one to spare"])
async def test_the_last_try_is_never_spent(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, left: int
) -> None:
    portal.locks_after = left + 1
    await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    portal.boundary = ends_at("the new password arrives")
    with pytest.raises(Killed):
        await LaneWorker(fleet, portal).work(credential.id)
    await freed(fleet, credential)
    portal.boundary = Life().lived
    await LaneWorker(fleet, portal).work(credential.id)
    stopped = (await as_stored(fleet, credential)).state is CredentialState.STOPPED
    assert (stopped, portal.wrong_passwords) == (left == 1, 1)
    assert await password_of(fleet, credential) in (PASSWORD, portal.password)


async def test_somebody_else_has_changed_it_meanwhile(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    portal.locks_after = 5
    await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    portal.boundary = ends_at("the portal has changed it")
    with pytest.raises(Killed):
        await LaneWorker(fleet, portal).work(credential.id)
    await freed(fleet, credential)
    portal.boundary, portal.password = Life().lived, "a person's"
    for _ in range(3):
        await LaneWorker(fleet, portal).work(credential.id)
    assert (await as_stored(fleet, credential)).stop_code == "CredentialRejected"
    assert portal.wrong_passwords == 2  # the new one and the old one, once each
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="looked", now=fleet.clock.now())
        await queue.release_held(session, "availity")
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.wrong_passwords == 2
