from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import pytest

from core.errors import AccountLocked, LeaseLost, PortalChanged, PortalUnavailable
from core.seal import SealBroken, Sealer
from store import audit, credentials, leases, quarantine, queue, runs, work_items
from store.credentials import Credential
from store.database import Database
from store.leases import Lease
from store.queue import Finished, PutBack, Work
from store.runs import Evidence, RunState, RunStep
from store.work_items import ItemState

Ask = Callable[..., Awaitable[list[str]]]


class Holder:
    """A worker as the store sees it."""

    def __init__(self, database: Database, sealer: Sealer, lease: Lease, run_id: str) -> None:
        self._database = database
        self._sealer = sealer
        self.lease = lease
        self.run_id = run_id

    async def successor(self, credential: Credential, now: datetime) -> Holder:
        return await Holder.take(self._database, self._sealer, credential, now)

    @classmethod
    async def take(cls, database: Database, sealer: Sealer, credential: Credential, now: datetime) -> Holder:
        async with database.begin() as session:
            lease = await leases.take(session, credential.id, "worker", seconds=15, now=now)
            assert lease is not None
            await queue.recover(session, lease, now=now)
            run = await runs.start(session, lease, portal=credential.portal, flow_run_id=None, now=now)
        return cls(database, sealer, lease, run.id)

    async def claim(self, now: datetime) -> Work:
        async with self._database.begin() as session:
            item = await queue.next_due(session, self.lease, self.run_id, now=now)
        assert item is not None
        return Work(item, self.run_id)

    async def finish(self, work: Work, now: datetime) -> None:
        done = Finished(outcome="coverage", payload='{"plan": "x"}', as_of=now, adapter_version="1")
        async with self._database.begin() as session:
            await queue.finish(session, self._sealer, self.lease, work, done, now=now)

    async def idle(self, now: datetime) -> bool:
        async with self._database.begin() as session:
            return await queue.release_if_idle(session, self.lease, now=now)


@pytest.fixture
async def holder(database: Database, sealer: Sealer, credential: Credential, now: datetime) -> Holder:
    return await Holder.take(database, sealer, credential, now)


async def _needing_wake(database: Database, now: datetime) -> Sequence[str]:
    async with database.read() as session:
        return await queue.lanes_needing_wake(session, "simulator", now=now)


async def test_items_come_by_priority_then_age(holder: Holder, ask: Ask, now: datetime) -> None:
    slow = await ask("a", "b")
    urgent = await ask("c", priority=0)
    assert [(await holder.claim(now)).item.id for _ in range(3)] == [*urgent, *slow]


async def test_a_finished_item_leaves_everything_in_one_go(
    holder: Holder, ask: Ask, now: datetime, database: Database, sealer: Sealer
) -> None:
    (item_id,) = await ask("a")
    work = await holder.claim(now)
    work.steps.append(
        RunStep(
            run_id=holder.run_id, seq=1, work_item_id=item_id, kind="read", page="p", started_at=now, milliseconds=9
        )
    )
    work.evidence.append(
        Evidence(
            id="ev_1",
            run_id=holder.run_id,
            work_item_id=item_id,
            kind="screenshot",
            media_type="image/png",
            sha256="0" * 64,
            size=1,
            object_name="a/b",
            page="p",
            created_at=now,
        )
    )
    await holder.finish(work, now)
    async with database.read() as session:
        item = await work_items.get(session, item_id)
        assert (item.state, item.outcome, item.fence) == (ItemState.DONE, "coverage", None)
        answer = await runs.answer_of(session, item_id)
        assert answer is not None
        assert runs.payload_of(answer, sealer) == '{"plan": "x"}'
        assert [step.page for step in await runs.steps_of(session, holder.run_id)] == ["p"]
        assert len(await runs.evidence_of(session, work_item_id=item_id)) == 1
        assert (await runs.get(session, holder.run_id)).answered == 1
        assert (await audit.verify(session)).broken_at is None
        answer.id = "ans_another"
        with pytest.raises(SealBroken):
            runs.payload_of(answer, sealer)


