"""A worker ends at every moment of a change of password, at portals that change it in ways of their own."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fixtures_portals import PASSWORD, SimulatedPortal

from bots.contracts import SessionState
from lanes.accounts.errands import LOGIN_CHECK, ROTATION, Errand, set_out
from lanes.lane import LaneWorker
from store.credentials import Credential, CredentialState
from tests.lanes.rotating import Killed, Life, as_stored, changes_under_way, freed, item_of, mortal
from tests.payers.test_accounts_through_lanes import Hosts, Office, office

__all__ = ["office"]
TWINS = {"uhc": "optumpay"}
"""Portals with the same accounts: a change at one holds for the other."""


class MortalHosts(Hosts):
    """Ends its worker also right after what a browser has done."""

    boundary: Callable[[str], Awaitable[None]]

    async def lane(self, portal: str, state: SessionState | None) -> Any:
        return MortalBot(await super().lane(portal, state), self)


class MortalBot:
    def __init__(self, bot: Any, hosts: MortalHosts) -> None:
        self._bot = bot
        self._hosts = hosts

    def __getattr__(self, name: str) -> Any:
        does = getattr(self._bot, name)

        async def do(*arguments: Any) -> Any:
            answer = await does(*arguments)
            if name in ("log_in", "change_password"):
                await self._hosts.boundary(f"after {name}")
            return answer

        return do


async def _killed_at(office: Office, simulated: dict[str, SimulatedPortal], portal: str, moment: int) -> str | None:
    """Lives through a change that ends after so many moments, and through what comes after it; where it ended."""
    user, fleet, hosts = f"killed-{moment}", office.fleet, MortalHosts(simulated)
    account = office.at_portal(portal, user)
    mine = await office.credential(portal, user, user)
    others = [await office.credential(TWINS[portal], user, user)] if portal in TWINS else []
    errand = await set_out(fleet, Errand(ROTATION, mine.id, "kim"))
    life = Life(moment, since="after save_pending")
    try:
        await LaneWorker(mortal(fleet, hosts, life), hosts).work(mine.id)
    except Killed:
        await freed(fleet, mine)
    hosts.boundary = Life().lived
    await LaneWorker(fleet, hosts).work(mine.id)
    where = f"{portal}, {moment}: {life.ended_at}"
    assert (await item_of(fleet, errand.item.id)).outcome == "password_changed", where
    for each in (mine, *others):
        assert await office.password_of(each) == account.spec.password != PASSWORD, where
        assert (await as_stored(fleet, each)).state is CredentialState.OPEN, where
    assert [each for each in await changes_under_way(fleet) if each.credential_id == mine.id] == [], where
    counted = office.counted(user, portal, *([TWINS[portal]] if others else []))
    assert (counted["wrong_passwords"] <= 1, counted["lockouts"]) == (True, 0), where
    assert 1 <= counted["password_changes"] <= 2, where
    return life.ended_at


@pytest.mark.parametrize("portal", ["uhc", "ucare"])
@pytest.mark.deep
async def test_killed_at_any_moment_the_vault_has_the_password_that_works(
    office: Office, simulated: dict[str, SimulatedPortal], portal: str
) -> None:
    """Of an identity provider, which signs everybody out; and of a portal that asks once more in a dialog."""
    places = []
    for moment in itertools.count():
        ended_at = await _killed_at(office, simulated, portal, moment)
        if ended_at is None:
            break
        places.append(ended_at)
    assert {"after save_pending", "after change_password", "after log_in", "after save_login"} <= {*places}
    assert len(places) > 8


async def test_a_log_in_follows_with_the_password_that_was_promoted(office: Office) -> None:
    """At a portal that has everybody log on again after a change, also in the middle of a log-in."""
    account = office.at_portal("ucare_old", "expired.one", must_change=True)
    credential: Credential = await office.credential("ucare_old", "expired", "expired.one")
    assert await office.comes_of(ROTATION, credential) == "password_changed"
    assert await office.password_of(credential) == account.spec.password != PASSWORD
    assert await office.comes_of(LOGIN_CHECK, credential) == "login_proven"
    counted = office.counted("expired.one", "ucare_old")
    assert (counted["wrong_passwords"], counted["password_changes"]) == (0, 1)
