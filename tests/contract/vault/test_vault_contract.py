"""What every vault must do, real or not."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyotp.totp import TOTP

from core.errors import PartUnavailable, RequestInvalid
from core.phi import Secret
from core.redact import known_values
from core.seal import SealBroken, Shredded
from core.vault import Vault
from tests.contract.vault.conftest import Target

USERNAME, PASSWORD = Secret("north.billing"), Secret("c\"4n'ary pässword")


async def test_a_login_reads_as_it_was_saved(target: Target, account: str) -> None:
    version = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0)
    login = await target.worker.login_secret("availity", account)
    assert (login.username, login.password, login.version) == (USERNAME, PASSWORD, version)
    assert known_values.holds(f"typed {PASSWORD.reveal()}")


async def test_a_login_is_saved_over_the_version_that_was_read(target: Target, account: str) -> None:
    first = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0)
    second = await target.control.save_login("availity", account, USERNAME, Secret("next one"), expected_version=first)
    assert second > first
    for stale in (0, first, second + 1):
        with pytest.raises(RequestInvalid, match="was changed meanwhile"):
            await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=stale)
    assert (await target.worker.login_secret("availity", account)).password == Secret("next one")


async def test_the_version_is_known_without_reading_the_login(target: Target, account: str) -> None:
    assert await target.control.login_version("availity", account) == 0
    version = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0)
    assert await target.control.login_version("availity", account) == version


async def test_a_login_has_a_label_without_its_secrets(target: Target, account: str) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=2)  # clocks of servers
    assert await target.control.login_label("availity", account) is None
    version = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0, by="kim")
    made = await target.control.login_label("availity", account)
    assert made is not None
    assert (made.portal, made.account, made.created_by) == ("availity", account, "kim")
    assert (made.rotated_at, made.rotated_by) == (None, None)
    for who in ("worker-1", "worker-2"):
        version = await target.worker.save_login(
            "availity", account, USERNAME, Secret(f"of {who}"), expected_version=version, by=who
        )
    rotated = await target.control.login_label("availity", account)
    assert rotated is not None
    assert (rotated.created_at, rotated.created_by, rotated.rotated_by) == (made.created_at, "kim", "worker-2")
    assert rotated.rotated_at is not None
    assert begun < made.created_at <= rotated.rotated_at
    version = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=version)
    by_hand = await target.control.login_label("availity", account)
    assert by_hand is not None
    assert (by_hand.created_by, by_hand.rotated_by) == ("kim", None)
    await target.control.forget_login("availity", account)
    assert await target.control.login_label("availity", account) is None


async def test_a_pending_password_lies_beside_the_login(target: Target, account: str) -> None:
    assert await target.worker.pending_password("availity", account) is None
    version = await target.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0)
    new = Secret("next-Horse-8")
    first = await target.worker.save_pending("availity", account, new, replaces=version, expected_version=0)
    pending = await target.worker.pending_password("availity", account)
    assert pending is not None
    assert (pending.password, pending.replaces, pending.version) == (new, version, first)
    assert (await target.worker.login_secret("availity", account)).password == PASSWORD
    for stale in (0, first + 1):
        with pytest.raises(RequestInvalid, match="was changed meanwhile"):
            await target.worker.save_pending(
                "availity", account, Secret("other"), replaces=version, expected_version=stale
            )
    # Promoted, it is the login's next version: exactly one more.
    saved = await target.worker.save_login("availity", account, USERNAME, new, expected_version=version)
    assert saved == version + 1
    with pytest.raises(RequestInvalid, match="was changed meanwhile"):
        await target.worker.save_login("availity", account, USERNAME, PASSWORD, expected_version=version)
    assert known_values.holds(new.reveal())


async def test_a_backup_code_is_given_out_once(target: Target, account: str) -> None:
    assert await target.worker.take_backup_code("onehealthcareid", account) is None
    for stock in (["1111-void", "2222-void"], ["3333", "4444", "5555"]):  # the portal has voided the first ones
        await target.control.save_backup_codes("onehealthcareid", account, [Secret(each) for each in stock])
    taken = await asyncio.gather(*(target.worker.take_backup_code("onehealthcareid", account) for _ in range(4)))
    assert sorted((each.code.reveal(), each.left) for each in taken if each) == [("3333", 2), ("4444", 1), ("5555", 0)]
    assert taken.count(None) == 1
    await target.control.save_backup_codes("onehealthcareid", account, [Secret("6666")])
    for _ in range(2):
        await target.control.forget_backup_codes("onehealthcareid", account)
        assert await target.worker.take_backup_code("onehealthcareid", account) is None


async def test_a_login_is_forgotten_for_good(target: Target, account: str) -> None:
    for password in ("first", "second"):
        version = await target.control.login_version("availity", account)
        await target.control.save_login("availity", account, USERNAME, Secret(password), expected_version=version)
    await target.worker.save_pending("availity", account, PASSWORD, replaces=2, expected_version=0)
    await target.control.save_seed("availity", account, Secret("JBSWY3DPEHPK3PXP"))
    for _ in range(2):  # the second time there is nothing
        await target.control.forget_login("availity", account)
        assert await target.control.login_version("availity", account) == 0
    assert await target.worker.pending_password("availity", account) is None
    with pytest.raises(RequestInvalid, match="holds no login"):
        await target.worker.login_secret("availity", account)
    with pytest.raises(RequestInvalid, match="holds no seed"):
        await target.worker.totp_code("availity", account)


async def test_of_two_who_save_at_once_one_is_told(target: Target, account: str) -> None:
    results = await asyncio.gather(
        *(
            target.control.save_login("availity", account, USERNAME, Secret(f"password {n}"), expected_version=0)
            for n in range(4)
        ),
        return_exceptions=True,
    )
    assert len([result for result in results if isinstance(result, RequestInvalid)]) == 3


async def test_a_login_that_is_not_there(target: Target, account: str) -> None:
    with pytest.raises(RequestInvalid, match="holds no login for the credential") as refusal:
        await target.worker.login_secret("availity", account)
    assert refusal.value.field == "credential"
    with pytest.raises(RequestInvalid, match="holds no seed for the credential"):
        await target.worker.totp_code("availity", account)


@pytest.mark.parametrize("name", ["../other", "a/b", "", "a.b", "a b", "x" * 64])
async def test_a_name_that_would_reach_elsewhere(target: Target, name: str) -> None:
    with pytest.raises(RequestInvalid, match="letters, digits"):
        await target.worker.login_secret("availity", name)
    with pytest.raises(RequestInvalid, match="letters, digits"):
        await target.control.save_seed(name, "north", Secret("JBSWY3DPEHPK3PXP"))


def url(seed: str, **keys: Any) -> str:
    extra = "".join(f"&{key}={value}" for key, value in keys.items())
    return f"otpauth://totp/Availity:north?secret={seed}&issuer=Availity{extra}"


SEEDS = {
    "80 bits, as portals print them": ("jbsw y3dp-ehpk 3pxp", TOTP("JBSWY3DPEHPK3PXP")),
    "160 bits": ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")),
    "with invisible spaces": ("\u200bJBSW\u00a0Y3DP\u2011EHPK3PXP====\n", TOTP("JBSWY3DPEHPK3PXP")),
    "in wide letters": ("\uff2aBSWY3DPEHPK3PXP", TOTP("JBSWY3DPEHPK3PXP")),
    "an address": (url("JBSWY3DPEHPK3PXP"), TOTP("JBSWY3DPEHPK3PXP")),
    "eight digits, SHA-256": (
        url("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8, algorithm="SHA256", period=30),
        TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8, digest=hashlib.sha256),
    ),
}


@pytest.mark.parametrize("kind", SEEDS)
async def test_codes_are_those_of_an_authenticator_app(target: Target, account: str, kind: str) -> None:
    pasted, app = SEEDS[kind]
    await target.control.save_seed("availity", account, Secret(pasted))
    before = app.at(int(time.time()))
    code = await target.worker.totp_code("availity", account)
    # The step may turn between the readings.
    assert code.reveal() in {before, app.at(int(time.time()))}
    assert known_values.holds(code.reveal())


BAD_SEEDS = {
    "counts log-ins": "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1",
    "Steam": "steam://JBSWY3DPEHPK3PXP",
    "Steam in an address": "otpauth://totp/Steam:x?secret=JBSWY3DPEHPK3PXP&encoder=steam",
    "a whole app": "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8",
    "no secret in it": "otpauth://totp/x?issuer=Availity",
    "an address of something else": "https://portal.example/JBSWY3DPEHPK3PXP",
    "every minute": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=60",
    "seven digits": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&digits=7",
    "unknown digest": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&algorithm=MD5",
    "letters that seeds do not have": "JBSWY3DPEHPK3PX1",
    "cut": "JBSWY3DP",
    "of an impossible length": "JBSWY3DPEHPK3PXPA",
    "a code instead of the seed": "123456",
    "empty": "  ",
}


@pytest.mark.parametrize("kind", BAD_SEEDS)
async def test_a_bad_seed_is_refused_and_the_old_one_stays(target: Target, account: str, kind: str) -> None:
    await target.control.save_seed("availity", account, Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    with pytest.raises(RequestInvalid) as refusal:
        await target.control.save_seed("availity", account, Secret(BAD_SEEDS[kind]))
    assert refusal.value.field == "seed"
    assert "JBSWY3DP" not in str(refusal.value)
    app = TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    before = app.at(int(time.time()))
    assert (await target.worker.totp_code("availity", account)).reveal() in {before, app.at(int(time.time()))}


async def test_the_consoles_own_secret_is_kept_over_the_one_before(target: Target) -> None:
    for secret in ("first one", "next one"):
        await target.control.save_client_secret(Secret(secret))
    assert await target.console.client_secret() == Secret("next one")


async def test_data_keys_open_again(target: Target) -> None:
    made = await target.control.new_data_key("db-phi")
    assert len(made.plain) == 32
    assert base64.b64encode(made.plain).decode() not in made.wrapped
    assert await target.worker.open_data_key("db-phi", made.wrapped) == made.plain
    assert (await target.worker.new_data_key("db-phi")).plain != made.plain


async def test_a_data_key_opens_under_its_own_name_only(target: Target) -> None:
    made = await target.worker.new_data_key("evidence")
    for key, wrapped in (("db-phi", made.wrapped), ("evidence", made.wrapped[:-8] + "AAAAAAA="), ("evidence", "junk")):
        with pytest.raises(SealBroken):
            await target.worker.open_data_key(key, wrapped)


async def test_data_keys_that_nobody_declared_are_a_mistake_of_the_program(target: Target) -> None:
    with pytest.raises(ValueError, match="names no data key"):
        await target.worker.new_data_key("anything")


async def test_a_healthy_vault_passes_its_check(target: Target) -> None:
    await target.control.check()
    await target.worker.check()


async def test_a_closed_vault_answers_nobody(target: Target) -> None:
    await target.worker.close()
    with pytest.raises(PartUnavailable):
        await target.worker.check()
    await target.worker.close()


async def test_a_vault_that_is_down_says_so_at_once(down: Vault) -> None:
    started = time.monotonic()
    questions = [
        down.check(),
        down.login_secret("availity", "north"),
        down.totp_code("availity", "north"),
        down.save_login("availity", "north", USERNAME, PASSWORD, expected_version=0),
        down.save_seed("availity", "north", Secret("JBSWY3DPEHPK3PXP")),
        down.new_data_key("db-phi"),
        down.open_data_key("db-phi", "vault:v1:AAAA"),
    ]
    for question in questions:
        with pytest.raises(PartUnavailable) as refusal:
            await question
        assert refusal.value.part == "vault"
        assert "start it" in refusal.value.sentence
        assert PASSWORD.reveal() not in f"{refusal.value} {refusal.value.reference}"
        assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    with suppress(PartUnavailable):
        await down.close()
    assert time.monotonic() - started < 3


async def test_a_capsule_is_signed_and_anybody_can_check_it(target: Target) -> None:
    key = Ed25519PublicKey.from_public_bytes(await target.control.public_key())
    for data in (b"", b"what was sent" * 1000):
        key.verify(await target.control.sign(data), data)


async def test_the_key_of_a_period_is_made_once_and_gone_for_good(target: Target) -> None:
    year = f"{1000 + secrets.randbelow(900)}"
    period, other = f"answers.{year}-05", f"answers.{year}-06"
    with pytest.raises(SealBroken, match="did not shred it"):
        target.worker.period_key(period, make=False)
    assert await target.worker.destroy_period_key(period, date(2033, 1, 1)) is False
    made = target.worker.period_key(period, make=True)
    assert {each.period_key(period, make=True) for each in (target.console, target.control)} == {made}
    kept = target.console.period_key(other, make=True)
    for day in (date(2033, 1, 1), date(2033, 1, 2)):
        assert await target.worker.destroy_period_key(period, day) is True
    for vault in (target.worker, target.console, target.control):
        for make in (False, True):
            with pytest.raises(Shredded, match="was shredded on 2033-01-01"):
                vault.period_key(period, make=make)
    assert target.worker.period_key(other, make=False) == kept
