"""Passwords of a running fleet are changed, and a worker that is killed on the way loses none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from stand import PORTAL, Account, Stand

from cli.demo.canary import Search
from core.vault.hvac_vault import HvacVault
from stack import openbao
from stack.vault_setup import WORKER
from store.password_changes import PasswordChange, Stage

PERSON_NEEDED = 3


@asynccontextmanager
async def eyes(stand: Stand) -> AsyncIterator[HvacVault]:
    """As a worker sees the vault."""
    known = openbao.connection(stand.settings.layout)
    control = await openbao.open_vault(stand.settings.layout)
    worker = await HvacVault.from_wrapped(known.address, known.ca_file, WORKER, await control.wrapped_secret_id(WORKER))
    try:
        yield worker
    finally:
        await worker.close()
        await control.close()


async def password_of(stand: Stand, account: Account) -> str:
    """Whatever the vault ever had of it must be found nowhere else."""
    async with eyes(stand) as vault:
        password = (await vault.login_secret(PORTAL, account.name)).password.reveal()
        pending = await vault.pending_password(PORTAL, account.name)
    stand.planted["password"] |= {password, *([pending.password.reveal()] if pending else [])}
    return password


async def gets_in(stand: Stand, account: Account) -> None:
    """With the password of the vault, not with a session that was left."""
    await stand.lane_closed(account)
    await stand.drop_session(account)
    told = await stand.fleet_says("credentials", "test", account.name, "--json", seconds=120)
    assert (told.status, told.json["answer"]["how"]) == (0, "password"), told


async def test_a_password_is_changed_and_is_good(stand: Stand) -> None:
    account = await stand.account(mfa=["authenticator"])
    told = await stand.fleet_says("credentials", "rotate", account.name, "--json", seconds=120)
    assert (told.status, told.json["outcome"]) == (0, "password_changed"), told
    assert await password_of(stand, account) != account.password
    (keys,) = await stand.questions(1)
    assert await stand.answers(account, keys)
    shown = (await stand.fleet_says("credentials", "show", account.name, "--json")).json
    assert (shown["password_version"], shown["state"], shown["authenticator"]) == (2, "open", "totp")
    assert "(fleet)" in shown["login_created_by"]
    assert shown["login_created_at"] < shown["login_rotated_at"]
    assert shown["password_changed_at"]
    early = await stand.fleet_says("credentials", "rotate", account.name, "--json")
    assert (early.status, "can be changed again" in early.sentence) == (2, True)
    await gets_in(stand, account)
    counted = await stand.counted(account)
    assert (counted["password_changes"], counted["wrong_passwords"], counted["reused_codes"]) == (1, 0, 0)
    assert counted["refused_passwords"] == 0


SEEN_AT_PORTAL = {
    "before the change": ("page", "/web/my-account/password/"),
    "after the change": ("password_changed", ""),
    "while it is proven": ("password_accepted", ""),
}
JOURNAL = (Stage.TYPED, Stage.TAKEN, Stage.PROVEN)
"""What is noted of a change that nothing interrupts, in order; the last for a blink, before the vault is told."""


@pytest.mark.parametrize("point", [*SEEN_AT_PORTAL, *JOURNAL[:-1]])
async def test_a_worker_that_is_killed_loses_no_password(stand: Stand, point: str) -> None:
    account = await stand.account()
    await gets_in(stand, account)
    await stand.lane_closed(account)
    known = len(await stand.ledger(account))

    async def came() -> bool:
        if point in SEEN_AT_PORTAL:
            ledger = (await stand.ledger(account))[known:]
            return any((entry["event"], entry["detail"]) == SEEN_AT_PORTAL[point] for entry in ledger)
        credential = await stand.credential(account)
        async with stand.fleet.database.read() as session:
            change = await session.get(PasswordChange, credential.id)
        if change is None:  # not begun, or over sooner than anybody could look
            return credential.password_changed_at is not None
        return JOURNAL.index(change.stage) >= JOURNAL.index(Stage(point))

    async with stand.command("credentials", "rotate", account.name, "--json"):
        await stand.until(came, within=90)
        worker = await stand.kill("worker")
    await stand.healed("worker", worker)
    told = await stand.fleet_says("credentials", "rotate", account.name, "--json", seconds=180)
    # It was joined, or the one before has done it already.
    assert told.status == 0 or "can be changed again" in told.sentence, told
    await gets_in(stand, account)
    assert await password_of(stand, account) != account.password
    counted = await stand.counted(account)
    assert counted["wrong_passwords"] <= 1
    assert (counted["lockouts"], counted["refused_passwords"]) == (0, 0)
    assert 1 <= counted["password_changes"] <= 2


async def test_an_expired_password_waits_for_the_command(stand: Stand) -> None:
    account = await stand.account(must_change=True)
    (keys,) = await stand.questions(1)
    assert (await stand.pull(account, keys)).status == PERSON_NEEDED
    assert await stand.stopped(account) == "PasswordExpired"
    told = await stand.fleet_says("credentials", "rotate", account.name, "--json", seconds=120)
    assert (told.status, told.json["outcome"]) == (0, "password_changed"), told
    assert await stand.answers(account, keys)
    await password_of(stand, account)
    assert (await stand.counted(account))["wrong_passwords"] == 0


async def test_a_retired_account_leaves_the_vault(stand: Stand) -> None:
    account = await stand.account()
    retired = await stand.fleet_says("credentials", "retire", account.name, "--yes", "--delete-secret", "--json")
    assert (retired.status, retired.json["secret_deleted"]) == (0, True), retired
    shown = (await stand.fleet_says("credentials", "show", account.name, "--json")).json
    assert (shown["state"], shown["password_version"]) == ("retired", None)
    (keys,) = await stand.questions(1)
    assert (await stand.pull(account, keys)).status == 2


async def test_none_of_these_passwords_lies_anywhere_in_clear(stand: Stand) -> None:
    account = await stand.account()
    assert (await stand.fleet_says("credentials", "rotate", account.name, seconds=120)).status == 0
    assert await password_of(stand, account) != account.password
    search, home = Search({"password": stand.planted["password"]}), stand.settings.layout
    found = await asyncio.to_thread(search.folders, home.path)
    found |= search.text("\n".join(stand.printed), "what commands said")
    for process in stand.ours():
        told = "\n".join([*process.cmdline(), *process.environ().values()])
        found |= search.text(told, f"arguments and environment of {process.name()}")
    assert found == set()
