"""Where a person says yes before anything is sent: the rules in force, set and lifted by an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from console.door import Form, House, HouseOf, RuleKeeper
from console.pages import go, page
from core.errors import FleetError
from lanes.people import Visitor
from lanes.submissions.approvals import InForce, change, in_force

router = APIRouter(include_in_schema=False)


@router.get("/approvals")
async def approvals_page(request: Request, visitor: RuleKeeper, house: HouseOf) -> Response:
    del visitor
    return await _page(request, house)


@router.post("/approvals")
async def set_rule(request: Request, visitor: RuleKeeper, house: HouseOf, form: Form) -> Response:
    wanted = {"portal": form.get("portal") or None, "kind": form.get("kind") or None}
    try:
        await changed(house, visitor, **wanted, required=form.get("required") == "true", reason=form.get("reason", ""))
    except FleetError as problem:
        return await _page(request, house, problem)
    return go("/approvals")


# -- the same for pages and programs


async def rules(house: House) -> list[InForce]:
    async with house.fleet.database.read() as session:
        return await in_force(session, house.fleet.portals)


async def changed(
    house: House, visitor: Visitor, *, portal: str | None, kind: str | None, required: bool, reason: str
) -> Sequence[str]:
    """Ids of what waits for a yes from now on. Audited; raises RequestInvalid."""
    fleet = house.fleet
    async with fleet.database.begin() as session:
        return await change(
            session,
            fleet.portals,
            portal=portal,
            kind=kind,
            required=required,
            reason=reason,
            actor=visitor.name,
            now=fleet.clock.now(),
        )


async def _page(request: Request, house: House, problem: FleetError | None = None) -> Response:
    portals = {name: known for name, known in house.fleet.portals.items() if known.submissions}
    return page(
        request,
        "approvals.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        rules=await rules(house),
        portals=portals,
        kinds=sorted({kind for known in portals.values() for rule in known.submissions for kind in rule.kinds}),
        problem=problem,
    )
