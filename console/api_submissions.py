"""Submissions for programs: handed in as a form with files, watched, approved, and their receipts."""

from __future__ import annotations

import json
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, Json

from console import submissions as room
from console import tracking as desk
from console.api_door import ApiSubmitter, api_room, file_of
from console.api_questions import ProofTold, proof_told
from console.door import HouseOf
from console.pages import as_download
from console.uploads import plain
from core.capabilities.catalog import write
from core.follow_up import Todo
from lanes.submissions import submit
from lanes.submissions.following import Stand
from lanes.submissions.submit import Order

router = api_room("/submissions", "submissions")


class StandingTold(BaseModel):
    """How far the payer is, as its portal showed it last."""

    model_config = ConfigDict(from_attributes=True)

    seen_at: datetime | None
    missing: bool
    """The portal does not show it any more."""
    status: str | None
    decided: bool
    decided_on: date | None
    told: str | None
    """How much of it was approved, or accepted."""
    letter_id: str | None


class SightingTold(BaseModel):
    """Something that had changed on the portal."""

    model_config = ConfigDict(from_attributes=True)

    work_item_id: str
    """The question whose answer showed it."""
    seen_at: datetime
    missing: bool
    status: str | None
    decided_on: date | None
    told: str | None
    """How much of it was approved, or accepted."""
    letter_id: str | None


class NextTold(BaseModel):
    """What has to be done about it."""

    model_config = ConfigDict(from_attributes=True)

    todo: Todo
    sentence: str
    by: date | None
    """The last day to object; the first day to chase."""
    days_left: int | None


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
    standing: StandingTold | None
    next: NextTold | None

    @classmethod
    def of(cls, stand: Stand) -> SubmissionTold:
        row, seen = stand.row, stand.standing
        told = {
            "waits_for": stand.item.error_sentence if row.settled_at is None else None,
            "standing": StandingTold.model_validate(seen) if seen and seen.seen_at else None,
            "next": NextTold.model_validate(stand.next) if stand.next else None,
        }
        own = {name: getattr(row, name) for name in SubmissionTold.model_fields if name not in told}
        return cls(**own, **told)


class WholeSubmission(SubmissionTold):
    files: list[str]
    """SHA-256 of each."""
    history: list[SightingTold]
    """The oldest first."""
    evidence: list[ProofTold]
    answer: dict[str, Any] | None


class ClearedTold(BaseModel):
    """Nothing is wrong with it."""

    model_config = ConfigDict(from_attributes=True)

    file_by: date | None
    """The last day on which the payer takes it; none where no rule is known."""
    days_left: int | None


class Tracking(BaseModel):
    portal: str | None = None
    submission: str | None = None
    """None: all of the portal, or of all portals."""


class Reconciling(BaseModel):
    submission: str | None = None


class NotAsked(BaseModel):
    id: str
    sentence: str


class Tracked(BaseModel):
    asked: list[str]
    """Ids; how they stand is told by themselves, once the portals have answered."""
    left_out: list[NotAsked]


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
    return [SubmissionTold.of(each.stand) for each in await room.listed(house, visitor, before=before)]


@router.post("/track", status_code=HTTPStatus.ACCEPTED)
async def track(tracking: Tracking, visitor: ApiSubmitter, house: HouseOf) -> Tracked:
    """Asks the portals how far payers are, now."""
    asked, left_out = await desk.asked_after(house, visitor, portal=tracking.portal, submission=tracking.submission)
    return Tracked(asked=asked, left_out=[NotAsked(id=each.row.id, sentence=each.sentence) for each in left_out])


@router.post("/reconcile", status_code=HTTPStatus.ACCEPTED)
async def reconcile(reconciling: Reconciling, visitor: ApiSubmitter, house: HouseOf) -> list[str]:
    """Looks now for everything that is not settled, and goes on with it. The ids."""
    return await desk.looked_for(house, visitor, submission=reconciling.submission)


