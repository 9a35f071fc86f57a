"""Where people hand in a question and wait: a unix socket of the worker, FLEET_HOME/run/desk-<pid>.sock.

The worker has store, vault and browsers open; a command that opened them itself would take longer than the portal.
One JSON line comes in (lanes.questions.pull.Wish, lanes.accounts.errands.Errand), JSON lines go out: {"asked"},
{"step"}…, perhaps {"code_wanted"}, perhaps {"moved"} and the same again, then {"settled"} or {"error"}. Or a
lanes.sent_codes.HandedCode comes in, and {"taken"}, {"elsewhere"} (another worker's) or {"error"} goes out. Who sends
a lanes.questions.pull.Follow gets the steps and a bare {"settled"}.
Patient data passes through the kernel's memory only; nobody but our own user may connect.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bots.contracts import Step
from core.errors import FleetError, RequestInvalid
from core.local_socket import socket_address
from lanes.accounts.errands import Errand
from lanes.assembly import Fleet
from lanes.questions.pull import Asked, Follow, Moved, Settled, Wake, Wish, follow, pull
from lanes.sent_codes import CodeWanted, HandedCode, hand_in

LONGEST_WISH = 2**16
_WISH: TypeAdapter[Wish | Errand | HandedCode | Follow] = TypeAdapter(Wish | Errand | HandedCode | Follow)


class Desk:
    def __init__(self, fleet: Fleet, wake: Wake) -> None:
        self._fleet = fleet
        self._wake = wake

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[None]:
        """Serves until the block is left; questions that were handed in stay in the queue."""
        path = folder / f"desk-{os.getpid()}.sock"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            with socket_address(path) as address:
                listening.bind(address)
            path.chmod(0o600)
            server = await asyncio.start_unix_server(self._serve, sock=listening, limit=LONGEST_WISH)
            try:
                yield
            finally:
                server.close()
                path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # who asked has gone; the question stays
            if _is_us(writer.get_extra_info("socket")):
                async for message in self._answer(await reader.readline()):
                    writer.write(json.dumps(message, default=str).encode() + b"\n")
                    await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _answer(self, line: bytes) -> AsyncIterator[dict[str, Any]]:
        try:
            wish = _wish(line)
            if isinstance(wish, HandedCode):
                yield {"taken" if await hand_in(self._fleet, wish) else "elsewhere": {"run": wish.run}}
                return
            if isinstance(wish, Follow):
                async for heard in follow(self._fleet, wish.work_item):
                    yield _message(heard)
                yield {"settled": asdict(wish)}
                return
            async for event in pull(self._fleet, self._wake, wish):
                yield _message(event)
        except FleetError as problem:
            yield {"error": problem.told()}


def _message(event: Asked | Step | CodeWanted | Moved | Settled) -> dict[str, Any]:
    match event:
        case Asked():
            return {"asked": asdict(event)}
        case Step():
            return {"step": asdict(event)}
        case CodeWanted():
            return {"code_wanted": asdict(event) | {"sentence": event.sentence}}
        case Moved():
            return {"moved": asdict(event)}
        case Settled():
            return {"settled": asdict(event)}


def _wish(line: bytes) -> Wish | Errand | HandedCode | Follow:
    try:
        return _WISH.validate_json(line)
    except ValidationError:
        raise RequestInvalid(
            "This question was not made by this version of `fleet`; `fleet down`, `fleet up`."
        ) from None


def _is_us(connection: socket.socket) -> bool:
    """By the kernel's word for who is at the other end."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())
