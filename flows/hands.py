"""What a flow finds at hand in the worker process it runs in: the open lanes, the store's view of them, the door.

Flows are called by Prefect with ids only, so everything that is open (browsers, store, vault) reaches them here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.phi import Secret
from core.settings import Settings


class LaneWorker(Protocol):
    """`lanes.lane.LaneWorker`, or the in-memory one of the tests."""

    async def work(self, credential_id: str, *, flow_run_id: str | None) -> object:
        """Works the lane until nothing is due; returns at once when another worker holds it."""
        ...

    def poke(self, credential_id: str) -> bool:
        """True when the lane is open here and will look at its queue once more before it closes."""
        ...


class LaneLedger(Protocol):
    """What the store knows of lanes as a whole."""

    async def lanes_to_wake(self) -> Sequence[str]:
        """Credentials with due work and no live lease, which are not resting."""
        ...

    async def lanes_to_keep_alive(self) -> Sequence[str]:
        """Credentials that their portals would soon deactivate; a log-in waits in each of these lanes."""
        ...

    async def portal_of(self, credential_id: str) -> str: ...

    async def shred(self) -> None:
        """Ends what the retention rules say is over. Called too often, or killed, it does no harm."""
        ...

    async def cast_anchor(self) -> None:
        """Notes where the audit trail ends, away from the store."""
        ...

    async def flow_runs_at_work(self) -> Collection[str]:
        """Prefect's ids of the runs that hold a live lease. Runs whose lease is dead are ended on the way."""
        ...


class Planner(Protocol):
    async def plan(self, capability: str, patient_list: str) -> Sequence[str]:
        """Makes the work items of a stored list of patients; gives the credentials whose lanes have to be woken."""
        ...


class Scheduler(Protocol):
    async def tick(self) -> Sequence[str]:
        """Does what schedules want by now; gives the credentials whose lanes have to be woken. Called too often or by
        several workers at once, it does nothing twice.
        """
        ...


class Lanes:
    """The lanes at work in this process: each at most once, however often it is woken."""

    def __init__(self, worker: LaneWorker) -> None:
        self._worker = worker
        self._at_work: dict[str, asyncio.Task[object]] = {}
        self._stopping = False

    async def work(self, credential_id: str, *, flow_run_id: str) -> None:
        if self._stopping or self.poke(credential_id):
            return
        before = self._at_work.get(credential_id)
        task = asyncio.create_task(self._after(before, credential_id, flow_run_id))
        self._at_work[credential_id] = task
        try:
            await task
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            if self._at_work.get(credential_id) is task:
                del self._at_work[credential_id]

    def poke(self, credential_id: str) -> bool:
        return credential_id in self._at_work and self._worker.poke(credential_id)

    async def stop(self) -> None:
        """Cancels what is at work; each lane puts its items back and releases its lease on the way out."""
        self._stopping = True
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _after(self, before: asyncio.Task[object] | None, credential_id: str, flow_run_id: str) -> object:
        if before is not None:  # it is closing and no longer listens: its lease and browser have to be free first
            await asyncio.wait([before])
        return await self._worker.work(credential_id, flow_run_id=flow_run_id)


@dataclass(frozen=True)
class Parts:
    """What a worker process works with: the real ones from flows.opening, or in-memory ones."""

    worker: LaneWorker
    ledger: LaneLedger
    planner: Planner
    scheduler: Scheduler
    until_locked_out: Callable[[], Awaitable[None]]
    """Returns when the vault does not know this process any more."""
    allowed: frozenset[str] = frozenset()
    """The portals for which the vault has let it in; empty: all."""


Opening = Callable[[Settings, Secret, Path], AbstractAsyncContextManager[Parts]]
"""Takes the line from standard input, and the temporary folder of the process."""


@dataclass(frozen=True)
class Hands:
    lanes: Lanes
    ledger: LaneLedger
    planner: Planner
    scheduler: Scheduler
    wake: Callable[[Sequence[str]], Awaitable[None]]
    pass_on: Callable[[str, str], Awaitable[None]]
    """A credential, and the portal by whose workers its lane is to be worked."""
    portals: frozenset[str] = frozenset()
    """Those that this worker works; empty: all."""


_at_hand: ContextVar[Hands] = ContextVar("fleet_hands")


def take(hands: Hands) -> None:
    """For this task and all that it starts."""
    _at_hand.set(hands)


def at_hand() -> Hands:
    """Raises LookupError outside a worker: flows run nowhere else."""
    return _at_hand.get()
