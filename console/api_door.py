"""What all of the HTTP API shares: tokens instead of cookies, errors as one object, pages of lists, files."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from console.door import Needs, house_of
from console.following import Events
from console.rights import Right
from core.errors import NextStep
from core.phi import Secret
from lanes.people import Visitor, visitor_of_token


class NeedsToken(Needs):
    """A cookie counts for nothing here, so that no page can make a browser ask in somebody's name."""

    async def caller(self, request: Request) -> Visitor | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return await visitor_of_token(house_of(request).fleet, Secret(token)) if kind.lower() == "bearer" else None

    async def check_form(self, request: Request, visitor: Visitor) -> None:
        """A token is not sent by itself, as cookies are."""

    async def look_round(self, request: Request, visitor: Visitor) -> None:
        """A program sees no page."""


class ErrorTold(BaseModel):
    code: str = Field(examples=["RequestInvalid"])
    sentence: str
    """For people, free of patient data."""
    next_step: NextStep
    field: str | None = None
    """What of the request is wrong."""
    part: str | None = None
    """Of the fleet, which has to come back first."""
    reference: str | None = None
    """For engineers."""


class ProblemTold(BaseModel):
    error: ErrorTold


class Reason(BaseModel):
    """Goes into the audit trail."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    reason: str = Field(max_length=500)


_PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: "The token is wrong, revoked, or its person may not sign in any more.",
    HTTPStatus.FORBIDDEN: "The roles of the token's person do not include this.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it belongs to a tax ID that is not the person's.",
    HTTPStatus.CONFLICT: "Somebody has to act first; the sentence says who and how.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than the fleet takes.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request is wrong; the sentence says how to mend it.",
    HTTPStatus.SERVICE_UNAVAILABLE: "A portal or a part of the fleet is not there; what was asked is kept.",
}
_bearer = HTTPBearer(auto_error=False, description="A token from “Your account” or, for a system, from “People”.")


def api_room(prefix: str, tag: str) -> APIRouter:
    responses: dict[int | str, dict[str, Any]] = {
        status.value: {"model": ProblemTold, "description": told} for status, told in _PROBLEMS.items()
    }
    tags: list[str | Enum] = [tag]
    return APIRouter(prefix=f"/api{prefix}", tags=tags, dependencies=[Depends(_bearer)], responses=responses)


def file_of(*media_types: str, told: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that gives no JSON; its `response_class` is Response: its errors stay JSON."""
    contents: Mapping[str, Any] = {each: {"schema": {"type": "string", "format": "binary"}} for each in media_types}
    return {HTTPStatus.OK.value: {"description": told, "content": contents}}


EVENTS = file_of(Events.media_type, told="Server-sent events.")


Limit = Annotated[int, Query(ge=1, le=200, description="Rows of this page, at most.")]
Before = Annotated[str | None, Query(description="`before` of the page before; none for the first page.")]

ApiVisitor = Annotated[Visitor, Depends(NeedsToken(Right.ENTER))]
ApiAsker = Annotated[Visitor, Depends(NeedsToken(Right.ASK))]
ApiRunReader = Annotated[Visitor, Depends(NeedsToken(Right.RUNS))]
ApiEvidenceReader = Annotated[Visitor, Depends(NeedsToken(Right.EVIDENCE))]
ApiRevealer = Annotated[Visitor, Depends(NeedsToken(Right.REVEAL))]
ApiSubmitter = Annotated[Visitor, Depends(NeedsToken(Right.SUBMIT))]
ApiScheduler = Annotated[Visitor, Depends(NeedsToken(Right.SCHEDULE))]
ApiCodeGiver = Annotated[Visitor, Depends(NeedsToken(Right.CODES))]
ApiAuditReader = Annotated[Visitor, Depends(NeedsToken(Right.AUDIT))]
ApiReviewer = Annotated[Visitor, Depends(NeedsToken(Right.REVIEW))]
ApiPeopleKeeper = Annotated[Visitor, Depends(NeedsToken(Right.PEOPLE))]
ApiKeeper = Annotated[Visitor, Depends(NeedsToken(Right.KEEP))]
ApiRuleKeeper = Annotated[Visitor, Depends(NeedsToken(Right.RULES))]
