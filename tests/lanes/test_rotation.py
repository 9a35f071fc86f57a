"""A password is changed: on request, by policy, on the spot; and when the portal does not like it."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from core.errors import ActionNeeded, PortalUnavailable, RequestInvalid
from core.manifest import Manifest
from core.redact import known_values
from core.settings import Settings
from lanes.accounts.errands import LOGIN_CHECK, ROTATION, Errand, set_out
from lanes.accounts.unlocking import Reopening, let_in_again
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import audit, work_items
from store.credentials import Credential, CredentialState
from store.leases import LaneLease
from store.work_items import ItemState
from tests.lanes.conftest import PASSWORD, ScriptedPortal
from tests.lanes.rotating import (
    Life,
    as_stored,
    changes_under_way,
    few_passwords,
    item_of,
    memory,
    password_of,
    pending_of,
    rotated,
)

AskAll = Callable[..., Awaitable[list[str]]]


async def test_a_password_is_changed_proven_and_kept(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    (question,) = await ask_all("M1")
    item = await rotated(fleet, portal, credential)
    assert item.outcome == "password_changed"
    new = await password_of(fleet, credential)
    assert (portal.password, portal.changes) == (new, [new])
    assert new != PASSWORD
    assert (await fleet.vault.login_secret("availity", "north")).version == 2
    assert (portal.logins, portal.wrong_passwords, await changes_under_way(fleet)) == (2, 0, [])
    assert (await item_of(fleet, question)).outcome == "member_not_found"
    known = await as_stored(fleet, credential)
    assert known.password_expires_on == fleet.clock.now().date() + timedelta(days=60)
    assert known_values.holds(f"typed {new}")
    async with fleet.database.read() as session:
        trail = [event.action for event in await session.scalars(select(audit.AuditEvent))]
        assert [each for each in trail if each.startswith("password")] == ["password.change_began", "password.changed"]
        assert (await audit.verify(session)).broken_at is None
    # The next run goes on with the session that the new password made.
    await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.logins == 2
    with pytest.raises(RequestInvalid, match="can be changed again"):
        await set_out(fleet, Errand(ROTATION, credential.id, "kim"))


async def test_a_new_password_that_the_portal_does_not_like(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    portal.refuses_new = "Your password must not contain the name of a planet."
    item = await rotated(fleet, portal, credential)
    assert item.outcome == "password_refused"
    assert (await password_of(fleet, credential), portal.logins, await changes_under_way(fleet)) == (PASSWORD, 1, [])


async def test_a_portal_that_only_says_that_it_changed_it(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    portal.loses_change = True
    item = await rotated(fleet, portal, credential)
    assert item.error_code == "PortalChanged"
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (PASSWORD, 1)
    assert (await as_stored(fleet, credential)).state is CredentialState.OPEN


async def test_a_portal_that_keeps_no_new_password_is_not_given_one_after_the_other(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    """In the middle of a log-in: it says that it has it, refuses it, and wants another one of the old."""
    portal.loses_change, portal.expired = True, True
    item = await asyncio.wait_for(rotated(fleet, portal, credential), 20)
    assert (item.error_code, (await as_stored(fleet, credential)).stop_code) == ("PasswordExpired", "PasswordExpired")
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (PASSWORD, 1)
    assert await changes_under_way(fleet) == []


async def test_trouble_after_the_password_was_sent_is_found_out_at_once(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    async def breaks(moment: str) -> None:
        if moment == "the portal has changed it":
            portal.boundary = Life().lived
            raise PortalUnavailable("The portal has a fault.")

    portal.boundary = breaks
    item = await rotated(fleet, portal, credential)
    assert item.outcome == "password_changed"
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (portal.password, 0)


async def test_a_vault_that_goes_down_before_it_learns_the_new_one(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    async def outage(moment: str) -> None:
        if moment == "a password was taken" and portal.changes:
            memory(fleet).available = False

    portal.boundary = outage
    errand = await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await item_of(fleet, errand.item.id)).error_code == "PartUnavailable"
    memory(fleet).available = True
    portal.boundary = Life().lived
    async with fleet.database.begin() as session:
        lane = await session.get(LaneLease, credential.id)
        assert lane is not None
        lane.rest_until = None
        (await work_items.get(session, errand.item.id)).not_before = fleet.clock.now()
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await item_of(fleet, errand.item.id)).outcome == "password_changed"
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (portal.password, 0)
    assert portal.logins == 2


@pytest.mark.parametrize("expired", [False, True], ids=["on request", "in the middle of a log-in"])
async def test_a_password_that_the_portal_would_not_have_is_not_drawn_again(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, expired: bool
) -> None:
    """Of rules that leave ten: each is offered once, and then a person is asked."""
    few_passwords(fleet)
    portal.refuses_new, portal.expired = "The new password must differ.", expired
    offered = set()
    for _ in range(10):
        item = await rotated(fleet, portal, credential)
        known = await as_stored(fleet, credential)
        if expired:
            assert (item.error_code, known.stop_code) == ("PasswordExpired", "PasswordExpired")
        else:
            assert (item.outcome, known.state) == ("password_refused", CredentialState.OPEN)
        assert await changes_under_way(fleet) == []
        offered.add(await pending_of(fleet, credential))
    assert len(offered) == 10
    assert (await rotated(fleet, portal, credential)).error_code == "ActionNeeded"
    assert (portal.changes, portal.wrong_passwords) == ([], 0)
    async with fleet.database.begin() as session:  # nothing of that counts against the password that is good
        asked = Reopening("kim", "the rules were mended", version=1)
        await let_in_again(session, fleet.portals, credential.id, asked, now=fleet.clock.now())


def _with_policy(fleet: Fleet, days: int | None) -> Fleet:
    settings = Settings(**(fleet.settings.model_dump() | {"rotate_days": days}))
    return dataclasses.replace(fleet, settings=settings)


async def test_an_expired_password_is_changed_on_the_spot_where_the_policy_allows_it(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll
) -> None:
    portal.expired = True
    (item,) = await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await as_stored(fleet, credential)).stop_code == "PasswordExpired"
    assert (await item_of(fleet, item)).state is ItemState.HELD

    # An administrator asks for it: that reopens the lane, and its questions go on.
    changed = await rotated(fleet, portal, credential)
    assert changed.outcome == "password_changed"
    assert (await item_of(fleet, item)).outcome == "member_not_found"
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (portal.password, 0)


async def test_a_log_in_that_waits_does_not_stop_the_change_that_it_waits_for(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    """Found by the chaos of log-ins: the older errand went first, and its expired password stopped the lane again."""
    portal.expired = True
    waits = await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "keep-alive"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await item_of(fleet, waits.item.id)).error_code == "PasswordExpired"
    assert (await rotated(fleet, portal, credential)).outcome == "password_changed"
    assert (await item_of(fleet, waits.item.id)).outcome == "login_proven"


async def test_the_policy_changes_what_expires_soon_or_has(
    fleet: Fleet,
    credential: Credential,
    second_credential: Credential,
    portal: ScriptedPortal,
    ask_all: AskAll,
) -> None:
    fleet = _with_policy(fleet, 5)
    portal.expires_in_days = 6
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.changes == []
    portal.expires_in_days, portal.alive = 5, set()
    await ask_all("M2", "M3")
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.changes == [await password_of(fleet, credential)]
    assert portal.asked == ["M1", "M2", "M3"]

    other = ScriptedPortal()
    other.expired = True
    await ask_all("M4", credential="south")
    await LaneWorker(fleet, other).work(second_credential.id)
    assert (other.changes, other.asked) == ([await password_of(fleet, second_credential)], ["M4"])


async def test_where_a_person_changes_passwords(fleet: Fleet, credential: Credential) -> None:
    manifest = fleet.portals["availity"]
    cast("dict[str, Manifest]", fleet.portals)["availity"] = manifest.model_copy(update={"password": None})
    with pytest.raises(ActionNeeded, match=r"docs/portals/availity\.md"):
        await set_out(fleet, Errand(ROTATION, credential.id, "kim"))


async def test_another_lane_that_takes_over_ends_the_change(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    """Cancelled in the middle, as when a lease is lost or a worker stops."""
    await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    changed = asyncio.Event()

    async def hang(moment: str) -> None:
        if moment == "the portal has changed it":
            changed.set()
            await asyncio.Event().wait()

    portal.boundary = hang
    working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
    await changed.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    portal.boundary = Life().lived
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await password_of(fleet, credential), portal.wrong_passwords) == (portal.password, 0)
