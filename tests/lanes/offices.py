"""An office that asked and got answers long ago, for what is kept and what goes."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from core.seal import Sealer, Shredded, seal_blob
from lanes.assembly import Fleet
from lanes.views import open_evidence
from store import leases, runs, work_items
from store.base import moment_id, period_of, place
from store.credentials import Credential
from store.runs import Evidence, StoredAnswer
from store.work_items import ItemState, WorkItem

KEY = bytes(range(32))
NOVEMBER, DECEMBER = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
OVER = datetime(2028, 12, 1, tzinfo=UTC)
"""The first day on which nothing of November is kept."""


@dataclass
class Standing:
    """A clock."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


@dataclass
class Office:
    fleet: Fleet
    run_id: str

    def later(self, moment: datetime) -> Fleet:
        """A process of that day, which remembers no key."""
        self.fleet = replace(self.fleet, clock=Standing(moment), sealer=Sealer(KEY, self.fleet.vault))
        return self.fleet

    async def answered(self, member: str, asked: datetime, *, claim: str = "C0") -> str:
        """A question of that day with its answer and a picture, as a lane leaves them."""
        fleet, tail = self.fleet, os.urandom(6).hex()
        item_id, answer_id, picture_id = (moment_id(prefix, asked) + tail for prefix in ("item", "ans", "ev"))
        key = fleet.sealer.data_key(period_of("pictures", picture_id))
        await fleet.evidence.put_if_absent(picture_id, seal_blob(b"seen", key, place("evidence", picture_id)))
        query, payload = f'{{"member_id": "{member}"}}', f'{{"outcome": "x", "claim_number": "{claim}"}}'
        async with fleet.database.begin() as session:
            credential_id = (await runs.get(session, self.run_id)).credential_id
            session.add(
                WorkItem(
                    id=item_id,
                    capability="eligibility",
                    portal="availity",
                    payer="aetna",
                    query=fleet.sealer.seal(query, place("work_item", item_id), period_of("answers", item_id)),
                    credential_id=credential_id,
                    natural_key=f"blind {tail}",
                    priority=0,
                    due_at=asked,
                    not_before=asked,
                    state=ItemState.DONE,
                    requested_by="kim",
                    created_at=asked,
                    run_id=self.run_id,
                    outcome="coverage",
                )
            )
            await session.flush()
            session.add(
                StoredAnswer(
                    id=answer_id,
                    work_item_id=item_id,
                    run_id=self.run_id,
                    outcome="coverage",
                    as_of=asked,
                    adapter_version="1",
                    payload=fleet.sealer.seal(payload, place("answer", answer_id), period_of("answers", answer_id)),
                )
            )
            session.add(
                Evidence(
                    id=picture_id,
                    run_id=self.run_id,
                    work_item_id=item_id,
                    kind="screenshot",
                    media_type="image/jpeg",
                    sha256=hashlib.sha256(b"seen").hexdigest(),
                    size=4,
                    object_name=picture_id,
                    page="search",
                    created_at=asked,
                )
            )
        return item_id

    async def whole(self, item_id: str) -> bool:
        """False: shredded. Anything else that reading can meet is a mistake."""
        async with self.fleet.database.read() as session:
            item = await work_items.get(session, item_id)
            answer = await runs.answer_of(session, item_id)
            (picture,) = await runs.evidence_of(session, work_item_id=item_id)
        assert answer is not None
        read = 0
        for sealed in (
            partial(work_items.query_of, item, self.fleet.sealer),
            partial(runs.payload_of, answer, self.fleet.sealer),
        ):
            with contextlib.suppress(Shredded):
                read += bool(sealed())
        with contextlib.suppress(Shredded):
            read += await open_evidence(self.fleet, picture) == b"seen"
        return read == 3


async def employed(fleet: Fleet, credential: Credential) -> Office:
    async with fleet.database.begin() as session:
        lease = await leases.take(session, credential.id, "w", seconds=9, now=NOVEMBER)
        assert lease is not None
        run = await runs.start(session, lease, portal="availity", flow_run_id=None, now=NOVEMBER)
    return Office(fleet, run.id)
