"""One child process of ours: start it, find it again from another command, stop it. Never anybody else's."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from core.errors import PartUnavailable
from core.settings import Home

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

_INHERITED = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "VIRTUAL_ENV"})
_WHERE_SECRETS_ARE = frozenset(
    {
        *("PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"),
        *("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    }
)
"""Names of files, for the store and the bucket; never what is in them."""
_INHERITED_PREFIXES = ("LC_", "FLEET_", "PLAYWRIGHT_")
_NEVER_INHERITED = ("TOKEN", "SECRET", "PASSWORD", "VAULT", "DEBUG")
"""Parts of names. DEBUG also because it makes Playwright print what it types."""
_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 0.2
_KILLED_SECONDS = 30.0
"""A busy kernel needs a while to clear away a process that is as large as a browser."""
_SAME_START = 2.0
"""Seconds by which the start time of one process may differ between two readings: the system clock is steered."""


class EndedEarly(PartUnavailable):
    """The process ended before it was ready; its log says why."""


class ManagedProcess:
    def __init__(self, part: str, home: Home) -> None:
        """`part` is its name in `fleet doctor` and in the names of its files."""
        self.part = part
        self.log_file = home.logs / f"{part}.log"
        self._home = home
        self._mark = home.run / f"{part}.json"

    def find(self) -> psutil.Process | None:
        """The running process that an earlier `start` left its mark of; None if that one has ended."""
        try:
            mark = json.loads(self._mark.read_text(encoding="utf-8"))
            process = psutil.Process(mark["pid"])
            ours = abs(process.create_time() - mark["create_time"]) < _SAME_START
            return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None
        except (ValueError, KeyError, TypeError):
            # A mark that was cut short by a full disk tells of nothing that we may signal.
            return None

    async def start(
        self,
        command: Sequence[str | Path],
        *,
        ready: Callable[[], Awaitable[bool]],
        deadline: float,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        handed_over: bytes = b"",
    ) -> psutil.Process:
        """Returns when `ready` says so. After `deadline` seconds the process is stopped and PartUnavailable raised;
        at once EndedEarly, if it ends by itself.

        `handed_over` reaches the process on its standard input: the only way for a secret. Arguments and the
        `environment`, which is added to a few harmless inherited names, can be read by others.
        """
        process = await asyncio.to_thread(self._spawn, command, cwd, environment or {}, handed_over)
        in_time = False
        try:
            in_time = await eventually(lambda: self._ready(process, ready), deadline=deadline)
        finally:
            if not in_time:
                await self.stop(grace=1)
        if in_time:
            return process
        raise PartUnavailable(
            self.part, f"The {self.part} was not ready within {deadline:.0f} seconds; its log is {self.log_file}."
        )

    async def stop(self, *, grace: float = 10) -> bool:
        """Asks with SIGTERM, and after `grace` seconds ends the whole group. False if nothing of ours was running."""
        process = self.find()
        if process is None:
            self._mark.unlink(missing_ok=True)
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
            try:
                await asyncio.to_thread(process.wait, grace)
            except psutil.TimeoutExpired:
                if process.is_running():
                    # Started in a session of its own, so its group is its own and holds its children.
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    await asyncio.to_thread(process.wait, _KILLED_SECONDS)
        self._mark.unlink(missing_ok=True)
        return True

    def _spawn(
        self, command: Sequence[str | Path], cwd: Path | None, environment: Mapping[str, str], handed_over: bytes
    ) -> psutil.Process:
        for folder in (self._home.path, self._home.logs, self._home.run):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        log = os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            child = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd or self._home.path,
                env=inherited_environment() | dict(environment),
                stdin=subprocess.PIPE if handed_over else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        except OSError as error:
            raise PartUnavailable(
                self.part, f"The {self.part} cannot be started: {error.strerror or 'unknown reason'}."
            ) from error
        finally:
            os.close(log)
        process = psutil.Process(child.pid)
        if sys.platform == "linux":
            with contextlib.suppress(psutil.Error):
                process.rlimit(psutil.RLIMIT_CORE, (0, 0))
        write_private(self._mark, json.dumps({"pid": child.pid, "create_time": process.create_time()}))
        if child.stdin is not None:
            # A child that ended already is noticed by the ready check.
            with contextlib.suppress(BrokenPipeError), child.stdin:
                child.stdin.write(handed_over)
        return process

    async def _ready(self, process: psutil.Process, ready: Callable[[], Awaitable[bool]]) -> bool:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise EndedEarly(self.part, f"The {self.part} ended while it started; its log is {self.log_file}.")
        return await ready()


async def eventually(ready: Callable[[], Awaitable[bool]], *, deadline: float) -> bool:
    """Whether `ready` came true within `deadline` seconds; asks at once, then at growing distances."""
    ends, pause = time.monotonic() + deadline, _FIRST_PAUSE
    while not await ready():
        if time.monotonic() >= ends:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return True


@asynccontextmanager
async def alone(lock_file: Path, *, deadline: float = 60) -> AsyncIterator[None]:
    """One process at a time; a lock of a process that was killed is free again."""
    lock_file.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    handle = os.open(lock_file, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)

    async def locked() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        if not await eventually(locked, deadline=deadline):
            raise PartUnavailable(
                "stack", "Another `fleet` command is still starting or stopping the stack; wait for it and try again."
            )
        yield
    finally:
        os.close(handle)


def inherited_environment() -> dict[str, str]:
    """What a child of ours may know of our environment: enough to run, and no secret."""
    return {
        name: value
        for name, value in os.environ.items()
        if (name in _INHERITED | _WHERE_SECRETS_ARE or name.startswith(_INHERITED_PREFIXES))
        and not any(part in name for part in _NEVER_INHERITED)
    }


def write_private(path: Path, content: str | bytes) -> None:
    """Whole or not at all, and for nobody else's eyes at any moment."""
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
