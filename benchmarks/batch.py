"""`python -m benchmarks.batch [ROWS]`: does the memory of a batch grow with its rows? Short by default.

Plans a sheet on a store of its own, settles every question as lanes would, and writes the results: without portals,
whose time would hide what the sheet costs. Prints the slope of the resident memory in kB per 1,000 rows, measured after
the first quarter, when everything that is loaded once is loaded.
"""

from __future__ import annotations

import asyncio
import csv
import json
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import insert, select, update

from core.capabilities.catalog import write
from core.capabilities.common import MemberNotFound
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from lanes.assembly import Fleet
from lanes.batches import batch
from lanes.batches.batch import BatchOrder, Planned
from payers.registry import load_manifest
from store import credentials
from store.base import new_id, place
from store.credentials import NewCredential
from store.database import Database
from store.objects import MemoryStore
from store.runs import Run, StoredAnswer
from store.work_items import ItemState, WorkItem

SHORT = 4_000
PORTAL, PAYER = "availity", "BHIL"
CHUNK = 1_000
PROCESS = psutil.Process()


@dataclass
class Memory:
    """Resident kB by rows done."""

    seen: list[tuple[int, float]] = field(default_factory=list)

    async def note(self, rows: int) -> None:
        self.seen.append((rows, PROCESS.memory_info().rss / 1024))

    @property
    def slope(self) -> float:
        """Least squares, in kB per 1,000 rows."""
        points = [(rows / 1_000, size) for rows, size in self.seen if rows > self.seen[-1][0] / 4]
        middle, level = (sum(axis) / len(points) for axis in zip(*points, strict=True))
        spread = sum((rows - middle) ** 2 for rows, _ in points)
        return float(sum((rows - middle) * (size - level) for rows, size in points) / spread)


async def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        home = Path(folder)
        _sheet(home / "sheet.csv", rows)
        database = Database.open(home / "fleet.db")
        await database.migrate()
        fleet = Fleet(
            settings=Settings(home=home),
            database=database,
            vault=MemoryVault(),
            sealer=Sealer(secrets.token_bytes(32)),
            evidence=MemoryStore(),
            portals={PORTAL: load_manifest(PORTAL)},
            adapter_versions={PORTAL: "bench"},
        )
        order = BatchOrder("eligibility", PORTAL, home / "sheet.csv", "bench", PAYER)
        async with database.begin() as session:
            new = NewCredential(PORTAL, "north", "simulator")
            await credentials.add(session, fleet.sealer, new, actor="bench", now=datetime.now(UTC))
        planning, writing = Memory(), Memory()
        took = [time.perf_counter()]
        planned = await batch.plan(fleet, order, planning.note)
        took.append(time.perf_counter())
        await _settle(fleet)
        took.append(time.perf_counter())
        await _written(fleet, order, planned, writing, home / "answers.csv")
        took.append(time.perf_counter())
        await database.close()
    told = {
        "rows": rows,
        "plan_seconds": round(took[1] - took[0], 1),
        "write_seconds": round(took[3] - took[2], 1),
        "plan_kb_per_1000_rows": round(planning.slope, 1),
        "write_kb_per_1000_rows": round(writing.slope, 1),
        "resident_mb": round(max(size for _, size in planning.seen + writing.seen) / 1024),
    }
    sys.stdout.write(json.dumps(told) + "\n")


async def _written(fleet: Fleet, order: BatchOrder, planned: Planned, memory: Memory, target: Path) -> None:
    """Looked at from beside: writing tells nobody how far it is."""
    writing = asyncio.create_task(batch.write_results(fleet, order, planned.batch_id, target, viewer="bench"))
    begun = time.perf_counter()
    samples: list[tuple[float, float]] = []
    while not writing.done():
        await asyncio.sleep(0.05)
        samples.append((time.perf_counter() - begun, PROCESS.memory_info().rss / 1024))
    await writing
    memory.seen = [(round(planned.rows * at / samples[-1][0]), size) for at, size in samples]


async def _settle(fleet: Fleet) -> None:
    payload, now = write(MemberNotFound(message="not on file")), datetime.now(UTC)
    async with fleet.database.begin() as session:
        credential = (await session.scalars(select(WorkItem.credential_id).limit(1))).one()
        run = Run(id=new_id("run"), credential_id=credential, portal=PORTAL, holder="bench", fence=1, started_at=now)
        session.add(run)
        await session.flush()
        done = {"state": ItemState.DONE, "outcome": "member_not_found", "finished_at": now, "run_id": run.id}
        await session.execute(update(WorkItem).values(**done).execution_options(synchronize_session=False))
    after = ""
    while True:
        async with fleet.database.begin() as session:
            chosen = select(WorkItem.id).where(WorkItem.id > after).order_by(WorkItem.id).limit(CHUNK)
            items = (await session.scalars(chosen)).all()
            if not items:
                return
            answers = [(new_id("ans"), item) for item in items]
            told = {"run_id": run.id, "outcome": "member_not_found", "as_of": now, "adapter_version": "bench"}
            await session.execute(
                insert(StoredAnswer),
                [
                    {
                        "id": row,
                        "work_item_id": item,
                        "payload": fleet.sealer.seal(payload, place("answer", row)),
                        **told,
                    }
                    for row, item in answers
                ],
            )
        after = items[-1]


def _sheet(path: Path, rows: int) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Member ID", "Date of birth", "Account"])
        out.writerows([f"W{number:09}", f"19{number % 80 + 10}-02-03", number] for number in range(rows))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT))
