"""What people should hear of at once, told to a command or a web hook of the operator's. Never patient data."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime

import httpx
import structlog

from core.settings import Settings

SECONDS = 10
"""A hook that takes longer is given up; nobody waits for it."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Notice:
    event: str
    """`code_wanted`, `account_stopped` or `portal_changed`."""
    text: str
    """One sentence with the cure."""
    portal: str
    credential: str
    run: str | None = None
    until: datetime | None = None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), default=datetime.isoformat).encode()


Tell = Callable[[Notice], Awaitable[None]]


class Notices:
    """Posted, told in the background, and forgotten: a hook that fails is a line in the log."""

    def __init__(self, *hooks: Tell) -> None:
        self._hooks = hooks
        self._telling: set[asyncio.Task[None]] = set()

    @classmethod
    def of(cls, settings: Settings) -> Notices:
        hooks: list[Tell] = []
        if settings.notice_command:
            hooks.append(Command(settings.notice_command))
        if settings.notice_url:
            hooks.append(WebHook(settings.notice_url))
        return cls(*hooks)

    def post(self, notice: Notice) -> None:
        for hook in self._hooks:
            task = asyncio.create_task(_told(hook, notice))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def told(self) -> None:
        """Until everything that was posted has been told, or has failed."""
        await asyncio.gather(*self._telling)


class Command:
    """Started without a shell; gets the notice as one JSON object on its standard input."""

    def __init__(self, line: str) -> None:
        self._words = shlex.split(line)

    async def __call__(self, notice: Notice) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await process.communicate(notice.to_json())
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise OSError(f"exit status {process.returncode}")


class WebHook:
    """POST of one JSON object, whose `text` chat programs show."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __call__(self, notice: Notice) -> None:
        async with httpx.AsyncClient(timeout=SECONDS) as web:
            answer = await web.post(self._url, content=notice.to_json(), headers={"content-type": "application/json"})
            answer.raise_for_status()


async def _told(hook: Tell, notice: Notice) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            await hook(notice)
    except (OSError, ValueError, TimeoutError, httpx.HTTPError) as problem:
        log.warning("nobody could be told", hook=type(hook).__name__, notice=notice.event, error=type(problem).__name__)
