"""Users of a portal are asked of an organization, where an account belongs to several."""

from __future__ import annotations

import dataclasses

import pytest
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.users import Users
from payers.registry import load_manifest, portal_ids
from simulator.accounts import LAKESIDE, NORTHGATE


@pytest.mark.parametrize("name", [each for each in portal_ids() if "users" in load_manifest(each).capabilities])
@pytest.mark.thorough
async def test_users_are_those_of_the_organization_worked_for(simulated: dict[str, SimulatedPortal], name: str) -> None:
    portal = simulated[name]
    portal.dial()
    secrets = dataclasses.replace(portal.account(organizations=(NORTHGATE, LAKESIDE)), organization=LAKESIDE.name)
    async with portal.stranger() as lane:
        await lane.log_in(secrets, Kept())
        answer = await lane.perform("users", None, portal.query("users", {}), Kept())
    assert isinstance(answer, Users)
    staff = portal.house.world.staff[name, LAKESIDE.id]
    assert [user.username for user in answer.users] == [user.username for user in staff]
    told = {(scope.tin, scope.npi, scope.site) for user in answer.users for scope in user.scopes}
    assert told == {(each.tin, each.npi, each.site) for user in staff for each in user.access}
