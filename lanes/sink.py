"""Takes what a bot shows for proof: sealed and stored at once, indexed when the question's outcome is committed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager

from bots.contracts import Step
from core.errors import PartUnavailable
from core.retention import class_of_evidence
from core.seal import DataKey, seal_blob
from lanes.assembly import Fleet
from lanes.news import ITEM
from store.base import new_id, period_of, place
from store.queue import Work
from store.runs import Evidence, RunStep

STALLED_SECONDS = 600.0
"""Without a step or a piece of evidence: longer than any page, file or portal may take. Such a browser hangs."""


class LaneSink:
    """A bots.contracts.EvidenceSink. Sealing and writing go on beside the bot's next steps; `settle` waits for them."""

    def __init__(self, fleet: Fleet, work: Work, numbers: Iterator[int]) -> None:
        self._fleet = fleet
        self.work = work
        self._numbers = numbers
        self._pending: set[asyncio.Task[None]] = set()
        self._keys: dict[str, DataKey] = {}
        """One of each period of retention."""
        self._limit: asyncio.Timeout | None = None

    @asynccontextmanager
    async def stirring(self) -> AsyncIterator[None]:
        """While a browser is at work. Raises PartUnavailable for one that hangs: its lane would wait for ever."""
        try:
            async with asyncio.timeout(STALLED_SECONDS) as limit:
                self._limit = limit
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            raise PartUnavailable(
                "browser", "The browser stood still for too long; the work is kept and goes on in a new one."
            ) from None
        finally:
            self._limit = None

    async def keep(self, kind: str, media_type: str, data: bytes, *, page: str) -> None:
        self._stir()
        self._start(self._store(kind, media_type, data, page))

    async def step(self, step: Step) -> None:
        self._stir()
        self._fleet.news.publish(ITEM + self.work.item.id, step)
        self.work.steps.append(
            RunStep(
                run_id=self.work.run_id,
                seq=next(self._numbers),
                work_item_id=self.work.item.id,
                kind=step.kind.value,
                page=step.page,
                started_at=step.started_at,
                milliseconds=step.milliseconds,
                note=step.note,
            )
        )

    async def settle(self) -> None:
        """All is stored. Raises PartUnavailable when something is not."""
        pending, self._pending = self._pending, set()
        done = await asyncio.gather(*pending, return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result

    async def abandon(self) -> None:
        """The question goes back; what is still on its way to the store is of no use."""
        pending, self._pending = self._pending, set()
        for job in pending:
            job.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    def _stir(self) -> None:
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + STALLED_SECONDS)

    def _start(self, job: Coroutine[None, None, None]) -> None:
        self._pending.add(asyncio.create_task(job))

    async def _store(self, kind: str, media_type: str, data: bytes, page: str) -> None:
        now = self._fleet.clock.now()
        evidence_id = new_id("ev")
        name = f"{now:%Y/%m/%d}/{evidence_id}"
        period = period_of(class_of_evidence(self.work.item.capability, kind), evidence_id)
        if period not in self._keys:
            self._keys[period] = self._fleet.sealer.data_key(period)
        key = self._keys[period]
        await self._fleet.evidence.put_if_absent(name, seal_blob(data, key, place("evidence", evidence_id)))
        self.work.evidence.append(
            Evidence(
                id=evidence_id,
                run_id=self.work.run_id,
                work_item_id=self.work.item.id,
                kind=kind,
                media_type=media_type,
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                object_name=name,
                page=page,
                created_at=now,
            )
        )
