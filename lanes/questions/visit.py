"""The way to a worker's desk (lanes.questions.desk): a question goes in, what happens to it comes out.

Imports next to nothing, on purpose: a command that asks should have asked before anything heavy is loaded.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import FleetError, NextStep, PartUnavailable
from core.home import Home
from core.local_socket import socket_address


class Told(FleetError):
    """An error that a worker told us of: its sentence, its next step, its class by name."""

    def __init__(self, error: Mapping[str, str]) -> None:
        super().__init__(error["sentence"], reference=error.get("reference", ""))
        self.told_code = error["code"]
        self.next_step = NextStep(error["next_step"])  # type: ignore[misc]  # of this one error, as told
        self.field = error.get("field")
        self.part = error.get("part")

    @property
    def code(self) -> str:
        return self.told_code


def hand_in(home: Home, wish: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """("asked" | "step" | "code_wanted" | "moved" | "settled", details)…; the last one is "settled".

    Raises PartUnavailable, Told.
    """
    connection = _connect(home)
    with suppress(ConnectionError), connection, connection.makefile("rb") as messages:
        connection.sendall(json.dumps(wish).encode() + b"\n")
        for line in messages:
            ((event, details),) = json.loads(line).items()
            if event == "error":
                raise Told(details)
            yield event, details
            if event == "settled":
                return
    raise PartUnavailable(
        "worker", "The worker stopped before the answer came. The question is kept; `fleet status` shows how it stands."
    )


def hand_in_code(home: Home, run: str, code: str, *, given_by: str) -> None:
    """To whichever worker has the run that waits for it. Raises PartUnavailable, Told."""
    handed = json.dumps({"run": run, "code": code, "given_by": given_by}).encode() + b"\n"
    for connection in _connections(home):
        with suppress(ConnectionError), connection, connection.makefile("rb") as messages:
            connection.sendall(handed)
            for line in messages:
                ((event, details),) = json.loads(line).items()
                if event == "error":
                    raise Told(details)
                if event == "taken":
                    return
    raise PartUnavailable("worker", "The worker that waits for this code does not answer; `fleet status` says more.")


def desks(home: Home) -> list[Path]:
    """Of the workers on this machine, the youngest first; the socket of one that was killed answers nobody."""
    return sorted(home.run.glob("desk-*.sock"), key=lambda path: path.stat().st_mtime, reverse=True)


def _connect(home: Home) -> socket.socket:
    for connection in _connections(home):
        return connection
    raise PartUnavailable("worker", "No worker is running here; `fleet up` starts the fleet.")


def _connections(home: Home) -> Iterator[socket.socket]:
    for path in desks(home):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with socket_address(path) as address:
                connection.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            connection.close()
            continue
        yield connection
