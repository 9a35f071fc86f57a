"""The quarterly review: who has access on the portals, compared with who should, and signed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from console.asking import put_question
from console.door import AccessReviewer, Form, House, HouseOf
from console.pages import go, page
from console.uploads import as_file, uploaded
from core.capabilities.catalog import capability
from core.errors import FleetError, RequestInvalid
from lanes.accounts.access_review import Review, review, sign_off
from lanes.accounts.review_report import reviewed as last_reviews
from lanes.people import Visitor
from lanes.questions.ask import Question
from store import credentials, work_items
from store.work_items import WorkItem

router = APIRouter(include_in_schema=False)
USERS = "users"
"""The capability, and the outcome of its answers."""


@dataclass(frozen=True)
class Standing:
    """Of one portal that can be asked who has access."""

    portal: str
    name: str
    asked_at: datetime | None
    """When it was last asked by any account."""
    latest: WorkItem | None
    """The question that was asked last, however it stands."""
    reviewed_at: datetime | None
    reviewed_by: str | None
    findings: int | None
    due_at: datetime | None
    """None: it was never reviewed, and is due."""


@dataclass(frozen=True)
class Compared:
    review: Review
    roster: str
    """The file's name."""
    signed_at: datetime | None


@router.get("/access")
async def access_page(request: Request, visitor: AccessReviewer, house: HouseOf) -> Response:
    del visitor
    return await _page(request, house)


@router.post("/access")
async def compare(request: Request, visitor: AccessReviewer, house: HouseOf, form: Form) -> Response:
    try:
        uploads = await uploaded(request, "roster")
        if not uploads:
            raise RequestInvalid("Choose the roster of those who should have access, .csv or .xlsx.", field="roster")
        told = await reviewed(house, visitor, *uploads[0], only=form.get("portal") or None, seen=form.get("seen"))
    except FleetError as problem:
        return await _page(request, house, problem=problem)
    return await _page(request, house, told=told, only=form.get("portal", ""))


@router.post("/access/ask")
async def ask_portal(request: Request, visitor: AccessReviewer, house: HouseOf, form: Form) -> Response:
    try:
        await ask_who(house, visitor, form.get("portal", ""))
    except FleetError as problem:
        return await _page(request, house, problem=problem)
    return go("/access#portals")


# -- the same for pages and programs


async def ask_who(house: House, visitor: Visitor, portal: str) -> WorkItem:
    """Who has access there, as the portal says now. Who reviews access may ask this one thing. Raises core errors."""
    query = capability(USERS).ask({})
    return await put_question(house, Question(USERS, portal, query, visitor.name, fresh=True))


async def reviewed(
    house: House, visitor: Visitor, name: str, data: bytes, *, only: str | None, seen: str | None
) -> Compared:
    """`seen`: the SHA-256 of the roster whose findings the visitor has seen and signs now. Raises RequestInvalid.

    What the portals said of their users is opened, and each look is audited.
    """
    async with as_file(name, data) as source:
        done = await review(house.fleet, source, viewer=visitor.name, only=only)
    if not seen:
        return Compared(done, name, None)
    if seen != done.roster_sha256:
        raise RequestInvalid(
            "This is another roster than the one that was compared; compare it first, then sign.", field="roster"
        )
    return Compared(done, name, await sign_off(house.fleet, done, signed_by=visitor.name))


async def standings(house: House) -> list[Standing]:
    fleet, told = house.fleet, []
    known = [portal for portal in house.fleet.portals.values() if USERS in portal.capabilities]
    async with fleet.database.read() as session:
        latest = await work_items.latest_of(session, [portal.id for portal in known], USERS)
        signed = {each.portal: each for each in await last_reviews(session, fleet.portals)}
        for portal in known:
            asked = [
                item.finished_at
                for each in await credentials.of_portal(session, portal.id, fleet.settings.environment)
                for item in (await work_items.answered(session, each.id, USERS, USERS))[:1]
                if item.finished_at is not None
            ]
            last = signed[portal.id]
            told.append(
                Standing(
                    portal=portal.id,
                    name=portal.name,
                    asked_at=max(asked, default=None),
                    latest=latest.get(portal.id),
                    reviewed_at=last.at,
                    reviewed_by=last.by,
                    findings=last.findings,
                    due_at=last.due_at,
                )
            )
    return told


async def _page(
    request: Request,
    house: House,
    *,
    told: Compared | None = None,
    only: str = "",
    problem: FleetError | None = None,
) -> Response:
    return page(
        request,
        "access.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        standings=await standings(house),
        now=house.fleet.clock.now(),
        told=told,
        only=only,
        problem=problem,
    )
