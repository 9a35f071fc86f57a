from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from core.errors import PartUnavailable
from core.seal import Sealer
from store import audit, credentials
from store import database as database_module
from store.credentials import Credential
from store.database import Database
from store.schema import metadata


async def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'fleet.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_migrating_again_changes_nothing(database: Database, credential: Credential) -> None:
    await database.migrate()
    async with database.read() as session:
        assert (await credentials.get(session, credential.id)).name == "north"


async def test_a_store_that_was_never_made_says_how_to_make_it(tmp_path: Path) -> None:
    missing = Database.open(tmp_path / "nowhere" / "fleet.db")
    with pytest.raises(PartUnavailable, match="fleet up") as refused:
        async with missing.read() as session:
            await session.execute(text("SELECT 1"))
    assert refused.value.part == "store"
    await missing.close()

    empty = Database.open(tmp_path / "empty.db")
    with pytest.raises(PartUnavailable, match="no tables yet"):
        async with empty.read() as session:
            await credentials.all_of(session)
    await empty.close()


async def test_a_store_that_another_process_holds_says_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)
    impatient = Database.open(tmp_path / "fleet.db")
    holder = sqlite3.connect(tmp_path / "fleet.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(PartUnavailable, match="busy"):
        async with impatient.begin() as session:
            await session.execute(text("DELETE FROM totp_step"))
    holder.execute("ROLLBACK")
    holder.close()
    await impatient.close()


async def test_a_full_disk_says_so_and_keeps_what_was_there(
    database: Database, credential: Credential, tmp_path: Path
) -> None:
    async with database.begin() as session:
        pages = (await session.execute(text("PRAGMA page_count"))).scalar_one()
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(PartUnavailable, match="full"):
        await _write_much(database, credential)
    async with database.read() as session:
        assert (await audit.verify(session)).broken_at is None


async def test_notes_lie_sealed_in_the_file(credential: Credential, sealer: Sealer, tmp_path: Path) -> None:
    assert credentials.notes_of(credential, sealer) == "ask Kim first"
    written = _bytes_under(tmp_path)
    assert b"availity" in written
    assert b"Kim" not in written


async def _write_much(database: Database, credential: Credential) -> None:
    async with database.begin() as session:
        for number in range(1000):
            event = audit.Event("test", "test", f"row {number}" + "x" * 1000)
            await audit.append(session, event, now=credential.created_at)


def _bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
