"""Workers in processes of their own, on one store."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from core.seal import Sealer
from store import leases, queue, work_items
from store.credentials import Credential
from store.database import Database
from store.runs import Run, RunState, StoredAnswer
from store.work_items import ItemState

Ask = Callable[..., Awaitable[list[str]]]

WORKER = """
import asyncio, os, sys
from datetime import UTC, datetime
from pathlib import Path
from core.seal import Sealer
from store import leases, queue, runs
from store.database import Database
from store.queue import Finished, Work

database = Database.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
credential_id, hang = sys.argv[2], sys.argv[3] == "hang"
sealer = Sealer(bytes(32))

def now():
    return datetime.now(UTC)

async def lane():
    async with database.begin() as session:
        holder, seconds = f"process {os.getpid()}", 1 if hang else 60
        lease = await leases.take(session, credential_id, holder, seconds=seconds, now=now())
        if lease is None:
            return 0
        await queue.recover(session, lease, now=now())
        run = await runs.start(session, lease, portal="availity", flow_run_id=None, now=now())
    answered = 0
    while True:
        async with database.begin() as session:
            item = await queue.next_due(session, lease, run.id, now=now())
            if item is None:
                await queue.release_if_idle(session, lease, now=now())
                return answered
        if hang:
            print("claimed", flush=True)
            await asyncio.Event().wait()
        done = Finished("coverage", "{}", now(), "test")
        async with database.begin() as session:
            await queue.finish(session, sealer, lease, Work(item, run.id), done, now=now())
        answered += 1

async def main():
    total = 0
    for _ in range(20):
        total += await lane()
    await database.close()
    print(total)

asyncio.run(main())
"""


async def _start(where: Path | str, credential: Credential, mode: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, str(where), credential.id, mode, stdout=asyncio.subprocess.PIPE
    )


async def test_processes_share_a_queue_and_answer_each_question_once(
    database: Database, credential: Credential, ask: Ask, where: Path | str
) -> None:
    await ask(*(f"question {number}" for number in range(60)))
    workers = [await _start(where, credential, "work") for _ in range(4)]
    outputs = await asyncio.gather(*(worker.communicate() for worker in workers))
    assert sum(int(output) for output, _ in outputs) == 60
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(StoredAnswer)) == 60


async def test_a_killed_worker_loses_nothing(
    database: Database, credential: Credential, ask: Ask, sealer: Sealer, where: Path | str
) -> None:
    (item_id,) = await ask("question")
    victim = await _start(where, credential, "hang")
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"claimed\n"
    victim.kill()
    await victim.wait()

    later = datetime.now(UTC) + timedelta(seconds=2)
    async with database.begin() as session:
        assert await queue.lanes_needing_wake(session, "simulator", now=later) == [credential.id]
        lease = await leases.take(session, credential.id, "successor", seconds=15, now=later)
        assert lease is not None
        await queue.recover(session, lease, now=later)
    async with database.read() as session:
        assert (await work_items.get(session, item_id)).state is ItemState.QUEUED
        assert (await session.scalars(select(Run.state))).all() == [RunState.LOST]
