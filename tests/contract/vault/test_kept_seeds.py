"""A vault that has no TOTP engine: seeds lie in it beside the logins."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pyotp.totp import TOTP

from core.errors import PartUnavailable, RequestInvalid
from core.phi import Secret
from core.vault.hvac_vault import HvacVault
from tests.contract.vault.conftest import Server
from tests.contract.vault.test_vault_rights import allowed

SEED = "JBSWY3DPEHPK3PXP"


async def test_codes_come_from_a_seed_that_lies_beside_the_login(server: Server, account: str) -> None:
    control = HvacVault(replace(server.connection, totp_engine=False))
    await control.save_seed("availity", account, Secret("GEZDGNBVGY3TQOJQ"))
    await control.save_seed("availity", account, Secret(f"otpauth://totp/x?secret={SEED}&digits=8"))
    seed = [("read", "kv/data/seeds/availity/{account}")]
    assert await allowed(control, seed, account) == []

    worker, other = await server.hire_for("availity", totp_engine=False), await server.hire_for("ucare")
    totp, before = TOTP(SEED, digits=8), int(time.time())
    assert (await worker.totp_code("availity", account)).reveal() in {totp.at(before), totp.at(int(time.time()))}
    assert await allowed(other, seed, account) == []
    with pytest.raises(PartUnavailable, match="does not allow"):
        await worker.save_seed("availity", account, Secret(SEED))
    by_engine = await server.hire_for("availity")
    with pytest.raises(RequestInvalid, match="holds no seed"):
        await by_engine.totp_code("availity", account)  # it never saw it

    await control.save_login("availity", account, Secret("north"), Secret("a password"), expected_version=0)
    await control.forget_login("availity", account)
    with pytest.raises(RequestInvalid, match="holds no seed"):
        await worker.totp_code("availity", account)
    for each in (control, worker, other, by_engine):
        await each.close()
