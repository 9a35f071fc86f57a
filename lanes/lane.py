"""Workers of lanes: whoever gets the lease works the queue; everybody else goes home at once."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bots.contracts import LaneBot, SessionState
from core.errors import LeaseLost, PartUnavailable
from lanes.assembly import Fleet
from lanes.news import LANE, Event
from lanes.shift import Nudge, Shift, Wake
from store import credentials, leases, queue, runs
from store.leases import Lease
from store.runs import Run, RunState


class Browsers(Protocol):
    async def lane(self, portal: str, state: SessionState | None) -> LaneBot:
        """A browser context of its own, with the restored session. Raises PartUnavailable."""
        ...


@dataclass(frozen=True)
class RunSummary:
    """`run_id` is None when there was nothing to do here: somebody else holds the lane, or it rests."""

    run_id: str | None
    state: RunState | None = None
    logins: int = 0
    answered: int = 0
    failed: int = 0
    put_back: int = 0


async def _nobody(_credentials: Sequence[str]) -> None:
    """The re-waking flow finds what is due."""


class LaneWorker:
    """One per process. Lanes of different credentials run side by side in it."""

    def __init__(self, fleet: Fleet, browsers: Browsers, wake: Wake = _nobody) -> None:
        """`wake`: other lanes, to which an answer has sent somebody on."""
        self._fleet = fleet
        self._browsers = browsers
        self._wake = wake
        self._nudges: dict[str, Nudge] = {}
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    def poke(self, credential_id: str) -> bool:
        """True: the lane is open here and looks at its queue once more before it closes."""
        nudge = self._nudges.get(credential_id)
        return nudge is not None and nudge.give()

    async def work(self, credential_id: str, *, flow_run_id: str | None = None) -> RunSummary:
        """Until nothing is due and the lane has lingered. Troubles of portal and account end in the run's summary.

        Raises PartUnavailable when the store is, LeaseLost when another worker took the lane over, CancelledError
        after the question in hand was put back.
        """
        lane = LANE + credential_id
        async with self._fleet.news.following(lane) as calls:
            started = await self._start(credential_id, flow_run_id)
            self._fleet.news.tell(lane)  # who holds it, on another machine perhaps, may not know what there is
            if started is None:
                return RunSummary(run_id=None)
            lease, run = started
            async with self._nudged(credential_id, calls) as nudge:
                await self._hold(lease, Shift(self._fleet, self._browsers.lane, lease, run, nudge, wake=self._wake))
        async with self._fleet.database.read() as session:
            ended = await runs.get(session, run.id)
        return RunSummary(ended.id, ended.state, ended.logins, ended.answered, ended.failed, ended.put_back)

    @asynccontextmanager
    async def _nudged(self, credential_id: str, calls: asyncio.Queue[Event]) -> AsyncIterator[Nudge]:
        nudge = self._nudges[credential_id] = Nudge()

        async def pass_on() -> None:
            while await calls.get():
                nudge.give()

        passing_on = asyncio.create_task(pass_on())
        try:
            yield nudge
        finally:
            passing_on.cancel()
            if self._nudges[credential_id] is nudge:
                del self._nudges[credential_id]

    async def _start(self, credential_id: str, flow_run_id: str | None) -> tuple[Lease, Run] | None:
        now = self._fleet.clock.now()
        seconds = self._fleet.settings.lease_seconds
        async with self._fleet.database.begin() as session:
            credential = await credentials.get(session, credential_id)
            if credential.state is not credentials.CredentialState.OPEN:
                return None
            lease = await leases.take(session, credential_id, self.holder, seconds=seconds, now=now)
            if lease is None:
                return None
            await queue.recover(session, lease, now=now)
            run = await runs.start(session, lease, portal=credential.portal, flow_run_id=flow_run_id, now=now)
        return lease, run

    async def _hold(self, lease: Lease, shift: Shift) -> None:
        """Works while the lease is kept. When it is lost, the work is cancelled before anything else is done."""
        keeper = asyncio.create_task(self._keep(lease))
        worker = asyncio.create_task(shift.work())
        try:
            await asyncio.wait({keeper, worker}, return_when=asyncio.FIRST_COMPLETED)
            if shift.is_leaving:
                await asyncio.wait({worker})
            ended = worker.done()
        finally:
            # Also when this task itself was cancelled: the question in hand goes back first.
            worker.cancel()
            keeper.cancel()
            await asyncio.gather(keeper, worker, return_exceptions=True)
        if not ended and not keeper.cancelled():
            keeper.result()
        worker.result()

    async def _keep(self, lease: Lease) -> None:
        """A late renewal is as good: it fails if somebody took the lane meanwhile. Only a store that does not answer
        for as long as a lease lasts leaves that open.
        """
        clock, seconds = self._fleet.clock, self._fleet.settings.lease_seconds
        renewed_at = clock.now()
        while True:
            await clock.sleep_until(clock.now() + timedelta(seconds=seconds / 3))
            try:
                async with self._fleet.database.begin() as session:
                    now = clock.now()  # after the wait for other writers
                    await leases.renew(session, lease, seconds=seconds, now=now)
                renewed_at = now
            except PartUnavailable:  # a busy store may be better at the next third
                if (clock.now() - renewed_at).total_seconds() >= seconds:
                    raise LeaseLost(
                        "The lane's lease could not be renewed in time; the work stops here and is kept."
                    ) from None
