from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fixtures_servers import PostgresServer
from sqlalchemy import Connection, text

from core.errors import PartUnavailable, RequestInvalid
from core.seal import Sealer
from stack.ports import free_port
from store import audit, credentials, history, people
from store import database as database_module
from store.credentials import Credential
from store.database import Database
from store.migrations.runner import config
from store.people import Keeper
from store.schema import metadata
from tests.store.conftest import NOW

on_sqlite = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("where", ["postgres"], indirect=True)


async def test_the_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_changes_nothing(database: Database, credential: Credential) -> None:
    await database.migrate()
    async with database.read() as session:
        assert (await credentials.get(session, credential.id)).name == "north"


async def test_tax_ids_of_older_stores_are_written_in_one_way(database: Database, credential: Credential) -> None:
    """Also where somebody had one of them in two ways."""
    async with database.begin() as session:
        person = await people.add(
            session, "kim", password_hash="", roles=[], tins=frozenset({"12-3456789"}), by=Keeper("t"), now=NOW
        )
    older = ("123456789", "987654321")
    async with database._engine.begin() as connection:
        await connection.execute(text("UPDATE credential SET tin = '123456789'"))
        for tin in older:
            values = {"person": person.id, "tin": tin}
            await connection.execute(text("INSERT INTO person_tin (person_id, tin) VALUES (:person, :tin)"), values)
        await connection.run_sync(lambda store: command.downgrade(config(store), "0032"))
    await database.migrate()
    async with database.read() as session:
        kim = await people.known(session, person)
        assert kim.tins == {"12-3456789", "98-7654321"}
        assert (await credentials.get(session, credential.id)).tin == "12-3456789"
        assert await history.credentials_of(session, ["123456789"]) == {credential.id}


async def test_a_store_that_was_never_made_says_how_to_make_it(tmp_path: Path, postgres: PostgresServer) -> None:
    nowhere = (
        (tmp_path / "nowhere" / "fleet.db", "fleet up"),
        (f"postgresql://fleet@127.0.0.1:{free_port()}/fleet", "does not answer"),
        (postgres.url("nobody_made_it"), "no such database"),
        (tmp_path / "empty.db", "no tables yet"),
        (postgres.database(), "no tables yet"),
    )
    for where, sentence in nowhere:
        missing = Database.open(where)
        with pytest.raises(PartUnavailable, match=sentence) as refused:
            async with missing.read() as session:
                await credentials.all_of(session)
        assert refused.value.part == "store"
        await missing.close()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("postgresql://fleet:Spring2026!@db/fleet", "holds a password"),
        ("mysql://fleet@db/fleet", "not of a PostgreSQL"),
        ("postgresql://db", "not of a PostgreSQL"),
        ("db:5432", "no URL"),
    ],
)
def test_a_store_url_that_makes_no_sense_is_refused_without_being_repeated(told: str, sentence: str) -> None:
    with pytest.raises(RequestInvalid, match=sentence) as refused:
        Database.open(told)
    assert "Spring" not in refused.value.sentence


@on_sqlite
async def test_a_store_that_another_process_holds_says_so(
    database: Database, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)
    impatient = Database.open(where)
    holder = sqlite3.connect(where, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(PartUnavailable, match="busy"):
        async with impatient.begin() as session:
            await session.execute(text("DELETE FROM totp_step"))
    holder.execute("ROLLBACK")
    holder.close()
    await impatient.close()


@on_postgres
async def test_a_row_that_another_process_holds_is_waited_for_and_then_said(
    database: Database, credential: Credential, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database_module._SERVER_SETTINGS, "lock_timeout", "50ms")
    impatient = Database.open(where)
    async with database.begin() as holder:
        await credentials.locked(holder, credential.id)
        with pytest.raises(PartUnavailable, match="busy"):
            async with impatient.begin() as session:
                await credentials.locked(session, credential.id)
    await impatient.close()


@on_postgres
async def test_two_that_wait_for_each_other_do_not_stand_still(database: Database, credential: Credential) -> None:
    async with database.begin() as session:
        other = credentials.NewCredential(portal="availity", name="south", environment="simulator")
        south = await credentials.add(session, Sealer(bytes(32)), other, actor="test", now=credential.created_at)

    async def both(first: str, second: str, meet: asyncio.Barrier) -> bool:
        try:
            async with database.begin() as session:
                await credentials.locked(session, first)
                await meet.wait()
                await credentials.locked(session, second)
        except PartUnavailable:
            return False
        return True

    meet = asyncio.Barrier(2)
    done = await asyncio.gather(both(credential.id, south.id, meet), both(south.id, credential.id, meet))
    assert sorted(done) == [False, True]


@on_postgres
async def test_a_server_that_was_killed_is_found_again(credential: Credential, database: Database) -> None:
    server = PostgresServer()
    server.start()
    try:
        mine = Database.open(server.database())
        await mine.migrate()
        server.kill()
        for _ in range(2):
            with pytest.raises(PartUnavailable, match="does not answer"):
                async with mine.begin() as session:
                    await session.execute(text("DELETE FROM totp_step"))
        server.start()
        async with mine.read() as session:
            assert await credentials.all_of(session) == []
        await mine.close()
    finally:
        server.stop()


@on_postgres
async def test_a_database_that_sorts_by_a_language_is_refused(postgres: PostgresServer, where: str) -> None:
    name = where.rpartition("/")[2] + "_en"
    postgres.say(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
    sorted_by_language = Database.open(postgres.url(name))
    with pytest.raises(PartUnavailable, match="LC_COLLATE"):
        await sorted_by_language.migrate()
    await sorted_by_language.close()


@on_sqlite
async def test_a_full_disk_says_so_and_keeps_what_was_there(database: Database, credential: Credential) -> None:
    async with database.begin() as session:
        pages = (await session.execute(text("PRAGMA page_count"))).scalar_one()
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(PartUnavailable, match="full"):
        await _write_much(database, credential)
    async with database.read() as session:
        assert (await audit.verify(session)).broken_at is None


async def test_notes_lie_sealed_on_the_disk(
    database: Database, credential: Credential, sealer: Sealer, where: Path | str, request: pytest.FixtureRequest
) -> None:
    assert credentials.notes_of(credential, sealer) == "ask Kim first"
    folder = where.parent if isinstance(where, Path) else await _folder(database, request.getfixturevalue("postgres"))
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"availity" in written
    assert b"Kim" not in written


async def _folder(database: Database, postgres: PostgresServer) -> Path:
    """Where the server keeps this database, with everything written out."""
    postgres.say("CHECKPOINT")
    async with database.read() as session:
        number = await session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return postgres.folder / "data" / "base" / str(number)


async def _write_much(database: Database, credential: Credential) -> None:
    async with database.begin() as session:
        for number in range(1000):
            event = audit.Event("test", "test", f"row {number}" + "x" * 1000)
            await audit.append(session, event, now=credential.created_at)
