"""Passwords of a running fleet are changed, and a worker that is killed on the way loses none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
from stand import Account, Stand

from cli.demo.canary import Search
from core.vault.hvac_vault import HvacVault
from core.vault.paths import vault_paths
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
        password = (await vault.login_secret(account.portal, account.name)).password.reveal()
        pending = await vault.pending_password(account.portal, account.name)
    stand.planted["password"] |= {password, *([pending.password.reveal()] if pending else [])}
    return password


async def first_password_of(stand: Stand, account: Account) -> str:
    """The vault goes on keeping it."""
    paths = vault_paths()

    def first(client: Any) -> Any:
        path, mount = paths.login_of(account.portal, account.name), paths.mounts.logins
        return client.secrets.kv.v2.read_secret_version(
            path, version=1, mount_point=mount, raise_on_deleted_version=True
        )

    async with eyes(stand) as vault:
        kept: str = (await vault._ask(first))["data"]["data"]["password"]
    return kept


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


PAGE_OF_CHANGE = {"availity": "/web/my-account/password/", "uhc": "/oneapp/index.html"}
"""Of a portal that changes its passwords itself, and of one whose identity provider does, and signs everybody out."""
SEEN_AT_PORTAL = {
    "before the change": "page",
    "after the change": "password_changed",
    "while it is proven": "password_accepted",
}
JOURNAL = (Stage.TYPED, Stage.TAKEN, Stage.PROVEN)
"""What is noted of a change that nothing interrupts, in order."""
MOMENTS = [(portal, point) for portal in PAGE_OF_CHANGE for point in (*SEEN_AT_PORTAL, *JOURNAL)]
MOMENTS.remove(("availity", Stage.PROVEN))  # its log-in is over, and the vault told, before anybody could look


@pytest.mark.parametrize(("portal", "point"), MOMENTS)
async def test_a_worker_that_is_killed_loses_no_password(stand: Stand, portal: str, point: str) -> None:
    account = await stand.account(portal)
    await gets_in(stand, account)
    await stand.lane_closed(account)
    async with stand.command("credentials", "rotate", account.name, "--json"):
        if point == Stage.PROVEN:
            worker = await killed_before_the_vault_is_told(stand, account)
        else:
            await stand.until(lambda: came(stand, account, point), within=90)
            worker = await stand.kill("worker")
    await stand.healed("worker", worker)
    told = await stand.fleet_says("credentials", "rotate", account.name, "--json", seconds=180)
    # It was joined, or the one before has done it already.
    assert told.status == 0 or "can be changed again" in told.sentence, told
    await gets_in(stand, account)
    assert await password_of(stand, account) != account.password
    assert await first_password_of(stand, account) == account.password
    counted = await stand.counted(account)
    assert counted["wrong_passwords"] <= (point != Stage.PROVEN)
    assert (counted["lockouts"], counted["refused_passwords"]) == (0, 0)
    assert 1 <= counted["password_changes"] <= 2


async def came(stand: Stand, account: Account, point: str) -> bool:
    if point in SEEN_AT_PORTAL:
        return await seen(stand, account, SEEN_AT_PORTAL[point])
    change = await under_way(stand, account)
    if change is None:  # not begun, or over sooner than anybody could look
        return (await stand.credential(account)).password_changed_at is not None
    return JOURNAL.index(change.stage) >= JOURNAL.index(Stage(point))


async def seen(stand: Stand, account: Account, event: str, *, since: str = "password_accepted") -> bool:
    """By default since the account's first log-in, with the password that it had."""
    told, page = await stand.ledger(account), PAGE_OF_CHANGE[account.portal]
    events = [each["event"] for each in told if each["event"] != "page" or each["detail"] == page]
    return since in events and event in events[events.index(since) + 1 :]


async def under_way(stand: Stand, account: Account) -> PasswordChange | None:
    async with stand.fleet.database.read() as session:
        return await session.get(PasswordChange, account.credential_id)


async def killed_before_the_vault_is_told(stand: Stand, account: Account) -> psutil.Process:
    """The new password is proven, and noted as proven; the vault stands still and has not answered. Whether it takes
    what the killed worker had sent it nobody can say.
    """

    async def noted() -> bool:
        change = await under_way(stand, account)
        return change is not None and change.stage is Stage.PROVEN

    async def in_again() -> bool:
        return await seen(stand, account, "password_accepted", since="password_changed")

    vault = stand.process("vault")
    # The portal has let it in, and its page stays covered for so long that the vault stands still before it is told.
    await stand.control.turn_dials(account.portal, slow_spinner_ms=3_000)
    try:
        await stand.until(in_again, within=90)
        vault.suspend()
        await stand.until(noted, within=30)
        worker = await stand.kill("worker")
        await stand.until(lambda: stand.has_ended(worker), within=30)
    finally:
        vault.resume()
        await stand.control.turn_dials(account.portal, slow_spinner_ms=0)
    return worker


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