async def _ordered(  # noqa: PLR0917 - a form's fields
    kind: str,
    visitor: ApiSubmitter,
    house: HouseOf,
    portal: Annotated[str, Form()],
    keys: Annotated[Json[dict[str, str]], Form(description="A JSON object: claim_number and so on")],
    payer: Annotated[str | None, Form()] = None,
    files: Annotated[list[UploadFile] | None, File()] = None,
    *,
    rehearsal: Annotated[bool, Form()] = False,
    anyway: Annotated[bool, Form(description="Also when the latest stored answer speaks against it")] = False,
) -> Order:
    contents = [(plain(file.filename or "file"), await file.read()) for file in files or []]
    form = {**keys, "counterpart": f"{portal}|{payer or ''}", "rehearsal": "true" if rehearsal else ""}
    form["anyway"] = "true" if anyway else ""
    return await room.order_of(house, visitor, kind, form, contents)


Ordered = Annotated[Order, Depends(_ordered)]


@router.post("/{kind}/check")
async def check(ordered: Ordered, visitor: ApiSubmitter, house: HouseOf) -> ClearedTold:
    """What can be known before a log-in: everything that is wrong is said at once, and nothing is kept."""
    del visitor
    return ClearedTold.model_validate(await submit.check(house.fleet, ordered))


@router.post("/{kind}", status_code=HTTPStatus.ACCEPTED)
async def hand_in(ordered: Ordered, visitor: ApiSubmitter, house: HouseOf) -> SubmissionTold:
    """Checked and sealed, then sent exactly once, however often it is handed in."""
    del visitor
    made = await room.sent(house, ordered)
    return SubmissionTold.of(await room.stand_of(house, made.row))


@router.get("/{submission_id}")
async def one(submission_id: str, visitor: ApiSubmitter, house: HouseOf) -> WholeSubmission:
    """With what the portal said. The look goes into the audit trail."""
    seen = await room.seen_by(house, visitor, submission_id)
    return WholeSubmission(
        **SubmissionTold.of(await room.stand_of(house, seen.row)).model_dump(),
        files=[file.sha256 for file in seen.files],
        history=[SightingTold.model_validate(each) for each in seen.history],
        evidence=[proof_told(each) for each in seen.evidence],
        answer=json.loads(write(seen.answer)) if seen.answer else None,
    )


@router.post("/{submission_id}/approve", status_code=HTTPStatus.NO_CONTENT)
async def approve(submission_id: str, approving: Approving, visitor: ApiSubmitter, house: HouseOf) -> None:
    await room.approved(house, visitor, submission_id, version=approving.version)


@router.post("/{submission_id}/settle", status_code=HTTPStatus.NO_CONTENT)
async def settle(submission_id: str, settling: Settling, visitor: ApiSubmitter, house: HouseOf) -> None:
    await room.decided(house, visitor, submission_id, number=settling.number, reason=settling.reason)


@router.get(
    "/{submission_id}/pictures/{picture_id}",
    response_class=Response,
    responses=file_of("image/png", "image/jpeg", told="A masked screenshot."),
)
async def picture(submission_id: str, picture_id: str, visitor: ApiSubmitter, house: HouseOf) -> Response:
    """The look goes into the audit trail."""
    return await room.picture_of(house, visitor, submission_id, picture_id)


@router.get(
    "/{submission_id}/receipt",
    response_class=Response,
    responses=file_of("application/zip", told="A signed evidence capsule."),
)
async def receipt(submission_id: str, visitor: ApiSubmitter, house: HouseOf) -> Response:
    """A signed capsule, .zip. Goes into the audit trail as an export."""
    return room.capsule(submission_id, await room.receipt_of(house, visitor, submission_id))


@router.get(
    "/{submission_id}/letters/{letter_id}",
    response_class=Response,
    responses=file_of("application/octet-stream", told="The letter."),
)
async def letter(submission_id: str, letter_id: str, visitor: ApiSubmitter, house: HouseOf) -> Response:
    """What the payer wrote. Goes into the audit trail as an export."""
    return as_download(await desk.letter_of(house, visitor, submission_id, letter_id), "letter")
