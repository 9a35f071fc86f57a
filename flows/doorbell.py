"""The workers' doorbells: a unix datagram socket each, FLEET_HOME/run/worker-<pid>.sock. A ring carries one id.

`lane <credential>` asks "is this lane open with you?" and is answered `held <credential>` or `free <credential>`;
`poll` says that Prefect has something new. A lost ring costs the two seconds until the next poll, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Self

from core.local_socket import listening, sent

ANSWER_SECONDS = 0.25
"""A worker whose event loop is busy for longer counts as not holding the lane; that only costs a Prefect run."""


class Doorbell:
    """The worker's side. Bound with mode 0600 under a folder of mode 0700."""

    def __init__(self, folder: Path, *, poke: Callable[[str], bool], poll: Callable[[], None]) -> None:
        self._path = folder / f"worker-{os.getpid()}.sock"
        self._poke = poke
        self._poll = poll
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        self._socket = listening(self._path)
        asyncio.get_running_loop().add_reader(self._socket, self._rung, self._socket)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        self._path.unlink(missing_ok=True)

    def _rung(self, bell: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                ring, asker = bell.recvfrom(256)
                verb, _, credential_id = ring.decode(errors="replace").partition(" ")
                if verb == "poll":
                    self._poll()
                elif verb == "lane" and asker:
                    answer = "held" if self._poke(credential_id) else "free"
                    with contextlib.suppress(OSError):  # the asker has gone
                        bell.sendto(f"{answer} {credential_id}".encode(), asker)


def poke(folder: Path, credential_id: str) -> bool:
    """True when an open lane of a worker on this machine will look at its queue. Blocks for a moment."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asker:
        asker.settimeout(ANSWER_SECONDS)
        asker.bind("")  # the kernel chooses a name, so that answers find back
        rung = [path for path in _bells(folder) if sent(asker, path, f"lane {credential_id}")]
        with contextlib.suppress(TimeoutError):
            return any(asker.recv(256).startswith(b"held ") for _ in rung)
    return False


def ring_all(folder: Path) -> None:
    """Every worker on this machine asks Prefect at once."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as asker:
        asker.setblocking(False)
        for path in _bells(folder):
            sent(asker, path, "poll")


def _bells(folder: Path) -> list[Path]:
    return sorted(folder.glob("worker-*.sock"))
