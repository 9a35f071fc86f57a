"""Lanes whose queues, leases and outcomes are files: what a worker process needs, without store, vault and browsers.

As a program it is a worker process: `python folder_lanes.py --home FOLDER`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from core.errors import PortalUnavailable
from core.phi import Secret
from core.settings import Settings
from flows.hands import Parts
from flows.pauses import first_of
from flows.worker import run

LINGER = 1.0


class FolderLanes:
    """LaneWorker, LaneLedger, Planner and Scheduler in one."""

    def __init__(self, folder: Path) -> None:
        self.queue, self.done, self.leases = (folder / name for name in ("queue", "done", "leases"))
        self.runs, self.plans, self.gates = (folder / name for name in ("runs", "plans", "gates"))
        self.fires, self.silent = folder / "fires", folder / "silent"
        self.shredded, self.anchored = folder / "shredded", folder / "anchored"
        for path in (self.queue, self.done, self.leases, self.runs, self.plans, self.gates, self.fires, self.silent):
            path.mkdir(parents=True, exist_ok=True)
        self._pokes: dict[str, asyncio.Event] = {}

    def ask(self, credential_id: str, item: str, what: str = "") -> None:
        """`what`: "" is answered at once, a number takes so many seconds, other words are raised as an error."""
        (self.queue / credential_id).mkdir(exist_ok=True)
        draft = self.queue / f".{item}"
        draft.write_text(what)
        draft.rename(self.queue / credential_id / item)

    def answered(self) -> dict[str, dict[str, float]]:
        return {path.name: json.loads(path.read_text()) for path in self.done.iterdir()}

    def runs_of(self, credential_id: str) -> int:
        """That found something to do: a run that comes late, on a machine with much to do, opens no browser either."""
        return sum(path.read_text() == credential_id for path in self.runs.iterdir())

    async def work(self, credential_id: str, *, flow_run_id: str | None) -> object:
        if credential_id in self._leased():
            return None
        lease = self.leases / credential_id
        lease.write_text(json.dumps({"pid": os.getpid(), "flow_run": flow_run_id}))
        run = self.runs / f"{time.time_ns()}"
        poke = self._pokes[credential_id] = asyncio.Event()
        try:
            while True:
                for item in sorted((self.queue / credential_id).iterdir()):
                    run.write_text(credential_id)
                    await self._answer(item)
                poke.clear()
                await first_of(poke, seconds=LINGER)
                if not poke.is_set():
                    return None
        finally:
            del self._pokes[credential_id]
            lease.unlink()

    def poke(self, credential_id: str) -> bool:
        if credential_id not in self._pokes:
            return False
        self._pokes[credential_id].set()
        return True

    async def lanes_to_wake(self) -> Sequence[str]:
        due = {folder.name for folder in self.queue.iterdir() if any(folder.iterdir())}
        return sorted(due - self._leased().keys())

    async def lanes_to_keep_alive(self) -> Sequence[str]:
        return self._asked_by(self.silent, "log-in")

    async def portal_of(self, credential_id: str) -> str:
        return credential_id.partition("-")[0]

    async def shred(self) -> None:
        self.shredded.touch()

    async def cast_anchor(self) -> None:
        self.anchored.touch()

    async def flow_runs_at_work(self) -> Sequence[str]:
        return list(self._leased().values())

    async def plan(self, capability: str, patient_list: str) -> Sequence[str]:
        credential_id = (self.plans / patient_list).read_text()
        self.ask(credential_id, f"{capability}-{patient_list}")
        return [credential_id]

    async def tick(self) -> Sequence[str]:
        return self._asked_by(self.fires, "scheduled")

    def _asked_by(self, folder: Path, why: str) -> Sequence[str]:
        """Each file is the name of a credential that has something new to do, once."""
        due = [path.name for path in folder.iterdir()]
        for credential_id in due:
            (folder / credential_id).unlink()
            self.ask(credential_id, f"{why}-{credential_id}")
        return due

    async def _answer(self, item: Path) -> None:
        try:
            seconds = _seconds(item.read_text())
        except (PortalUnavailable, ValueError):
            item.unlink()
            raise
        await first_of(asyncio.Event(), seconds=seconds)
        while (self.gates / item.name).exists():
            await first_of(asyncio.Event(), seconds=0.05)
        item.write_text(json.dumps({"pid": os.getpid(), "at": time.time()}))
        item.rename(self.done / item.name)

    def _leased(self) -> dict[str, str]:
        leases = {path.name: json.loads(path.read_text()) for path in self.leases.iterdir()}
        return {name: lease["flow_run"] for name, lease in leases.items() if psutil.pid_exists(lease["pid"])}


def _seconds(what: str) -> float:
    if what.startswith("portal "):
        raise PortalUnavailable("The portal is in maintenance.", reference=what)
    return float(what or 0)


@asynccontextmanager
async def open_folder_lanes(settings: Settings, _ticket: Secret, _scratch: Path) -> AsyncIterator[Parts]:
    lanes = FolderLanes(settings.home / "lanes")

    async def until_locked_out() -> None:
        while not (settings.home / "lanes" / "locked-out").exists():
            await first_of(asyncio.Event(), seconds=0.2)

    yield Parts(lanes, lanes, lanes, lanes, until_locked_out)


if __name__ == "__main__":
    sys.exit(run(open_folder_lanes))
