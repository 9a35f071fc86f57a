"""`fleet credentials show|test|unlock|retire` mostly without vault and worker: what they say, and still do."""

from __future__ import annotations

import asyncio
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from forked import fleet

from core.errors import AccountLocked, CredentialRejected, FleetError
from core.home import Home
from core.phi import Secret
from core.seal import Sealer
from core.vault.hvac_vault import HvacVault
from store import credentials
from store.credentials import NewCredential
from store.database import Database


async def make_store(home: Path) -> None:
    """With two accounts of one name."""
    Home(home).database.parent.mkdir(exist_ok=True)
    database = Database.open(Home(home).database)
    await database.migrate()
    async with database.begin() as session:
        for portal in ("availity", "uhc"):
            new = NewCredential(portal, "north", "simulator", authenticator="totp")
            sealer = Sealer(secrets.token_bytes(32))
            await credentials.add(session, sealer, new, actor="test", now=datetime.now(UTC))
    await database.close()


@pytest.fixture
def home(stored: Path) -> Path:
    (stored / "run").mkdir()
    asyncio.run(make_store(stored))
    return stored


def said(home: Path, *words: str, group: str | None = "credentials") -> tuple[int, Any, str]:
    """Status, what stands in its JSON, and the one sentence on standard error."""
    ended = fleet(home, *filter(None, [group]), *words, "--json")
    return ended.returncode, json.loads(ended.stdout.splitlines()[-1]), ended.stderr.strip()


async def stop(home: Path, problem: FleetError) -> None:
    database = Database.open(Home(home).database)
    async with database.begin() as session:
        known = await credentials.chosen(session, "north", "uhc")
        await credentials.stop(session, known.id, problem, actor="t", now=datetime.now(UTC))
    await database.close()


def test_an_account_is_shown_while_the_vault_is_down(home: Path) -> None:
    status, told, sentence = said(home, "show", "north", "--portal", "uhc")
    assert status == 0
    assert (told["portal"], told["state"], told["authenticator"]) == ("uhc", "open", "totp")
    assert (told["password_version"], told["login_created_at"]) == (None, None)
    assert "vault" in sentence


async def test_who_put_a_login_into_the_vault_is_shown(openbao_home: Home, control_vault: HvacVault) -> None:
    await make_store(openbao_home.path)
    for version, (who, password) in enumerate({"kim (fleet)": "canary-1", "worker-7": "canary-2"}.items()):
        await control_vault.save_login(
            "uhc", "north", Secret("canary-user"), Secret(password), expected_version=version, by=who
        )
    status, told, said_beside = await asyncio.to_thread(said, openbao_home.path, "show", "north", "--portal", "uhc")
    assert (status, said_beside) == (0, "")
    assert (told["login_created_by"], told["login_rotated_by"], told["password_version"]) == (
        *("kim (fleet)", "worker-7"),
        2,
    )
    assert told["login_created_at"] <= told["login_rotated_at"]
    assert "canary" not in json.dumps(told)


def test_a_test_needs_a_worker(home: Path) -> None:
    status, told, sentence = said(home, "test", "north", "--portal", "uhc")
    assert (status, told["error"]["part"]) == (1, "worker")
    assert sentence.endswith("`fleet up` starts the fleet.")


def test_retiring_is_meant(home: Path) -> None:
    status, told, _ = said(home, "retire", "north", "--portal", "uhc")
    assert (status, told["error"]["field"]) == (2, "yes")
    status, told, _ = said(home, "retire", "north", "--portal", "uhc", "--yes")
    assert (status, told["state"], told["secret_deleted"]) == (0, "retired", False)
    _, known, _ = said(home, "list")
    assert {each["portal"]: each["state"] for each in known} == {"availity": "open", "uhc": "retired"}


def test_what_a_person_does_about_a_locked_account(home: Path) -> None:
    status, told, _ = said(home, "unlock", "north", "--portal", "uhc")
    assert (status, told["error"]["sentence"]) == (2, "uhc/north is not stopped.")

    asyncio.run(stop(home, AccountLocked("It is locked.")))
    status, told, sentence = said(home, "unlock", "north", "--portal", "uhc")
    assert (status, told["error"]["code"]) == (3, "ActionNeeded")
    assert sentence.startswith("fleet: It is locked. The steps are in docs/portals/uhc.md, “Recovering the account”.")


def test_a_stopped_account_is_a_task_until_it_is_reopened_or_retired(home: Path) -> None:
    asyncio.run(stop(home, AccountLocked("It is locked.")))
    (task,) = said(home, "status", group=None)[1]["stopped_credentials"]
    assert (task["portal"], task["name"], task["sentence"]) == ("uhc", "north", "It is locked.")
    assert task["to_do"].startswith("`fleet credentials recover`")
    assert task["since"]
    assert said(home, "retire", "north", "--portal", "uhc", "--yes")[0] == 0
    assert said(home, "status", group=None)[1]["stopped_credentials"] == []


def test_nobodys_word_spends_the_last_try(home: Path) -> None:
    asyncio.run(stop(home, CredentialRejected("It was refused.", attempts_remaining=1)))
    status, told, _ = said(home, "unlock", "north", "--portal", "uhc", "--done", "--same-password")
    assert (status, told["error"]["field"]) == (2, "same_password")
    assert "`fleet credentials add north --portal uhc`" in told["error"]["sentence"]
