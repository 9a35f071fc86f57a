"""What the re-waking flow asks of the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lanes.accounts.freshness import keep_alive
from lanes.accounts.idle_sessions import keep_sessions
from lanes.assembly import Fleet
from lanes.keeping.anchors import cast_anchor
from lanes.keeping.overview import count_days
from lanes.keeping.shredding import shred
from lanes.submissions.claim_state import mark_answers
from payers.registry import AdapterError
from store import credentials, queue, runs


class StoredLanes:
    """Implements flows.hands.LaneLedger."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def lanes_to_wake(self) -> Sequence[str]:
        kept = await keep_sessions(self._fleet)
        await self._queue_again()
        async with self._fleet.database.read() as session:
            due = await queue.lanes_needing_wake(session, self._fleet.settings.environment, now=self._fleet.clock.now())
        return sorted({*kept, *due})

    async def _queue_again(self) -> None:
        """What is held only because its adapter was not whole, and is here."""
        async with self._fleet.database.read() as session:
            held = await queue.portals_held(session, AdapterError.__name__)
        for portal in sorted(held & self._fleet.portals.keys() - self._fleet.broken.keys()):
            async with self._fleet.database.begin() as session:
                await queue.release_held(session, portal, code=AdapterError.__name__)

    async def lanes_to_keep_alive(self) -> Sequence[str]:
        return await keep_alive(self._fleet)

    async def portal_of(self, credential_id: str) -> str:
        async with self._fleet.database.read() as session:
            return (await credentials.get(session, credential_id)).portal

    async def shred(self) -> None:
        await shred(self._fleet, actor="retention")
        await count_days(self._fleet)
        await mark_answers(self._fleet)

    async def cast_anchor(self) -> None:
        await cast_anchor(self._fleet)

    async def flow_runs_at_work(self) -> Collection[str]:
        async with self._fleet.database.begin() as session:
            await runs.end_lost(session, now=self._fleet.clock.now())
            return await runs.flow_runs_at_work(session)
