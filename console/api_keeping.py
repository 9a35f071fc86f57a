"""The audit trail, retention and legal holds, for programs of those who may see all tax IDs."""

from __future__ import annotations

import asyncio
import json
import tempfile
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from console import audit as room
from console.api_door import ApiAuditReader, ApiKeeper, Limit, Reason, api_room, file_of
from console.choices import LAST_ROW
from console.door import HouseOf
from core.retention import rules
from lanes import trail
from lanes.keeping import holds
from lanes.keeping.overview import HeldPeriod, overview
from store.retention import HoldKind

router = api_room("", "keeping")
LINES = "application/x-ndjson"


class AuditEventTold(BaseModel):
    seq: int
    at: datetime
    action: str
    actor: str
    subject: str
    detail: dict[str, Any]
    hash: str


class AuditTold(BaseModel):
    events: list[AuditEventTold]
    head: str
    """NUMBER:HASH of the last event of all, to be noted elsewhere."""
    before: int | None
    """For the next page; none at the end."""


class AuditVerdictTold(BaseModel):
    events: int
    broken_at: int | None
    """The first event that does not fit; none when the chain holds."""
    head: str


class RuleTold(BaseModel):
    kind: str
    title: str
    months: int
    never_shredded: bool
    source: str
    """Why so long."""


class PeriodTold(BaseModel):
    period: str
    rows: int
    objects: int
    goes_on: date | None
    """None: never."""
    state: str

    @classmethod
    def of(cls, each: HeldPeriod) -> PeriodTold:
        return cls(
            period=str(each.period),
            rows=each.held.rows,
            objects=each.held.objects,
            goes_on=each.goes_on,
            state=each.state,
        )


class HoldTold(BaseModel):
    id: str
    kind: HoldKind
    subject: str | None
    """A run or a period; never the number of a patient or claim."""
    reason: str
    placed_by: str
    placed_at: datetime


class RetentionTold(BaseModel):
    rules: list[RuleTold]
    periods: list[PeriodTold]
    """The oldest first."""
    holds: list[HoldTold]
    """In force."""


class Holding(Reason):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    kind: HoldKind
    subject: str = Field(max_length=200)
    """The number of a patient or claim, a run's id, or a period as `answers 2026-11`."""


class HoldMade(BaseModel):
    id: str


@router.get("/audit")
async def events(
    visitor: ApiAuditReader,
    house: HouseOf,
    *,
    action: Annotated[str | None, Query(description="Or its beginning: `phi.` are all looks at patient data.")] = None,
    actor: str | None = None,
    subject: str | None = None,
    before: Annotated[int | None, Query(ge=0, le=LAST_ROW, description="`before` of the page before.")] = None,
    limit: Limit = 100,
) -> AuditTold:
    """Who did what to which id, the latest first."""
    del visitor
    asked = {"action": action, "actor": actor, "subject": subject}
    found, (seq, digest) = await room.read(
        house, {name: value for name, value in asked.items() if value}, before=before, limit=limit
    )
    return AuditTold(
        events=[
            AuditEventTold(
                **{name: getattr(each, name) for name in ("seq", "at", "action", "actor", "subject", "hash")},
                detail=json.loads(each.detail),
            )
            for each in found.events
        ],
        head=f"{seq}:{digest}",
        before=found.before,
    )


@router.get("/audit/verify")
async def verify(visitor: ApiAuditReader, house: HouseOf) -> AuditVerdictTold:
    """Reads the whole chain."""
    del visitor
    verdict, (seq, digest) = await room.verified(house)
    return AuditVerdictTold(events=verdict.events, broken_at=verdict.broken_at, head=f"{seq}:{digest}")


@router.get("/audit/export", response_class=Response, responses=file_of(LINES, told="An event per line, signed."))
async def export(visitor: ApiAuditReader, house: HouseOf, since: date | None = None) -> Response:
    """To be kept for six years; `fleet audit verify --file` checks it anywhere. The export is an event itself."""
    begin = datetime.combine(since, time(), UTC) if since else None
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        target = Path(folder) / "audit.jsonl"
        await trail.export(house.fleet, target, since=begin, actor=visitor.name)
        data = await asyncio.to_thread(target.read_bytes)
    return Response(data, media_type=LINES, headers={"content-disposition": 'attachment; filename="audit.jsonl"'})


@router.get("/retention")
async def retention(visitor: ApiKeeper, house: HouseOf) -> RetentionTold:
    """How long patient data is kept, what is held of each class and month, and what is on hold."""
    del visitor
    periods, held_back = await overview(house.fleet)
    return RetentionTold(
        rules=[
            RuleTold(
                kind=name,
                title=rule.title,
                months=rule.months,
                never_shredded=rule.never_shredded,
                source=rule.source,
            )
            for name, rule in rules().items()
        ],
        periods=[PeriodTold.of(each) for each in periods],
        holds=[HoldTold(**vars(each)) for each in held_back],
    )


@router.post("/holds", status_code=HTTPStatus.CREATED)
async def hold(said: Holding, visitor: ApiKeeper, house: HouseOf) -> HoldMade:
    """From now on nothing that it covers is shredded."""
    made = await holds.place(house.fleet, said.kind, said.subject, reason=said.reason, actor=visitor.name)
    return HoldMade(id=made.id)


@router.post("/holds/{hold_id}/release", status_code=HTTPStatus.NO_CONTENT)
async def release(hold_id: str, said: Reason, visitor: ApiKeeper, house: HouseOf) -> None:
    """What is due goes with the next night."""
    await holds.release(house.fleet, hold_id, reason=said.reason, actor=visitor.name)
