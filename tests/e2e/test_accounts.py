"""Accounts that the portal does not let in: the lane stops, a person is asked, and no second password is typed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from pyotp import random_base32
from stand import PORTAL, Stand, tell

PERSON_NEEDED = 3
BAD_INPUT = 2


async def test_a_wrong_password_is_typed_once_whoever_asks(stand: Stand) -> None:
    account = await stand.account(vault_password="Outdated-Horse-1")
    (keys, *others) = await stand.questions(51)
    ids = await stand.hand_in(account, others)
    refused = await stand.pull(account, keys)
    assert refused.status == PERSON_NEEDED
    assert refused.sentence.startswith("The portal refused the password. The portal says that 3 attempts remain.")
    assert refused.json["error"]["code"] == "CredentialRejected"
    await stand.held(ids, within=20)

    again = await stand.pull(account, keys)
    assert again.status == PERSON_NEEDED
    assert "an administrator checks it on the portal and reopens it" in again.sentence
    worker = await stand.kill("worker")
    await stand.healed("worker", worker)
    await stand.wake(account)
    assert (await stand.pull(account, keys)).status == PERSON_NEEDED
    assert await stand.stopped(account) == "CredentialRejected"
    assert (await stand.counted(account))["wrong_passwords"] == 1

    await stand.mend(account, password=account.password)
    reopened = await stand.fleet_says("credentials", "reopen", account.name, "--portal", PORTAL, "--reason", "mended")
    assert reopened.status == 0, reopened
    assert "51 questions go on" in reopened.out
    await stand.answered(ids)
    counted = await stand.counted(account)
    assert (counted["wrong_passwords"], counted["logins"], counted["lockouts"]) == (1, 1, 0)


async def test_a_wrong_seed_stops_the_lane_and_locks_nobody_out(stand: Stand) -> None:
    account = await stand.account(vault_seed=random_base32(), mfa=["authenticator"])
    (keys,) = await stand.questions(1)
    refused = await stand.pull(account, keys)
    assert refused.status == PERSON_NEEDED
    assert refused.sentence.startswith("The portal refused the code. The portal says that 4 attempts remain.")
    assert (await stand.pull(account, keys)).status == PERSON_NEEDED
    counted = await stand.counted(account)
    assert (counted["wrong_codes"], counted["lockouts"], counted["wrong_passwords"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("spec", "code", "told"),
    [
        ({"locked": True}, "AccountLocked", "locked or deactivated"),
        ({"inactive": True}, "AccountLocked", "locked or deactivated"),
        ({"must_change": True}, "PasswordExpired", "The password has expired"),
        ({"terms": True}, "ActionNeeded", "accept the updated terms of use"),
    ],
    ids=["locked", "inactive", "expired", "terms"],
)
async def test_what_only_a_person_can_mend(stand: Stand, spec: dict[str, Any], code: str, told: str) -> None:
    account = await stand.account(**spec)
    (keys,) = await stand.questions(1)
    refused = await stand.pull(account, keys)
    assert (refused.status, refused.json["error"]["code"]) == (PERSON_NEEDED, code), refused
    assert told in refused.sentence
    assert await stand.stopped(account) == code
    counted = await stand.counted(account)
    assert (counted["wrong_passwords"], counted["lockouts"], counted["sessions_opened"]) == (0, 0, 0)


async def test_a_code_that_the_portal_sends_is_handed_in_by_a_person(stand: Stand) -> None:
    account = await stand.account(mfa=["text", "call"])
    (keys, *others) = await stand.questions(4)
    ids = await stand.hand_in(account, others)
    words = ("pull", "eligibility", "-", "--portal", PORTAL, "--payer", "BHIL", "--credential", account.name, "--json")
    async with stand.command(*words, given=json.dumps(keys)) as pulling:
        run = await _waiting_run(stand, account.name)
        shown = await stand.fleet_says("runs", "show", run, "--json")
        assert shown.json["code_medium"] == "text message"
        assert (await stand.fleet_says("code", run, given="12\n")).status == BAD_INPUT
        code = (await stand.at_portal(account))["text_code"]
        assert (await stand.fleet_says("code", run, given=f"{code}\n")).status == 0
        handed_in = time.monotonic()
        pulled = await stand.end_of(pulling)
        tell("code handed in, question answered", time.monotonic() - handed_in)
    assert pulled.status == 0, pulled
    assert f"fleet code {run}" in pulled.err
    await stand.answered(ids)
    assert (await stand.fleet_says("code", run, given=f"{code}\n")).status == BAD_INPUT
    counted = await stand.counted(account)
    assert (counted["logins"], counted["wrong_codes"], counted["sessions_opened"]) == (1, 0, 1)


async def _waiting_run(stand: Stand, credential: str) -> str:
    found: list[str] = []

    async def waits() -> bool:
        told = (await stand.fleet_says("status", "--json")).json["codes_wanted"]
        found[:] = [each["run"] for each in told if each["credential"] == credential]
        return bool(found)

    await stand.until(waits, within=60)
    return found[0]


async def test_a_check_for_robots_is_never_worked_around(stand: Stand) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    async with stand.bad_day(challenge=True):
        refused = await stand.pull(account, keys)
        assert refused.status == PERSON_NEEDED
        assert refused.json["error"]["code"] == "AutomationBlocked"
        assert "a person must go on in a browser" in refused.sentence
        assert (await stand.pull(account, keys)).status == PERSON_NEEDED
    # Nobody knows whose page that was: it was looked at once, and nothing was typed.
    assert await stand.ledger(account) == []


async def test_many_accounts_of_one_portal_do_not_stop_each_other(stand: Stand) -> None:
    wrong = await stand.account(vault_password="Outdated-Horse-2")
    right = await stand.account()
    ids_wrong, ids_right = await asyncio.gather(stand.ask(wrong, 3), stand.ask(right, 3))
    await stand.answered(ids_right)
    await stand.held(ids_wrong, within=60)
