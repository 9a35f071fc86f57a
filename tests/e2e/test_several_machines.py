"""A fleet on several machines, of which some die in the middle of the work."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import boto3
from machines import BUCKET, Machines, end
from sqlalchemy import select
from stand import PORTAL, Account, Stand

from store.leases import LaneLease
from store.runs import Run
from store.work_items import WorkItem

ACCOUNTS, QUESTIONS = 6, 6


async def test_a_sweep_over_several_workers_outlives_one_of_them_and_a_prefect_server(
    stand: Stand, machines: Machines
) -> None:
    accounts = [await stand.account() for _ in range(ACCOUNTS)]
    asked = [await stand.questions(QUESTIONS) for _ in accounts]
    handed_in = [await stand.hand_in(account, some) for account, some in zip(accounts, asked, strict=True)]
    ids = [item for some in handed_in for item in some]
    await stand.wake(*accounts)
    await stand.some_answered(ids, 3)
    others = {process.pid: worker for worker in machines.workers.values() if (process := worker.find())}

    async def one_of_them_works() -> bool:
        return any(pid in others for pid in await _holders(stand, accounts))

    await stand.until(one_of_them_works, within=20)
    at_work = await _holders(stand, accounts)
    end(others[next(pid for pid in at_work if pid in others)])
    end(machines.process("prefect-a"))
    await stand.answered_in_the_end(ids, within=60)
    await stand.answered(ids)
    for account, some, items in zip(accounts, asked, handed_in, strict=True):
        await stand.true(items[:1], some[:1])
        counted = await stand.counted(account)
        assert (counted["wrong_passwords"], counted["reused_codes"]) == (0, 0)
        # Who was killed had one question in hand, which is asked once more.
        assert counted["questions"]["eligibility"] <= QUESTIONS + 1
    workers = Counter(await _worked_by(stand, ids))
    assert len(workers) > 1, workers
    assert len(_objects()) > len(ids), "evidence of every answer is in the bucket"
    await machines.start()


async def test_a_worker_of_other_portals_passes_a_lane_on(stand: Stand, machines: Machines) -> None:
    elsewhere = await machines.start_worker("fourth", "ucare", "uhc")
    for name in ("second", "third"):
        await machines.workers[name].stop(grace=12)
    account = await stand.account()
    (keys,) = await stand.questions(1)
    supervisor = stand.process("supervisor")
    supervisor.suspend()
    try:
        local = stand.process("worker")
        local.terminate()
        await stand.until(lambda: stand.has_ended(local), within=30)
        ids = await stand.hand_in(account, [keys])
        await stand.wake(account)
        await stand.until(lambda: _is_passed_on(stand), within=20)
        assert await stand.are(ids, queued=1)
    finally:
        supervisor.resume()
    assert elsewhere.find() is not None
    await stand.answered(ids, patience=60)


async def _is_passed_on(stand: Stand) -> bool:
    return PORTAL in {queue["name"] for queue in await stand.prefect_lists("work_pools/lanes/queues", {})}


async def _holders(stand: Stand, accounts: Sequence[Account]) -> list[int]:
    """Process ids."""
    mine = [account.credential_id for account in accounts]
    async with stand.fleet.database.read() as session:
        holders = await session.scalars(select(LaneLease.holder).where(LaneLease.credential_id.in_(mine)))
    return [int(holder.split("/")[1]) for holder in holders if holder]


async def _worked_by(stand: Stand, ids: Sequence[str]) -> Sequence[str]:
    chosen = select(Run.holder).join(WorkItem, WorkItem.run_id == Run.id).where(WorkItem.id.in_(ids))
    async with stand.fleet.database.read() as session:
        return (await session.scalars(chosen)).all()


def _objects() -> list[str]:
    bucket = boto3.Session().client("s3", endpoint_url=os.environ["FLEET_EVIDENCE_ENDPOINT"])
    return [each["Key"] for each in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
