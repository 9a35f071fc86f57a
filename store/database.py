"""The truth of the fleet: SQLite (WAL) by default, any SQLAlchemy URL beyond one machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from core.errors import PartUnavailable

BUSY_SECONDS = 15
"""How long a writer waits for the other processes' writers before it says that the store is busy."""

_CURES = (
    # What SQLite or the server says, what a person reads.
    ("database is locked", "The store is busy: another process held it for too long. Try again; the work is kept."),
    ("full", "The disk of the store is full. Free some space; the work is kept."),
    ("readonly", "The store cannot be written. Check who owns the store folder and its mode."),
    ("unable to open", "The store cannot be opened. Start the fleet with `fleet up`, or check FLEET_HOME."),
    ("no such table", "The store has no tables yet. Start the fleet with `fleet up`."),
    ("does not exist", "The store has no tables yet. Start the fleet with `fleet up`."),
    ("no such column", "The store is older than this program. Start the fleet anew with `fleet up`."),
    ("malformed", "The store's file is damaged. Restore it from the backup."),
    ("not a database", "The store's file is damaged. Restore it from the backup."),
    ("disk i/o", "The disk of the store does not work. Check the disk; the work is kept."),
)


class Database:
    """Opened once per process. `begin()` writes, `read()` reads; both give a session and translate failures."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._reading = async_sessionmaker(engine, expire_on_commit=False)
        self._writing = async_sessionmaker(engine.execution_options(fleet_writes=True), expire_on_commit=False)
        self._writer = asyncio.Lock()

    @classmethod
    def open(cls, where: Path | str) -> Database:
        """A file's path or an SQLAlchemy URL. Opens nothing yet: the first session does."""
        url = make_url(f"sqlite+aiosqlite:///{where}") if isinstance(where, Path) else make_url(where)
        engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not url.drivername.startswith("sqlite"))
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return cls(engine)

    async def migrate(self) -> None:
        """Brings the tables to this program's version."""
        from store.migrations.runner import upgrade  # noqa: PLC0415 - Alembic costs 0.2 s that only `fleet up` needs

        with _translated():
            async with self._engine.execution_options(fleet_writes=True).begin() as connection:
                await connection.run_sync(upgrade)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction that writes; committed at the end, rolled back on any error."""
        async with AsyncExitStack() as stack:
            if self._is_sqlite:
                # SQLite's busy handler is unfair among many; within a process a queue is better.
                await stack.enter_async_context(self._writer)
            stack.enter_context(_translated())
            yield await stack.enter_async_context(self._writing.begin())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent view. Nothing written in it is kept."""
        with _translated():
            async with self._reading() as session:
                yield session

    async def close(self) -> None:
        await self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as problem:
        said = str(problem.orig).lower()
        for sign, sentence in _CURES:
            if sign in said:
                raise PartUnavailable("store", sentence, reference=type(problem.orig).__name__) from None
        if problem.connection_invalidated or isinstance(problem.orig, OSError):
            raise PartUnavailable("store", "The store does not answer. Check the database server.") from None
        raise


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and be DEFERRED
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a committed answer or TOTP step survives a power cut
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns into a writer fails where it could have waited."""
    writes = connection.get_execution_options().get("fleet_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
