"""Checks that come again: a sheet that was read once is a list whose questions can be asked anew at any time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import groupby

import structlog

from core.capabilities.catalog import capability
from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.questions.ask import How, Question, counter_for, hand_in
from store import batches, credentials, work_items
from store.batches import Batch
from store.credentials import CredentialState
from store.work_items import Priority, WorkItem

CHUNK = 200
"""Questions per transaction: others want to write in between."""

log = structlog.get_logger()


class StoredLists:
    """Implements flows.hands.Planner."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def plan(self, capability: str, patient_list: str) -> Sequence[str]:
        """`patient_list` is a batch's id. Who has an answer that is fresh enough is not asked about again, and what
        belongs to a credential that rests is left out. Raises RequestInvalid for an unknown or another kind of list.
        """
        await self._check(capability, patient_list)
        to_wake: set[str] = set()
        async for items in self._chunks(patient_list):
            for (portal, payer, credential_id), group in groupby(sorted(items, key=_counter), key=_counter):
                if await self._ask_again(capability, portal, payer or None, credential_id, list(group)):
                    to_wake.add(credential_id)
        return sorted(to_wake)

    async def _check(self, capability: str, patient_list: str) -> None:
        async with self._fleet.database.read() as session:
            stored = await session.get(Batch, patient_list)
        if stored is None:
            raise RequestInvalid("There is no stored list with this id.", field="patient_list")
        if stored.capability != capability:
            raise RequestInvalid(f"This stored list asks for {stored.capability}.", field="patient_list")

    async def _chunks(self, patient_list: str) -> AsyncIterator[list[WorkItem]]:
        chunk: list[WorkItem] = []
        async for row in batches.outcomes(self._fleet.database, patient_list):
            if row.item is not None:
                chunk.append(row.item)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    async def _ask_again(
        self, capability_name: str, portal: str, payer: str | None, credential_id: str, items: Iterable[WorkItem]
    ) -> bool:
        """Whether there is something new to do."""
        fleet = self._fleet
        counter = counter_for(fleet, capability_name, portal, payer)
        questions = [
            Question(
                capability=capability_name,
                portal=portal,
                payer=payer,
                query=capability(capability_name).read_query(work_items.query_of(item, fleet.sealer)),
                requested_by="schedule",
                priority=Priority.SWEEP,
            )
            for item in items
        ]
        async with fleet.database.begin() as session:
            credential = await credentials.get(session, credential_id)
            if credential.state is not CredentialState.OPEN:
                log.warning("a list was left out: its credential rests", credential=credential_id, items=len(questions))
                return False
            asked = await hand_in(session, fleet, counter, credential, questions)
        return any(each.how is not How.ANSWERED for each in asked)


def _counter(item: WorkItem) -> tuple[str, str, str]:
    return item.portal, item.payer or "", item.credential_id
