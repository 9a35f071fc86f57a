from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.seal import Sealer
from store import credentials, work_items
from store.credentials import Credential, NewCredential
from store.database import Database
from store.work_items import NewItem

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of this folder is run on both, unless it says otherwise."""
    chosen = any(mark.args[0] == "where" for mark in metafunc.definition.iter_markers("parametrize"))
    if "where" in metafunc.fixturenames and not chosen:
        metafunc.parametrize("where", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
async def database(where: Path | str) -> AsyncIterator[Database]:
    database = Database.open(where)
    yield database
    await database.close()


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(secrets.token_bytes(32))


@pytest.fixture
async def credential(database: Database, sealer: Sealer) -> Credential:
    async with database.begin() as session:
        new = NewCredential(portal="availity", name="north", environment="simulator", notes="ask Kim first")
        return await credentials.add(session, sealer, new, actor="test", now=NOW)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def ask(database: Database, sealer: Sealer, credential: Credential) -> Callable[..., Awaitable[list[str]]]:
    """Puts plain texts as questions into the queue of the credential; gives the items' ids."""

    async def ask(*texts: str, priority: int = 50, now: datetime = NOW) -> list[str]:
        news = [
            NewItem(
                capability="eligibility",
                portal=credential.portal,
                payer="aetna",
                credential_id=credential.id,
                natural_key=sealer.blind(text, "natural_key"),
                query=text,
                requested_by="test",
                priority=priority,
            )
            for text in texts
        ]
        async with database.begin() as session:
            return [item.id for item in await work_items.add_all(session, sealer, news, now=now)]

    return ask
