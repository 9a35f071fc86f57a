"""Submissions for programs: handed in as a form with files, watched, approved, and their receipts."""

from __future__ import annotations

import json
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from pydantic import BaseModel, Field, Json

from console import submissions as room
from console.api import NeedsToken, bearer
from console.door import HouseOf
from console.rights import Right
from console.uploads import plain
from core.capabilities.catalog import write
from lanes.people import Visitor
from store.submissions import StoredSubmission
from store.work_items import WorkItem

router = APIRouter(prefix="/api/submissions", tags=["submissions"], dependencies=[Depends(bearer)])
ApiSubmitter = Annotated[Visitor, Depends(NeedsToken(Right.SUBMIT))]


class SubmissionTold(BaseModel):
    """Free of patient data."""

    id: str
    kind: str
    portal: str
    payer: str | None
    state: str
    rehearsal: bool
    needs_approval: bool
    version: int
    """Of its texts: it counts each time that it is handed in with others before it is sent."""
    approved_by: str | None
    approved_at: datetime | None
    file_by: date | None
    """The last day on which the payer takes it."""
    requested_by: str
    created_at: datetime
    clicked_at: datetime | None
    settled_at: datetime | None
    waits_for: str | None

    @classmethod
    def of(cls, row: StoredSubmission, item: WorkItem) -> SubmissionTold:
        own = {name: getattr(row, name) for name in SubmissionTold.model_fields if name != "waits_for"}
        return cls(**own, waits_for=item.error_sentence if row.settled_at is None else None)


class WholeSubmission(SubmissionTold):
    files: list[str]
    """SHA-256 of each."""
    answer: dict[str, Any] | None


class Approving(BaseModel):
    version: int
    """The one that was read."""


class Settling(BaseModel):
    number: str | None = Field(default=None, max_length=80)
    """What the payer calls it; none: it was not received, and is to be sent."""
    reason: str = Field(max_length=300)


@router.get("")
async def listed(visitor: ApiSubmitter, house: HouseOf, before: str | None = None) -> list[SubmissionTold]:
    """The newest first. `before`: the id of the last one of the page before."""
    return [SubmissionTold.of(each.row, each.item) for each in await room.listed(house, visitor, before=before)]


@router.post("/{kind}", status_code=HTTPStatus.ACCEPTED)
async def hand_in(  # noqa: PLR0917 - a form's fields
    kind: str,
    visitor: ApiSubmitter,
    house: HouseOf,
    portal: Annotated[str, Form()],
    keys: Annotated[Json[dict[str, str]], Form(description="A JSON object: claim_number and so on")],
    payer: Annotated[str | None, Form()] = None,
    files: Annotated[list[UploadFile] | None, File()] = None,
    *,
    rehearsal: Annotated[bool, Form()] = False,
) -> SubmissionTold:
    """Checked and sealed, then sent exactly once, however often it is handed in."""
    contents = [(plain(file.filename or "file"), await file.read()) for file in files or []]
    form = {**keys, "counterpart": f"{portal}|{payer or ''}", "rehearsal": "true" if rehearsal else ""}
    made = await room.sent(house, await room.order_of(house, visitor, kind, form, contents))
    return SubmissionTold.of(made.row, made.item)


@router.get("/{submission_id}")
async def one(submission_id: str, visitor: ApiSubmitter, house: HouseOf) -> WholeSubmission:
    """With what the portal said. The look goes into the audit trail."""
    seen = await room.seen_by(house, visitor, submission_id)
    return WholeSubmission(
        **SubmissionTold.of(seen.row, seen.item).model_dump(),
        files=[file.sha256 for file in seen.files],
        answer=json.loads(write(seen.answer)) if seen.answer else None,
    )


@router.post("/{submission_id}/approve", status_code=HTTPStatus.NO_CONTENT)
async def approve(submission_id: str, approving: Approving, visitor: ApiSubmitter, house: HouseOf) -> None:
    await room.approved(house, visitor, submission_id, version=approving.version)


@router.post("/{submission_id}/settle", status_code=HTTPStatus.NO_CONTENT)
async def settle(submission_id: str, settling: Settling, visitor: ApiSubmitter, house: HouseOf) -> None:
    await room.decided(house, visitor, submission_id, number=settling.number, reason=settling.reason)


@router.get("/{submission_id}/receipt", response_class=Response)
async def receipt(submission_id: str, visitor: ApiSubmitter, house: HouseOf) -> Response:
    """A signed capsule, .zip. Goes into the audit trail as an export."""
    return room.capsule(submission_id, await room.receipt_of(house, visitor, submission_id))
