"""Who is asking, and may they: what every page depends on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request

from console.kept import Kept
from console.rights import Right, granted_to, rights_of
from console.scope import codes_in_scope
from core.errors import FleetError, NextStep
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.people import Visitor, visitor_of
from lanes.single_sign_on import SingleSignOn
from store.people import Stage

COOKIE = "fleet_session"
SAFE = frozenset({"GET", "HEAD"})


class SignedOut(FleetError):
    """Nobody is signed in, or not to the end: the browser is sent to sign in."""

    next_step = NextStep.LOG_IN_AGAIN


class Forbidden(FleetError):
    """Signed in, and without the right to this page; or the form was not ours."""

    next_step = NextStep.ASK_ADMINISTRATOR


@dataclass(frozen=True)
class House:
    """What all pages share."""

    fleet: Fleet
    idle: timedelta
    sign_on: SingleSignOn
    kept: Kept = field(default_factory=Kept)

    async def wake(self, credential_ids: list[str]) -> None:
        await wake(self.fleet.settings.layout, credential_ids)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def caller(request: Request, *, counts: bool = True) -> Visitor | None:
    house = house_of(request)
    token = request.cookies.get(COOKIE)
    return await visitor_of(house.fleet, token, idle=house.idle, counts=counts) if token else None


class Needs:
    """The right that a page needs. `counts`: a look at it keeps the session alive."""

    def __init__(self, right: Right, *, counts: bool = True) -> None:
        self.right = right
        self._counts = counts

    async def __call__(self, request: Request) -> Visitor:
        visitor = await self.caller(request)
        if visitor is None or visitor.stage is not Stage.OPEN:
            raise SignedOut("Sign in first.")
        rights = rights_of(visitor)
        if self.right not in granted_to(visitor.roles):
            raise Forbidden("Your role does not include this page; an administrator can change that.")
        if self.right not in rights:
            raise Forbidden("This is about all tax IDs; somebody who may see them all has to look.")
        if request.method not in SAFE:
            await self.check_form(request, visitor)
        request.state.visitor, request.state.rights = visitor, rights
        await self.look_round(request, visitor)
        return visitor

    async def caller(self, request: Request) -> Visitor | None:
        return await caller(request, counts=self._counts)

    async def check_form(self, request: Request, visitor: Visitor) -> None:
        await check_form(request, visitor)

    async def look_round(self, request: Request, visitor: Visitor) -> None:
        """For what every page says at its head."""
        if self._counts and Right.CODES in request.state.rights:
            fleet = house_of(request).fleet
            async with fleet.database.read() as session:
                request.state.codes = await codes_in_scope(session, visitor, now=fleet.clock.now())


class Arriving:
    """Somebody who is on the way in and has come as far as `stage`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def __call__(self, request: Request) -> Visitor:
        visitor = await caller(request)
        if visitor is None or visitor.stage is not self.stage:
            raise SignedOut("Sign in first.")
        if request.method not in SAFE:
            await check_form(request, visitor)
        return visitor


async def check_form(request: Request, visitor: Visitor) -> None:
    """Each form carries its session's own mark, which no other site can know."""
    given = request.headers.get("x-csrf-token") or (await request.form()).get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), visitor.csrf.encode()):
        raise Forbidden("This form is too old, or did not come from this console. Load the page again.")


async def form_of(request: Request) -> dict[str, str]:
    """The texts of a form; files are none."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


AnyVisitor = Annotated[Visitor, Depends(Needs(Right.ENTER))]
Asker = Annotated[Visitor, Depends(Needs(Right.ASK))]
Watcher = Annotated[Visitor, Depends(Needs(Right.ASK, counts=False))]
"""Of progress that a page asks for by itself."""
RunReader = Annotated[Visitor, Depends(Needs(Right.RUNS))]
EvidenceReader = Annotated[Visitor, Depends(Needs(Right.EVIDENCE))]
Revealer = Annotated[Visitor, Depends(Needs(Right.REVEAL))]
Scheduler = Annotated[Visitor, Depends(Needs(Right.SCHEDULE))]
Submitter = Annotated[Visitor, Depends(Needs(Right.SUBMIT))]
CodeGiver = Annotated[Visitor, Depends(Needs(Right.CODES))]
CodeWatcher = Annotated[Visitor, Depends(Needs(Right.CODES, counts=False))]
AccessReviewer = Annotated[Visitor, Depends(Needs(Right.REVIEW))]
RuleKeeper = Annotated[Visitor, Depends(Needs(Right.RULES))]
AuditReader = Annotated[Visitor, Depends(Needs(Right.AUDIT))]
PeopleKeeper = Annotated[Visitor, Depends(Needs(Right.PEOPLE))]
RetentionReader = Annotated[Visitor, Depends(Needs(Right.KEEP))]
Form = Annotated[dict[str, str], Depends(form_of)]
HouseOf = Annotated[House, Depends(house_of)]


def context_of(request: Request) -> dict[str, Any]:
    """For the base template: who is signed in, where they are."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return {
        "visitor": visitor,
        "rights": rights_of(visitor) if visitor else frozenset(),
        "here": request.url.path,
        "codes": getattr(request.state, "codes", []),
    }