async def test_a_dead_workers_item_is_worked_again_and_its_late_answer_refused(
    holder: Holder, ask: Ask, now: datetime, database: Database, credential: Credential
) -> None:
    await ask("a")
    dead = await holder.claim(now)
    later = now + timedelta(seconds=16)
    assert await _needing_wake(database, later) == [credential.id]
    successor = await holder.successor(credential, later)
    again = await successor.claim(later)
    assert again.item.id == dead.item.id
    with pytest.raises(LeaseLost):
        await holder.finish(dead, later)
    await successor.finish(again, later)
    async with database.read() as session:
        assert (await runs.get(session, holder.run_id)).state is RunState.LOST
        assert (await runs.get(session, successor.run_id)).answered == 1


async def test_a_question_that_kills_every_worker_is_given_up(
    ask: Ask, now: datetime, database: Database, sealer: Sealer, credential: Credential
) -> None:
    (poison,) = await ask("a")
    for round_number in range(queue.ATTEMPTS):
        moment = now + timedelta(seconds=20 * round_number)
        await (await Holder.take(database, sealer, credential, moment)).claim(moment)
    await Holder.take(database, sealer, credential, now + timedelta(minutes=5))
    async with database.read() as session:
        item = await work_items.get(session, poison)
    assert (item.state, item.error_code) == (ItemState.DONE, "WorkerLost")


async def test_a_lane_is_not_released_over_a_question_that_just_came(
    holder: Holder, ask: Ask, now: datetime, database: Database
) -> None:
    await ask("a")
    assert not await holder.idle(now)
    await holder.finish(await holder.claim(now), now)
    assert await holder.idle(now)
    assert await _needing_wake(database, now) == []
    await ask("b")
    assert len(await _needing_wake(database, now)) == 1


async def test_an_item_that_was_put_back_waits_its_time(
    holder: Holder, ask: Ask, now: datetime, database: Database
) -> None:
    (item_id,) = await ask("a")
    work = await holder.claim(now)
    trouble = PortalUnavailable("The portal is in maintenance.")
    until = now + timedelta(minutes=1)
    async with database.begin() as session:
        await queue.put_back(session, holder.lease, work, trouble, PutBack(until, spent=False), now=now)
    assert await holder.idle(now)
    assert await _needing_wake(database, now) == []
    assert len(await _needing_wake(database, until)) == 1
    async with database.read() as session:
        item = await work_items.get(session, item_id)
    assert (item.attempts, item.error_sentence) == (0, "The portal is in maintenance.")


async def test_a_stopped_credential_holds_its_questions_until_it_is_reopened(
    holder: Holder, ask: Ask, now: datetime, database: Database, credential: Credential
) -> None:
    items = await ask("a", "b", "c")
    work = await holder.claim(now)
    problem = AccountLocked("The portal has locked the account.")
    async with database.begin() as session:
        await queue.hold(session, holder.lease, work, problem)
        await credentials.stop(session, credential.id, problem, actor="test", now=now)
        await queue.hold_all(session, credential.id, problem)
        await leases.release(session, holder.lease)
    async with database.read() as session:
        assert {(await work_items.get(session, item_id)).state for item_id in items} == {ItemState.HELD}
    assert await _needing_wake(database, now) == []
    async with database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="called the payer", now=now)
        assert await queue.release_held(session, credential.portal) == 3
    assert await _needing_wake(database, now) == [credential.id]


async def test_a_capability_rests_after_two_changes_in_a_row(
    ask: Ask, now: datetime, database: Database, credential: Credential
) -> None:
    await ask("a")
    changed = PortalChanged("search", "submit")
    portal, capability = credential.portal, "eligibility"
    async with database.begin() as session:
        assert not await quarantine.changed(session, portal, capability, changed, actor="t", now=now)
        await quarantine.answered(session, portal, capability)
        assert not await quarantine.changed(session, portal, capability, changed, actor="t", now=now)
        assert await quarantine.resting(session, portal, capability) is None
        assert await quarantine.changed(session, portal, capability, changed, actor="t", now=now)
        await queue.hold_capability(session, portal, capability, changed)
        assert await quarantine.resting(session, portal, capability) is not None
        assert await queue.release_held(session, portal) == 0
        await quarantine.release(session, portal, capability, actor="dev", reason="selectors mended", now=now)
        assert await queue.release_held(session, portal) == 1
