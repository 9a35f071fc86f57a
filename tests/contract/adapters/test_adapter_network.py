"""A connection that breaks is no page that has changed: the question is asked again, and no developer is called."""

from __future__ import annotations

import asyncio

import pytest
from fixtures_portals import Kept, SimulatedPortal, short_of_time
from inquiries import Inquiry

from core.errors import PortalUnavailable
from simulator.network import Network

CUT_SECONDS = 1.5
PATIENCE = 6


@pytest.mark.deep
@pytest.mark.usefixtures("impatient")
async def test_wherever_it_breaks_in_a_question(layout: Inquiry) -> None:
    portal = layout.portal
    async with portal.logged_in() as (lane, secrets):
        portal.judged(await layout.ask(lane))
        lane.definition = short_of_time(portal.definition, PATIENCE)
        lost, request = 0, 0
        while True:
            request += 1
            portal.house.network.cut(CUT_SECONDS, at_request=request)
            asked = await layout.ask(lane)
            if asked.error is None:
                portal.assert_true(asked)
            else:
                assert isinstance(asked.error, PortalUnavailable), f"request {request}: {asked.error.reference}"
                lost += 1
            if not await over(portal.house.network):
                break
        lane.definition = portal.definition
        portal.assert_true(await layout.ask(lane))
    assert lost > 0
    assert portal.tally(secrets)["logins"] == 1


@pytest.mark.deep
@pytest.mark.usefixtures("impatient")
async def test_wherever_it_breaks_in_a_log_in(portal: SimulatedPortal) -> None:
    secrets = portal.account(mfa=())
    lost, request = 0, 0
    while True:
        request += 1
        async with portal.stranger() as lane:
            lane.definition = short_of_time(portal.definition, PATIENCE)
            portal.house.network.cut(CUT_SECONDS, at_request=request)
            try:
                await lane.log_in(secrets, Kept())
            except PortalUnavailable:
                lost += 1
        if not await over(portal.house.network):
            break
    assert lost > 0
    assert portal.tally(secrets)["wrong_passwords"] == 0


async def over(network: Network) -> bool:
    """Waits for the end of the cut. False when fewer requests than that were made."""
    if not network.was_cut:
        network.cut(0)
        return False
    while network.is_cut:
        await asyncio.sleep(0.1)
    return True
