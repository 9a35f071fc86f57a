"""When the fleet changes a password by itself: by the account's rule, the portal's, or the one for all."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from core.manifest import Manifest
from core.settings import Settings
from lanes.accounts.errands import ROTATION
from lanes.accounts.freshness import board, keep_alive
from lanes.accounts.rotation_policy import RotationPolicy
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import credentials, work_items
from store.credentials import Credential, Noted
from tests.lanes.conftest import ScriptedPortal, manifest
from tests.lanes.rotating import as_stored, password_of

RULES = manifest().password
assert RULES is not None


def with_rules(fleet: Fleet, clock: Any = None, *, of_all: int | None = None, **rules: Any) -> Fleet:
    """`of_all`: FLEET_ROTATE_DAYS. `rules`: of the portal's manifest."""
    settings = Settings(**(fleet.settings.model_dump() | {"rotate_days": of_all}))
    known: Manifest = manifest().model_copy(update={"password": RULES.model_copy(update=rules)})
    return dataclasses.replace(fleet, settings=settings, portals={"availity": known}, clock=clock or fleet.clock)


async def noted(fleet: Fleet, credential: Credential, **more: Any) -> Credential:
    async with fleet.database.begin() as session:
        await credentials.note(session, credential.id, Noted(**more), actor="kim", now=fleet.clock.now())
    return await as_stored(fleet, credential)


@pytest.mark.parametrize(
    ("of_all", "of_portal", "every", "expires", "day"),
    [
        (None, None, None, 60, None),
        (5, None, None, 60, 55),
        (5, 10, None, 60, 50),
        (None, 10, None, 60, 50),
        (5, None, None, None, None),
        (None, None, 30, 60, 30),
        (5, None, 30, 60, 30),
        (5, None, 90, 60, 55),
        (5, 10, 0, 60, None),
    ],
)
async def test_the_nearest_rule_counts(
    fleet: Fleet,
    credential: Credential,
    of_all: int | None,
    of_portal: int | None,
    every: int | None,
    expires: int | None,
    day: int | None,
) -> None:
    there = with_rules(fleet, of_all=of_all, rotate_days=of_portal, expires_days=expires)
    known = await noted(there, credential, rotate_every=every, backup_codes_left=1)
    policy = RotationPolicy.of(known, there.portals["availity"], there.settings)
    made: date = known.created_at.date()
    assert policy.day(known, there.portals["availity"]) == (None if day is None else made + timedelta(days=day))
    assert policy.unasked is (every != 0 and (of_all, of_portal, every) != (None, None, None))
    by_person = with_rules(there, of_all=5, changed_by="person", rotate_days=10).portals["availity"]
    assert RotationPolicy.of(known, by_person, there.settings).day(known, by_person) is None


async def test_a_password_is_changed_on_its_day_though_nothing_else_is_asked(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, virtual_clock: Any
) -> None:
    there = with_rules(fleet, virtual_clock, min_age_days=None)
    await noted(there, credential, rotate_every=30)
    async with there.database.begin() as session:
        (await credentials.get(session, credential.id)).password_since = virtual_clock.now() - timedelta(days=29)
    assert await keep_alive(there) == []
    virtual_clock.advance(days=1)
    assert await keep_alive(there) == [credential.id]
    await LaneWorker(there, portal).work(credential.id)
    assert portal.changes == [await password_of(there, credential)]
    async with there.database.read() as session:
        (fresh,) = await board(session, there.portals, there.settings)
    assert fresh.rotates_on == virtual_clock.now().date() + timedelta(days=30)
    assert await keep_alive(there) == []


async def test_a_change_that_came_to_nothing_is_tried_again_a_day_later(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, virtual_clock: Any
) -> None:
    there = with_rules(fleet, virtual_clock, rotate_days=100)
    portal.refuses_new = "The new password must differ."
    assert await keep_alive(there) == [credential.id]
    await LaneWorker(there, portal).work(credential.id)
    assert (await keep_alive(there), portal.changes) == ([], [])
    virtual_clock.advance(hours=23)
    portal.alive = set()  # a log-in that finds the day gone sets about nothing either
    assert await keep_alive(there) == []
    virtual_clock.advance(hours=1)
    assert await keep_alive(there) == [credential.id]
    async with there.database.read() as session:
        assert await work_items.last_asked(session, credential.id, ROTATION) == virtual_clock.now()


@pytest.mark.parametrize(("of_all", "every", "changes"), [(None, 30, 1), (None, None, 0), (5, 0, 0), (5, None, 1)])
async def test_an_expired_one_is_changed_on_the_spot_where_the_rule_of_the_account_allows_it(
    fleet: Fleet,
    credential: Credential,
    portal: ScriptedPortal,
    ask_all: Any,
    of_all: int | None,
    every: int | None,
    changes: int,
) -> None:
    there = with_rules(fleet, of_all=of_all)
    await noted(there, credential, rotate_every=every, backup_codes_left=1)
    portal.expired = True
    await ask_all("M1")
    await LaneWorker(there, portal).work(credential.id)
    assert len(portal.changes) == changes
    assert (await as_stored(there, credential)).stop_code == (None if changes else "PasswordExpired")
