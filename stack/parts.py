"""What the stack is made of, and how each part is doing: FLEET_HOME/run/stack.json, written by the supervisor."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from core.settings import Home
from stack.process import write_private


class PartState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    """It did not start or has died; the supervisor tries again, with growing pauses."""
    STOPPED = "stopped"


@dataclass(frozen=True)
class PartStatus:
    name: str
    state: PartState
    detail: str = ""
    """Why it is not running, and the cure."""
    pid: int | None = None
    address: str | None = None
    since: str = ""
    """ISO, UTC."""
    failures: int = 0
    """In a row."""


class Board:
    """The states of all parts. One process writes, any reads."""

    def __init__(self, home: Home) -> None:
        self._file = board_file(home)
        self._parts: dict[str, PartStatus] = {}

    def post(self, status: PartStatus) -> None:
        self._parts[status.name] = replace(status, since=datetime.now(UTC).isoformat(timespec="seconds"))
        write_private(self._file, json.dumps([asdict(part) for part in self._parts.values()], indent=1))

    def __getitem__(self, name: str) -> PartStatus:
        return self._parts[name]


def read_board(home: Home) -> list[PartStatus]:
    try:
        rows = json.loads(board_file(home).read_text())
        return [PartStatus(**row | {"state": PartState(row["state"])}) for row in rows]
    except (FileNotFoundError, ValueError, TypeError, KeyError):  # never started, or written by another version
        return []


def board_file(home: Home) -> Path:
    return home.run / "stack.json"
