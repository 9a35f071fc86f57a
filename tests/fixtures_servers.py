"""Servers of other people that the fleet works with beyond one machine: started here, on the loopback address alone.

`postgres` lives as long as the test session and is started on first use. Nothing of it outlives a power cut: quick.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from stack.ports import free_port
from store.database import Database

START_SECONDS = 60
_HURRY = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


@dataclass
class PostgresServer:
    """Refuses to run as root, so root lends it the user that Debian made for it."""

    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="fleet-postgres-")))
    _process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        binaries = programs()
        user = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = self.folder / "data"
        if not data.exists():
            words = ("--auth=trust", "--username=fleet", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync", "-D", data)
            self._run([binaries / "initdb", *words], user).wait()
        options = [f"-c{option}" for option in _HURRY]
        where = ("-p", str(self.port), "-h", "127.0.0.1", "-k", self.folder, "-D", data)
        self._process = self._run([binaries / "postgres", *where, *options], user)
        asks = (binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
        until_ready(self._process, lambda: subprocess.run(asks, check=False).returncode == 0, self.folder / "log")

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would. What was committed is there again after `start`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def stop(self) -> None:
        if self.runs:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://fleet@127.0.0.1:{self.port}/{database}"

    def database(self, *, like: str = "template0") -> str:
        """The URL of a new one."""
        name = f"fleet_{next(self._numbers)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.say(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def say(self, statement: str) -> None:
        said = subprocess.run(
            [programs() / "psql", "-qX", self.url("postgres"), "-c", statement], capture_output=True, check=False
        )
        assert said.returncode == 0, said.stderr

    def _run(self, command: Sequence[str | Path], user: pwd.struct_passwd) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(word) for word in command],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()} if os.geteuid() == 0 else {}),
            )


def programs() -> Path:
    (newest, *_) = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return newest


def until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    ends = time.monotonic() + START_SECONDS
    while not ready():
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < ends, f"not ready in time; {log} says why"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: PostgresServer) -> str:
    """The name of a database with the fleet's tables, to be copied: that is quicker than to migrate each."""
    url = postgres.database()
    asyncio.run(_migrate(url))
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def sqlite_with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `postgres_with_tables`."""
    file = tmp_path_factory.mktemp("sqlite") / "fleet.db"
    asyncio.run(_migrate(file))
    return file


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """What `Database.open` is told: a store with its tables and nothing in them. Of the kind that the test is
    parametrized with, else of that which FLEET_TEST_STORE names (`postgres`), else SQLite.
    """
    if getattr(request, "param", os.environ.get("FLEET_TEST_STORE")) == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.database(like=request.getfixturevalue("postgres_with_tables"))
        yield url
        server.drop(url)
    else:
        yield Path(shutil.copy(request.getfixturevalue("sqlite_with_tables"), tmp_path))


async def _migrate(where: Path | str) -> None:
    database = Database.open(where)
    await database.migrate()
    await database.close()
