"""Ask now: a form per capability, and the question on its way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from console.door import Asker, Forbidden, Form, House, HouseOf
from console.forms import counterparts, fields_of, ways_of
from console.pages import go, page
from console.rights import may_ask
from core.capabilities.catalog import CAPABILITIES, Capability, capability
from core.errors import FleetError, PartUnavailable, RequestInvalid
from lanes.people import Visitor
from lanes.questions.ask import Question, ask
from store import credentials
from store.credentials import CredentialState
from store.work_items import WorkItem

router = APIRouter(include_in_schema=False)


@router.get("/ask")
async def ask_page(visitor: Asker) -> Response:
    return go(f"/ask/{askable(visitor)[0].name}")


@router.get("/ask/{name}")
async def form_page(request: Request, name: str, visitor: Asker, house: HouseOf) -> Response:
    wanted = permitted(visitor, name)
    return await _form(request, house, visitor, wanted, given={"counterpart": request.query_params.get("of", "")})


@router.post("/ask/{name}")
async def hand_in(request: Request, name: str, visitor: Asker, house: HouseOf, form: Form) -> Response:
    wanted = permitted(visitor, name)
    try:
        item = await put(house, visitor, wanted, form)
    except FleetError as problem:
        return await _form(request, house, visitor, wanted, given=form, problem=problem)
    return go(f"/answers/{item.id}")


def askable(visitor: Visitor) -> list[Capability]:
    return [each for each in CAPABILITIES.values() if may_ask(visitor.roles, each.name)]


def permitted(visitor: Visitor, name: str) -> Capability:
    """Raises RequestInvalid, Forbidden."""
    wanted = capability(name)
    if not may_ask(visitor.roles, wanted.name):
        raise Forbidden("Your role asks for eligibility only; an administrator can change that.")
    return wanted


async def put(house: House, visitor: Visitor, wanted: Capability, form: Mapping[str, str]) -> WorkItem:
    """The question as a work item, its lane woken. Raises core errors."""
    keys = {name: value.strip() for name in wanted.query.model_fields if (value := form.get(name, "")).strip()}
    portal, payer = who(form)
    query = wanted.ask(keys)
    async with house.fleet.database.read() as session:
        name = await account_for(session, house, visitor, portal, form.get("credential") or None)
    question = Question(
        capability=wanted.name,
        portal=portal,
        payer=payer,
        credential=name,
        query=query,
        requested_by=visitor.name,
        fresh=bool(form.get("fresh")),
    )
    return await put_question(house, question)


async def put_question(house: House, question: Question) -> WorkItem:
    asked = await ask(house.fleet, question)
    with suppress(PartUnavailable):  # the question is kept, and the re-waking flow finds it
        await house.wake([asked.item.credential_id])
    return asked.item


def who(form: Mapping[str, str]) -> tuple[str, str | None]:
    """Portal and payer. Raises RequestInvalid."""
    portal, bar, payer = form.get("counterpart", "").partition("|")
    if not bar:
        raise RequestInvalid("Choose whom to ask.", field="counterpart")
    return portal, payer or None


async def account_for(
    session: AsyncSession, house: House, visitor: Visitor, portal: str, wanted: str | None
) -> str | None:
    """The account that asks for somebody who may not see all tax IDs; None: the fleet chooses.

    Raises RequestInvalid.
    """
    if visitor.tins is None:
        return wanted
    known = await credentials.of_portal(session, portal, house.fleet.settings.environment)
    own = [each for each in known if visitor.may_see(each.tin) and wanted in (None, each.name)]
    if not own:
        raise RequestInvalid("No account of your tax IDs is on this portal; ask an administrator.", field="counterpart")
    return next((each.name for each in own if each.state is CredentialState.OPEN), own[0].name)


async def _form(
    request: Request,
    house: House,
    visitor: Visitor,
    wanted: Capability,
    *,
    given: Mapping[str, Any],
    problem: FleetError | None = None,
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return page(
        request,
        "ask.html",
        status=status,
        wanted=wanted,
        capabilities=askable(visitor),
        fields=fields_of(wanted),
        ways=ways_of(wanted),
        counterparts=list(counterparts(wanted, house.fleet.portals)),
        given=given,
        wrong=getattr(problem, "field", None),
        problem=problem,
    )
