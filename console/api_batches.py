"""Sheets of questions for programs: handed in, followed, and taken home as JSON, CSV or XLSX."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Form, Query, Response, UploadFile
from pydantic import BaseModel

from console import batches as room
from console.api_door import EVENTS, ApiAsker, Limit, api_room, file_of
from console.api_questions import TroubleTold
from console.asking import permitted
from console.batches import MEDIA
from console.choices import LAST_ROW
from console.door import House, HouseOf
from console.following import Events
from console.uploads import plain
from core.capabilities.catalog import capability as capability_of
from core.capabilities.catalog import write
from core.errors import FleetError, NextStep
from lanes.batches import batch as planning
from lanes.batches.batch import RowView
from store.batches import Batch
from store.runs import payload_of

router = api_room("/batches", "batches")


class BatchTold(BaseModel):
    id: str
    capability: str
    portal: str
    requested_by: str
    created_at: datetime
    began_at: datetime
    """Of this round: a sheet that was answered long ago is asked anew when it comes again."""
    rows: int | None
    """None until every row has been read."""

    @classmethod
    def of(cls, each: Batch) -> BatchTold:
        known = {name: getattr(each, name) for name in BatchTold.model_fields if name != "rows"}
        return cls(**known, rows=each.row_count)


class BatchStandingTold(BaseModel):
    answered: int
    failed: int
    held: int
    """A person has to act first."""
    waiting: int
    """Still to be asked; none: it is done."""
    invalid: int
    """Rows that ask nothing."""


class WholeBatch(BatchTold):
    standing: BatchStandingTold


class RowTold(BaseModel):
    number: int
    """As a spreadsheet counts: the header is row 1."""
    problem: str | None
    """Why the row asks nothing."""
    work_item: str | None
    portal: str | None
    """Who was asked: another one than the sheet's where that one sent the row on."""
    state: str | None
    outcome: str | None
    keys: dict[str, Any] | None
    """What the row asks, in clear."""
    as_of: datetime | None
    answer: dict[str, Any] | None
    trouble: TroubleTold | None


class RowsTold(BaseModel):
    rows: list[RowTold]
    after: int | None
    """For the next page; none at the end."""


@router.get("")
async def listed(visitor: ApiAsker, house: HouseOf) -> list[BatchTold]:
    """The latest."""
    return [BatchTold.of(each) for each in await room.listed(house, visitor)]


@router.post("/{capability}", status_code=HTTPStatus.ACCEPTED)
async def hand_in(
    capability: str,
    visitor: ApiAsker,
    house: HouseOf,
    portal: Annotated[str, Form()],
    sheet: UploadFile,
    *,
    payer: Annotated[str | None, Form(description="For rows without a column `payer`")] = None,
) -> WholeBatch:
    """A .csv or .xlsx with a question per row; the same sheet again goes on where it was. A bad row stops nothing."""
    whole = plain(sheet.filename or ""), await sheet.read()
    planned = await room.asked(house, visitor, permitted(visitor, capability), (portal, payer), whole)
    return await one(planned.batch_id, visitor, house)


@router.get("/{batch_id}")
async def one(batch_id: str, visitor: ApiAsker, house: HouseOf) -> WholeBatch:
    """How far it is."""
    batch = await room.own(house, visitor, batch_id)
    stands = BatchStandingTold(**asdict(await room.standing(house, batch)))
    return WholeBatch(**BatchTold.of(batch).model_dump(), standing=stands)


@router.get("/{batch_id}/events", response_class=Response, responses=EVENTS)
async def events(batch_id: str, visitor: ApiAsker, house: HouseOf) -> Response:
    """Server-sent events: `standing` (answered, failed, held, waiting, invalid) when it changes, at last `settled`."""
    return Events(room.followed(house, await room.own(house, visitor, batch_id)))


@router.get("/{batch_id}/rows")
async def rows(
    batch_id: str,
    visitor: ApiAsker,
    house: HouseOf,
    after: Annotated[int, Query(ge=0, le=LAST_ROW, description="`after` of the page before.")] = 0,
    limit: Limit = 100,
) -> RowsTold:
    """With their answers. The look goes into the audit trail."""
    await room.own(house, visitor, batch_id)
    found = await planning.rows_of(house.fleet, batch_id, viewer=visitor.name, after=after, limit=limit)
    return RowsTold(rows=[_row(house, each) for each in found], after=found[-1].number if len(found) == limit else None)


@router.get(
    "/{batch_id}/answers{ending}",
    response_class=Response,
    responses=file_of(*MEDIA.values(), told="The questions with their outcomes, a line each."),
)
async def answers(batch_id: str, ending: Literal[".csv", ".xlsx"], visitor: ApiAsker, house: HouseOf) -> Response:
    """Goes into the audit trail as an export."""
    return await room.exported(house, visitor, batch_id, ending)


def _row(house: House, row: RowView) -> RowTold:
    item = row.item
    trouble = _trouble(item.error_code, item.error_sentence, item.next_step) if item else None
    answer = None
    if item and row.stored:
        try:
            opened = capability_of(item.capability).read_answer(payload_of(row.stored, house.fleet.sealer))
            answer = json.loads(write(opened))
        except FleetError as gone:  # shredded: it does not hide the other rows
            trouble = _trouble(gone.code, gone.sentence, gone.next_step)
    return RowTold(
        number=row.number,
        problem=row.problem,
        work_item=item.id if item else None,
        portal=item.portal if item else None,
        state=item.state.value if item else None,
        outcome=item.outcome if item else None,
        keys=row.query,
        as_of=row.as_of,
        answer=answer,
        trouble=trouble,
    )


def _trouble(code: str | None, sentence: str | None, next_step: str | None) -> TroubleTold | None:
    if code is None:
        return None
    return TroubleTold(code=code, sentence=sentence or "", next_step=NextStep(next_step or NextStep.ASK_DEVELOPER))
