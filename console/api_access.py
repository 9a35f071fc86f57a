"""The quarterly review for programs: how it stands, and a roster compared."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, UploadFile
from pydantic import BaseModel

from console.access import ask_who, reviewed, standings
from console.api_door import ApiReviewer, api_room
from console.api_questions import QuestionTold
from console.door import HouseOf
from console.uploads import plain

router = api_room("/access-reviews", "access")


class ReviewStandingTold(BaseModel):
    portal: str
    name: str
    asked_at: datetime | None
    reviewed_at: datetime | None
    reviewed_by: str | None
    findings: int | None
    due_at: datetime | None


class FoundTold(BaseModel):
    portal: str
    username: str
    name: str | None
    finding: str
    detail: str


class ReviewTold(BaseModel):
    users: int
    as_of: dict[str, datetime]
    roster_sha256: str
    found: list[FoundTold]
    signed_at: datetime | None


@router.get("")
async def listed(visitor: ApiReviewer, house: HouseOf) -> list[ReviewStandingTold]:
    """By portal: when it was asked, when reviewed, and when it is due."""
    del visitor
    return [ReviewStandingTold(**vars(each)) for each in await standings(house)]


class AskingWho(BaseModel):
    portal: str


@router.post("/ask", status_code=HTTPStatus.ACCEPTED)
async def ask(asking: AskingWho, visitor: ApiReviewer, house: HouseOf) -> QuestionTold:
    """Who has access there: a portal is asked anew, for the review to compare."""
    return QuestionTold.of(await ask_who(house, visitor, asking.portal))


@router.post("")
async def compare(
    visitor: ApiReviewer, house: HouseOf, roster: UploadFile, seen: Annotated[str | None, Form()] = None
) -> ReviewTold:
    """`seen` is the `roster_sha256` of findings that a person has read, and signs."""
    told = await reviewed(house, visitor, plain(roster.filename or ""), await roster.read(), only=None, seen=seen)
    return ReviewTold(
        users=told.review.users,
        as_of=dict(told.review.as_of),
        roster_sha256=told.review.roster_sha256,
        found=[FoundTold(**vars(each) | {"finding": each.finding.value}) for each in told.review.found],
        signed_at=told.signed_at,
    )
