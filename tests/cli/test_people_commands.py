"""`fleet users change`: roles and tax IDs, as the console's page “People” changes them; without a vault."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from forked import fleet

from core.home import Home
from store import people
from store.database import Database
from store.people import Keeper, Role


@pytest.fixture
def home(stored: Path) -> Path:
    async def make() -> None:
        database = Database.open(Home(stored).database)
        async with database.begin() as session:
            more = {"password_hash": "", "by": Keeper("test"), "now": datetime.now(UTC)}
            await people.add(session, "kim", roles=[Role.BILLER], tins=frozenset({"123456789"}), **more)
            lee = await people.add(session, "lee", roles=[Role.BILLER], tins=None, **more)
            lee.issuer, lee.subject = "https://id.example.org", "4711"
        await database.close()

    asyncio.run(make())
    return stored


def users(home: Path, *words: str) -> CompletedProcess[str]:
    return fleet(home, "users", *words)


def test_what_is_not_named_stays_and_a_tax_id_is_one_however_it_is_written(home: Path) -> None:
    def kim() -> tuple[list[str], list[str] | None]:
        (told,) = [each for each in json.loads(users(home, "list", "--json").stdout) if each["name"] == "kim"]
        return told["roles"], told["tins"]

    assert kim() == (["biller"], ["12-3456789"])
    assert (
        "kim: auditor, biller, of 12-3456789."
        in users(home, "change", "kim", "--role", "biller", "--role", "auditor").stdout
    )
    assert users(home, "change", "Kim", "--tin", "98 7654321", "--tin", "987654321").returncode == 0
    assert kim() == (["auditor", "biller"], ["98-7654321"])
    assert users(home, "change", "kim", "--tin", "all").returncode == 0
    assert kim() == (["auditor", "biller"], None)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("kim",), "Name the roles or the tax IDs"),
        (("kim", "--role", "pilot"), "A role is one of"),
        (("nobody", "--role", "biller"), "There is no “nobody”"),
        (("lee", "--role", "auditor"), "come from single sign-on"),
    ],
)
def test_what_cannot_be_changed_is_said_in_a_sentence(home: Path, words: tuple[str, ...], told: str) -> None:
    refused = users(home, "change", *words)
    assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr


def test_who_forgets_the_tax_ids_is_told_the_option_and_what_each_choice_means(home: Path) -> None:
    refused = users(home, "add", "ann", "--role", "biller")
    told = (
        "--tin is missing",
        "--tin 12-3456789 lets them see the data of this tax ID",
        "--tin all that of every tax ID",
    )
    assert refused.returncode == 2
    assert all(each in " ".join(refused.stderr.split()) for each in told), refused.stderr
    assert "ann" not in users(home, "list").stdout
