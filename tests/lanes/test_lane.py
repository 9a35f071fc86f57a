from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import LeaseLost
from core.settings import Settings
from lanes.assembly import Fleet
from lanes.bells import InMemoryBell
from lanes.clock import SystemClock
from lanes.lane import LaneWorker, RunSummary
from lanes.news import News
from store import audit, credentials, history, leases, runs, work_items
from store.audit import AuditEvent
from store.credentials import Credential
from store.history import Wanted
from store.objects import FolderStore
from store.runs import RunState
from store.work_items import ItemState, WorkItem

AskAll = Callable[..., Awaitable[list[str]]]


async def _items(fleet: Fleet, ids: list[str]) -> list[WorkItem]:
    async with fleet.database.read() as session:
        return [await work_items.get(session, item_id) for item_id in ids]


def _with(fleet: Fleet, **settings: Any) -> Fleet:
    return dataclasses.replace(fleet, settings=Settings(**(fleet.settings.model_dump() | settings)))


async def test_many_questions_cost_one_login(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all(*(f"M{number}" for number in range(50)))
    summary = await LaneWorker(fleet, portal).work(credential.id, flow_run_id="flow-1")
    assert summary == RunSummary(summary.run_id, RunState.ENDED, logins=1, answered=50)
    assert portal.logins == 1
    assert portal.open_contexts == 0
    assert {item.outcome for item in await _items(fleet, ids)} == {"member_not_found"}
    async with fleet.database.read() as session:
        known = await credentials.get(session, credential.id)
        assert known.last_login_at is not None
        assert known.password_expires_on is not None
        assert (await audit.verify(session)).broken_at is None
        told = await session.scalars(select(AuditEvent).where(AuditEvent.action == "credential.logged_in"))
        assert [event.subject for event in told] == [credential.id]
        steps = await runs.steps_of(session, summary.run_id or "")
        assert [step.seq for step in steps] == list(range(1, 52))
        assert len(await runs.evidence_of(session, run_id=summary.run_id)) == 50
    assert not any(b"picture" in blob for blob in fleet.evidence.objects.values())  # type: ignore[attr-defined]


async def test_the_organization_of_the_credential_is_the_one_worked_for(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    async with fleet.database.begin() as session:
        (await credentials.get(session, credential.id)).organization = "Northgate Family Practice"
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.organization == "Northgate Family Practice"


async def test_the_next_run_goes_on_with_the_saved_session(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    await ask_all("M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.logins, summary.answered, portal.logins) == (0, 1, 1)


async def test_twenty_wake_ups_at_once_open_one_session(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    await ask_all(*(f"M{number}" for number in range(20)))
    workers = [LaneWorker(fleet, portal) for _ in range(5)]
    summaries = await asyncio.gather(*(workers[number % 5].work(credential.id) for number in range(20)))
    assert sum(summary.answered for summary in summaries) == 20
    assert (portal.logins, portal.most_open) == (1, 1)


async def test_two_credentials_run_side_by_side(
    fleet: Fleet, credential: Credential, second_credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    both = asyncio.Barrier(2)

    async def meet(_member: str) -> None:
        await both.wait()

    portal.before_answer = meet
    await ask_all("M1", credential="north")
    await ask_all("M1", credential="south")
    worker = LaneWorker(fleet, portal)
    async with asyncio.timeout(10):
        await asyncio.gather(worker.work(credential.id), worker.work(second_credential.id))
    assert portal.most_open == 2


async def test_a_lingering_lane_takes_a_new_question_without_a_new_context(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    await ask_all("M1")
    worker = LaneWorker(_with(fleet, linger_seconds=60), portal)
    assert not worker.poke(credential.id)
    answered = asyncio.Event()

    async def second_came(member: str) -> None:
        if member == "M2":
            answered.set()

    portal.before_answer = second_came
    working = asyncio.create_task(worker.work(credential.id))
    (second,) = await ask_all("M2")
    async with asyncio.timeout(10):
        while not worker.poke(credential.id):
            await _items(fleet, [second])
        await answered.wait()
        while (await _items(fleet, [second]))[0].state is not ItemState.DONE:
            pass
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert (portal.contexts, portal.open_contexts) == (1, 0)


async def test_a_lingering_lane_hears_that_another_machine_was_woken_for_it(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    bell = InMemoryBell()
    here, there = (dataclasses.replace(_with(fleet, linger_seconds=60), news=News(bell)) for _ in "ab")
    (first,) = await ask_all("M1")
    working = asyncio.create_task(LaneWorker(here, portal).work(credential.id))
    async with asyncio.timeout(10):
        while (await _items(fleet, [first]))[0].state is not ItemState.DONE:
            pass
        (second,) = await ask_all("M2")
        assert (await LaneWorker(there, portal).work(credential.id)).run_id is None
        while (await _items(fleet, [second]))[0].state is not ItemState.DONE:
            pass
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert portal.contexts == 1


async def test_an_urgent_question_overtakes_a_long_batch(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all("slow 1", "slow 2", "slow 3")
    async with fleet.database.begin() as session:
        for item_id in ids:
            (await work_items.get(session, item_id)).priority = 50

    async def somebody_asks(member: str) -> None:
        if member == "slow 1":
            await ask_all("urgent")

    portal.before_answer = somebody_asks
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.asked == ["slow 1", "urgent", "slow 2", "slow 3"]


async def test_a_worker_that_is_stopped_puts_its_question_back_and_frees_the_lane(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all("M1")
    begun = asyncio.Event()

    async def hang(_member: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    portal.before_answer = hang
    working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (item,) = await _items(fleet, ids)
    assert (item.state, item.attempts, portal.open_contexts) == (ItemState.QUEUED, 0, 0)
    portal.before_answer = None
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, summary.logins) == (1, 0)


async def test_a_holder_that_lost_its_lease_stops_and_its_answer_does_not_count(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all("M1")
    begun = asyncio.Event()

    async def hang(_member: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    portal.before_answer = hang
    working = asyncio.create_task(LaneWorker(_with(fleet, lease_seconds=2), portal).work(credential.id))
    await begun.wait()
    async with fleet.database.begin() as session:
        lease = await session.get(leases.LaneLease, credential.id)
        assert lease is not None
        lease.expires_at = lease.expires_at and lease.expires_at.replace(year=2020)
    portal.before_answer = None
    successor = await LaneWorker(fleet, portal).work(credential.id)
    with pytest.raises(LeaseLost):
        await working
    assert successor.answered == 1
    (item,) = await _items(fleet, ids)
    assert item.run_id == successor.run_id
    async with fleet.database.read() as session:
        page = await history.page(session, Wanted())
    assert [run.state for run in page.runs] == [RunState.ENDED, RunState.LOST]


class HurriedClock(SystemClock):
    """Of a machine with so much to do that a lease ends between any two looks at the clock."""

    def __init__(self) -> None:
        self._late = timedelta(0)
        self._sleeps = 0
        self.slept_thrice = asyncio.Event()

    def now(self) -> datetime:
        self._late += timedelta(seconds=20)
        return super().now() + self._late

    async def sleep_until(self, _moment: datetime) -> None:
        self._sleeps += 1
        if self._sleeps > 3:
            self.slept_thrice.set()
        await asyncio.sleep(0)


async def test_a_lease_that_is_renewed_late_and_that_nobody_took_is_kept(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    await ask_all("M1")
    clock = HurriedClock()

    async def take_long(_member: str) -> None:
        await clock.slept_thrice.wait()

    portal.before_answer = take_long
    hurried = dataclasses.replace(_with(fleet, lease_seconds=15), clock=clock)
    summary = await LaneWorker(hurried, portal).work(credential.id)
    assert (summary.state, summary.answered) == (RunState.ENDED, 1)


async def test_a_failing_worker_does_not_try_the_same_question_for_ever(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    """A mistake in an adapter is no FleetError: it ends the worker's run each time, and the question in the end."""

    async def mistake(_member: str) -> None:
        raise ZeroDivisionError

    portal.before_answer = mistake
    ids = await ask_all("M1")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await LaneWorker(fleet, portal).work(credential.id)
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 0
    (item,) = await _items(fleet, ids)
    assert (item.state, item.error_code, item.next_step) == (ItemState.DONE, "WorkerLost", "ask_developer")


async def test_evidence_that_cannot_be_kept_keeps_the_question(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    ids = await ask_all("M1")
    broken = dataclasses.replace(fleet, evidence=FolderStore(tmp_path / "file"))
    summary = await LaneWorker(broken, portal).work(credential.id)
    assert (summary.answered, summary.put_back) == (0, 1)
    (item,) = await _items(fleet, ids)
    assert (item.state, item.error_code) == (ItemState.QUEUED, "PartUnavailable")
