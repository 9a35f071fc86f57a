"""The truth of the fleet: SQLite (WAL) by default, PostgreSQL beyond one machine (docs/adr/0017)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from core.errors import PartUnavailable, RequestInvalid
from store import audit

BUSY_SECONDS = 15
"""How long a writer waits for the other processes' writers before it says that the store is busy."""

CONNECTIONS = 20
"""To a server, of one process at most."""

_BUSY = "The store is busy: another process held it for too long. Try again; the work is kept."
_SILENT = "The store does not answer. Check the database server; the work is kept."
_CURES = (
    # What SQLite or the server says, what a person reads.
    ("database is locked", _BUSY),
    ("locknotavailable", _BUSY),
    ("deadlockdetected", _BUSY),
    ("toomanyconnections", "The store's server has no connection left. Raise its max_connections; the work is kept."),
    ("invalidpassword", "The store's server refuses the password. Check the password file of libpq (PGPASSFILE)."),
    ("invalidauthorization", "The store's server refuses this user. Check its pg_hba.conf and FLEET_STORE_URL."),
    ("invalidcatalogname", "The store's server has no such database. Make it as docs/deploy.md says."),
    ("insufficientprivilege", "The store's user may not do this. Grant it as docs/deploy.md says."),
    ("readonlysqltransaction", "The store's server is a copy that cannot be written. Name the first one."),
    ("undefinedcolumn", "The store is older than this program. Start the fleet anew with `fleet up`."),
    ("full", "The disk of the store is full. Free some space; the work is kept."),
    ("readonly", "The store cannot be written. Check who owns the store folder and its mode."),
    ("unable to open", "The store cannot be opened. Start the fleet with `fleet up`, or check FLEET_HOME."),
    ("no such table", "The store has no tables yet. Start the fleet with `fleet up`."),
    ("undefinedtable", "The store has no tables yet. Start the fleet with `fleet up`."),
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
        # One view of the whole for as long as it is read: SQLite gives it anyway.
        one_view = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = async_sessionmaker(engine.execution_options(**one_view), expire_on_commit=False)
        self._writing = async_sessionmaker(engine.execution_options(fleet_writes=True), expire_on_commit=False)
        self._writer = asyncio.Lock()

    @classmethod
    def open(cls, where: Path | str) -> Database:
        """A file's path or the URL of a server. Opens nothing yet: the first session does. Raises RequestInvalid."""
        if isinstance(where, Path):
            engine = create_async_engine(f"sqlite+aiosqlite:///{where}", hide_parameters=True)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
            return cls(engine)
        return cls(
            create_async_engine(
                server_url(where),
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=CONNECTIONS // 2,
                max_overflow=CONNECTIONS // 2,
                pool_timeout=BUSY_SECONDS,
                connect_args={"server_settings": _SERVER_SETTINGS, "timeout": BUSY_SECONDS},
            )
        )

    @property
    def is_shared(self) -> bool:
        """Other machines write to it too, whose bells nobody hears here."""
        return not self._is_sqlite

    async def migrate(self) -> None:
        """Brings the tables to this program's version."""
        from store.migrations.runner import upgrade  # noqa: PLC0415 - Alembic costs 0.2 s that only `fleet up` needs

        with _translated(), _reaching():
            async with self._engine.execution_options(fleet_writes=True).begin() as connection:
                await connection.run_sync(_prepare_server)
                await connection.run_sync(upgrade)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction that writes; committed at the end, rolled back on any error."""
        async with AsyncExitStack() as stack:
            if self._is_sqlite:
                # SQLite's busy handler is unfair among many; within a process a queue is better.
                await stack.enter_async_context(self._writer)
            stack.enter_context(_translated())
            session = await stack.enter_async_context(self._writing.begin())
            await self._reach(session)
            yield session
            await audit.write(session)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent view. Nothing written in it is kept."""
        with _translated():
            async with self._reading() as session:
                await self._reach(session)
                yield session

    async def notify(self, words: Iterable[str]) -> None:
        """Carried by the server to whoever listens, on whatever machine. Only for a store that `is_shared`."""
        async with self.begin() as session:
            for word in words:
                await session.execute(select(func.pg_notify(_CHANNEL, word)))

    @asynccontextmanager
    async def listen(self, hear: Callable[[str], None]) -> AsyncIterator[None]:
        """To every word of `notify`, on a connection of its own. Only for a store that `is_shared`."""

        def heard(_connection: object, _server: int, _channel: str, word: str) -> None:
            hear(word)

        async with AsyncExitStack() as stack:
            with _translated(), _reaching():
                connection = await stack.enter_async_context(self._engine.connect())
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.add_listener(_CHANNEL, heard)
            stack.push_async_callback(driver.remove_listener, _CHANNEL, heard)
            yield

    async def _reach(self, session: AsyncSession) -> None:
        """What goes wrong on the way to a server is no error of SQL, and is told apart from what is."""
        if self._is_sqlite:
            return
        with _reaching():
            await session.connection()

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
            raise PartUnavailable("store", _SILENT) from None
        raise


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except NoConnection:
        raise PartUnavailable("store", _BUSY, reference="no connection left in the pool") from None
    except Exception as problem:
        ours = isinstance(problem, OSError) or type(problem).__module__.startswith("asyncpg.")
        if not ours:  # the driver itself is not imported here: it takes 0.15 s, and SQLite needs none of it
            raise
        said = type(problem).__name__.lower()
        sentence = next((sentence for sign, sentence in _CURES if sign in said), _SILENT)
        raise PartUnavailable("store", sentence, reference=type(problem).__name__) from None


_SERVER_SETTINGS = {
    "application_name": "fleet",
    "timezone": "UTC",  # days of moments are days of UTC, as in SQLite
    "lock_timeout": f"{BUSY_SECONDS}s",
    "idle_in_transaction_session_timeout": "120s",  # a process that was stopped half-way gives its rows free
    "jit": "off",
}
_CHANNEL = "fleet"
_MIGRATING = 0x666C656574
"""Advisory lock: two machines that start at the same time make the tables once."""


def server_url(told: str) -> URL:
    """Raises RequestInvalid. A password has no place in it: others read settings and command lines."""
    try:
        url = make_url(told)
    except ArgumentError:
        raise RequestInvalid("FLEET_STORE_URL is no URL; write postgresql://USER@HOST/DATABASE.") from None
    if url.get_backend_name() not in ("postgresql", "postgres") or not url.host or not url.database:
        raise RequestInvalid("FLEET_STORE_URL is not of a PostgreSQL database; write postgresql://USER@HOST/DATABASE.")
    if url.password is not None:
        raise RequestInvalid(
            "FLEET_STORE_URL holds a password, which others can read there; put it into libpq's password file "
            "(~/.pgpass, or the one that PGPASSFILE names), mode 0600."
        )
    return url.set(drivername="postgresql+asyncpg")


def _prepare_server(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    if not connection.scalar(text("SELECT 'B' < 'a'")):
        raise PartUnavailable(
            "store",
            "The store's database sorts by the rules of a language, and ids do not; make it with LC_COLLATE 'C', as "
            "docs/deploy.md says.",
        )


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
