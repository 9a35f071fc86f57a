from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from pyotp.totp import TOTP

from core.phi import Secret
from core.vault import MemoryVault
from lanes.accounts.account import seed_mark
from lanes.assembly import Fleet
from lanes.codes import MARGIN, PERIOD, TotpCodes
from simulator.accounts import Account, AccountSpec, Verdict
from simulator.clock import VirtualClock as PortalClock


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


@pytest.mark.parametrize("ahead", [-25, 25])
async def test_twenty_workers_of_one_seed_at_a_portal_whose_clock_is_25_seconds_off(
    timed: Fleet, virtual_clock: Any, ahead: int
) -> None:
    """Judged by the simulator's account, and by a portal that takes the code of its own step only."""
    spec = AccountSpec(username="north", password="-", totp_seed="JBSWY3DPEHPK3PXP")
    account, told = Account(spec, used_at=0), []

    class Theirs(PortalClock):
        def timestamp(self) -> float:
            return float(virtual_clock.now().timestamp() + ahead)

    async def log_in() -> None:
        codes = TotpCodes(timed, "availity", "north")
        codes.portal_clock(ahead)
        code = (await codes.totp()).reveal()
        strict = TOTP(spec.totp_seed).verify(code, for_time=virtual_clock.now() + timedelta(seconds=ahead))
        told.append((strict, account.check_code("authenticator", code, Theirs(), 0)))

    begun = virtual_clock.now()
    await asyncio.gather(*(log_in() for _ in range(20)))
    assert told == [(True, Verdict.OK)] * 20
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


async def test_one_seed_under_two_names_has_one_ledger(timed: Fleet) -> None:
    await timed.vault.save_seed("availity", "optum", Secret("jbsw y3dp ehpk 3pxp"))
    both = [seed_mark(timed.sealer, Secret(each)) for each in ("JBSWY3DPEHPK3PXP", "jbsw y3dp ehpk 3pxp")]
    names = ("north", "optum")
    sources = [TotpCodes(timed, "availity", name, marks=[mark]) for name, mark in zip(names, both, strict=True)]
    codes = await asyncio.gather(*(each.totp() for each in sources))
    assert len({code.reveal() for code in codes}) == 2


@pytest.mark.parametrize("offset", [-25, -19, -10, -3, 0, 3, 10, 19, 25, 50])
@pytest.mark.parametrize("second", [0, 7, 15, 22, 29])
async def test_both_clocks_are_in_the_same_step(timed: Fleet, virtual_clock: Any, offset: int, second: int) -> None:
    virtual_clock.advance(seconds=second)
    codes = TotpCodes(timed, "availity", "north")
    codes.portal_clock(offset)
    await codes.totp()
    ours = virtual_clock.now().timestamp()
    theirs = ours + (offset if abs(offset) < PERIOD else 0)
    assert ours // PERIOD == theirs // PERIOD
    assert PERIOD - max(ours % PERIOD, theirs % PERIOD) >= MARGIN
