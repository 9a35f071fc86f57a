from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from core.phi import Secret
from core.vault import MemoryVault
from lanes.assembly import Fleet
from lanes.codes import MARGIN, PERIOD, TotpCodes


@pytest.fixture
async def timed(fleet: Fleet, virtual_clock: Any) -> Fleet:
    """A fleet whose vault runs by the same virtual clock."""
    vault = MemoryVault(clock=lambda: virtual_clock.now().timestamp())
    await vault.save_seed("availity", "north", Secret("JBSWY3DPEHPK3PXP"))
    return dataclasses.replace(fleet, vault=vault, clock=virtual_clock)


async def test_twenty_logins_at_once_use_twenty_codes(timed: Fleet, virtual_clock: Any) -> None:
    begun = virtual_clock.now()
    codes = await asyncio.gather(*(TotpCodes(timed, "availity", "north").totp() for _ in range(20)))
    assert len({code.reveal() for code in codes}) == 20
    assert (virtual_clock.now() - begun).total_seconds() >= 19 * PERIOD


async def test_a_code_that_is_about_to_die_is_waited_out(timed: Fleet, virtual_clock: Any) -> None:
    virtual_clock.advance(seconds=PERIOD - MARGIN + 1)
    begun = virtual_clock.now()
    await TotpCodes(timed, "availity", "north").totp()
    assert (virtual_clock.now() - begun).total_seconds() == MARGIN - 1


async def test_portals_of_one_identity_provider_never_use_the_same_code(timed: Fleet) -> None:
    shared = timed.portals["availity"].model_copy(update={"identity_provider": "one"})
    fleet = dataclasses.replace(timed, portals={"availity": shared, "other": shared.model_copy(update={"id": "other"})})
    await fleet.vault.save_seed("other", "north", Secret("JBSWY3DPEHPK3PXP"))
    codes = await asyncio.gather(*(TotpCodes(fleet, portal, "north").totp() for portal in fleet.portals))
    assert len({code.reveal() for code in codes}) == 2


@pytest.mark.parametrize("offset", [-19, -10, -3, 0, 3, 10, 19, 50])
@pytest.mark.parametrize("second", [0, 7, 15, 22, 29])
async def test_both_clocks_are_in_the_same_step(timed: Fleet, virtual_clock: Any, offset: int, second: int) -> None:
    virtual_clock.advance(seconds=second)
    codes = TotpCodes(timed, "availity", "north")
    codes.portal_clock(offset)
    await codes.totp()
    ours = virtual_clock.now().timestamp()
    theirs = ours + (offset if abs(offset) < 20 else 0)
    assert ours // PERIOD == theirs // PERIOD
    assert PERIOD - max(ours % PERIOD, theirs % PERIOD) >= MARGIN
