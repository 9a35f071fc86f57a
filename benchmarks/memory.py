"""Whether a lane's memory grows with what it has answered: `python -m benchmarks.memory [ITEMS] [browser]`.

As a rule the worker's own memory: one lane in this process with store, sealing and evidence as they are (SQLite, a
folder), over a portal in memory that shows PAGE_BYTES of page and picture for each question. With `browser` the whole
fleet, one account on the simulated portal: the worker's process, Playwright's driver, and Chromium with all its
processes (proportional set size, because they share most of it). What is told: MB at each step, and the last step as a
ratio of the first, when all is warm.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import func, select

from bots.contracts import EvidenceSink, LoginReport, LoginSecrets, SessionState, Step, StepKind
from cli.demo.planting import Planted, plant
from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from core.capabilities.catalog import capability
from core.capabilities.common import MemberNotFound
from core.capabilities.record import Answer, Query
from core.phi import Secret
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.ask import Question, choose_credential, counter_for, hand_in
from payers.registry import load_manifest
from stack import fleet_up, openbao
from stack.process import ManagedProcess
from store import credentials
from store.credentials import NewCredential
from store.database import Database
from store.objects import FolderStore
from store.work_items import ItemState, WorkItem

PORTAL, CAPABILITY = "availity", "eligibility"
PAYERS = ("BHIL", "AETNA")
"""One generation of the pages each; the simulator has some 900 people to ask about with each of them."""
ITEMS, ITEMS_IN_BROWSER = 5_000, 1_000
STEPS = 5
PAGE_BYTES, PICTURE_BYTES = 150_000, 60_000
CHUNK = 500
MB = 2**20

Sizes = dict[str, int]
"""Bytes, by part."""


class QuickPortal:
    """Implements lanes.lane.Browsers and bots.contracts.LaneBot: nobody is known to it."""

    def __init__(self, answered: Callable[[int], None]) -> None:
        self._answered = answered
        self._count = 0

    async def lane(self, portal: str, state: SessionState | None) -> QuickPortal:  # noqa: ARG002
        return self

    async def log_in(self, secrets: LoginSecrets, sink: EvidenceSink) -> LoginReport:  # noqa: ARG002
        if secrets.before_password is not None:
            await secrets.before_password()
        return LoginReport(logged_in=True)

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:  # noqa: ARG002
        self._answered(self._count)
        self._count += 1
        for page in ("search", "coverage"):
            await sink.step(Step(StepKind.READ, page, datetime.now(UTC), 1))
        await sink.keep("page", "text/html", os.urandom(PAGE_BYTES), page="coverage")
        await sink.keep("screenshot", "image/png", os.urandom(PICTURE_BYTES), page="coverage")
        return MemberNotFound(message="not on file")

    async def session_state(self) -> SessionState:
        return SessionState({"cookies": [], "origins": []}, {})

    async def close(self) -> None:
        pass


@dataclass
class Seen:
    items: int
    steps: list[tuple[int, Sizes]] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def due(self, answered: int) -> bool:
        return answered * STEPS // self.items > len(self.steps)

    def note(self, answered: int, sizes: Sizes) -> None:
        self.steps.append((answered, sizes))

    def told(self) -> dict[str, object]:
        warm, last = self.steps[0][1], self.steps[-1][1]
        return {
            "items": self.steps[-1][0],
            "seconds": round(time.perf_counter() - self.began),
            "mb": {part: [round(sizes[part] / MB) for _, sizes in self.steps] for part in warm},
            "ratio": {part: round(last[part] / warm[part], 3) for part in warm},
        }


async def in_memory(items: int, home: Path) -> Seen:
    database = Database.open(home / "fleet.db")
    await database.migrate()
    vault, name = MemoryVault(), "north"
    await vault.save_login(PORTAL, name, Secret("bot"), Secret("known to nobody"), expected_version=0)
    fleet = Fleet(
        settings=Settings(home=home, linger_seconds=0),
        database=database,
        vault=vault,
        sealer=Sealer(secrets.token_bytes(32)),
        evidence=FolderStore(home / "evidence"),
        portals={PORTAL: load_manifest(PORTAL)},
        adapter_versions={PORTAL: "bench"},
    )
    async with database.begin() as session:
        new = NewCredential(PORTAL, name, "simulator")
        credential = await credentials.add(session, fleet.sealer, new, actor="bench", now=datetime.now(UTC))
    keys = [{"member_id": f"W{number:09}", "birth_date": "1980-02-03"} for number in range(items + 1)]
    await _hand_in(fleet, name, PAYERS[0], keys)
    seen, me = Seen(items), psutil.Process()

    def answered(count: int) -> None:
        if seen.due(count):
            seen.note(count, {"worker": me.memory_info().rss})

    await LaneWorker(fleet, QuickPortal(answered)).work(credential.id)
    await database.close()
    return seen


async def in_browser(items: int, home: Path) -> Seen:
    settings = Settings(home=home)
    await fleet_up.up(settings, with_simulator=True)
    try:
        vault = await openbao.open_vault(settings.layout)
        try:
            async with (
                Fleet.open(settings, vault) as fleet,
                SimulatorControl.open(*control_of(settings.layout)) as control,
            ):
                lane, *_ = await plant(fleet, control, fleet.portals[PORTAL])
                wanted = items
                for payer in PAYERS:
                    keys = await control.questions(PORTAL, CAPABILITY, payer, count=wanted, seed=1, awkward=False)
                    await _hand_in(fleet, lane.credential.name, payer, keys)
                    wanted -= len(keys)
                return await _watched(fleet, lane)
        finally:
            await vault.close()
    finally:
        await fleet_up.down(settings)


async def _watched(fleet: Fleet, lane: Planted) -> Seen:
    await wake(fleet.settings.layout, [lane.credential.id])
    worker = ManagedProcess("worker", fleet.settings.layout).find()
    if worker is None:
        raise RuntimeError("no worker is running")
    every = select(func.count()).select_from(WorkItem)
    async with fleet.database.read() as session:
        seen = Seen(await session.scalar(every) or 0)
    done = every.where(WorkItem.state == ItemState.DONE)
    while len(seen.steps) < STEPS:
        await asyncio.sleep(1)
        async with fleet.database.read() as session:
            answered = await session.scalar(done) or 0
        if seen.due(answered):
            seen.note(answered, _family(worker))
    return seen


def _family(worker: psutil.Process) -> Sizes:
    children = worker.children(recursive=True)
    return {
        "worker": worker.memory_info().rss,
        "driver": sum(each.memory_info().rss for each in children if "node" in each.name()),
        "chromium": sum(each.memory_full_info().pss for each in children if "chrom" in each.name()),
    }


async def _hand_in(fleet: Fleet, credential: str, payer: str, keys: Sequence[dict[str, str]]) -> None:
    asked = capability(CAPABILITY)
    counter = counter_for(fleet, CAPABILITY, PORTAL, payer)
    for first in range(0, len(keys), CHUNK):
        orders = [
            Question(CAPABILITY, PORTAL, asked.ask(each), "bench", payer=payer, credential=credential, fresh=True)
            for each in keys[first : first + CHUNK]
        ]
        async with fleet.database.begin() as session:
            chosen = await choose_credential(session, fleet, counter, credential)
            await hand_in(session, fleet, counter, chosen, orders)


def main(words: Sequence[str]) -> None:
    how = in_browser if "browser" in words else in_memory
    numbers = [int(word) for word in words if word.isdigit()] or [ITEMS_IN_BROWSER if how is in_browser else ITEMS]
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        os.environ["FLEET_HOME"] = folder
        seen = asyncio.run(how(numbers[0], Path(folder)))
    sys.stdout.write(json.dumps({"measured": how.__name__, **seen.told()}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
