"""The people who use the console, for their administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from console.door import AnyVisitor, Form, House, HouseOf, PeopleKeeper
from console.pages import go, page
from core.errors import RequestInvalid
from core.phi import Secret
from lanes import own_passwords
from lanes import people as entrance
from lanes.people import Visitor
from store import people, tokens
from store.people import Known, Role

router = APIRouter(include_in_schema=False)


@router.get("/account")
async def account_page(request: Request, visitor: AnyVisitor, house: HouseOf) -> Response:
    return await _account(request, visitor, house)


@router.post("/account/tokens")
async def make_token(request: Request, visitor: AnyVisitor, house: HouseOf, form: Form) -> Response:
    try:
        token = await entrance.new_token(house.fleet, visitor, form.get("name", ""))
    except RequestInvalid as problem:
        return await _account(request, visitor, house, problem=problem)
    return await _account(request, visitor, house, made=token)


@router.post("/account/tokens/{token_id}/revoke")
async def revoke_token(request: Request, token_id: str, visitor: AnyVisitor, house: HouseOf) -> Response:
    try:
        async with house.fleet.database.begin() as session:
            now = house.fleet.clock.now()
            await tokens.revoke(session, visitor.person_id, token_id, actor=visitor.name, now=now)
    except RequestInvalid as problem:
        return await _account(request, visitor, house, problem=problem)
    return await _account(request, visitor, house)


@router.get("/people")
async def people_page(request: Request, visitor: PeopleKeeper, house: HouseOf) -> Response:
    return await _people(request, visitor, house)


@router.post("/people")
async def add(request: Request, visitor: PeopleKeeper, house: HouseOf, form: Form) -> Response:
    try:
        program = bool(form.get("program"))
        told = await let_in(house, visitor, form.get("name", ""), _roles(form), _tins(form), program=program)
    except RequestInvalid as problem:
        return await _people(request, visitor, house, problem=problem, given=form)
    return await _people(request, visitor, house, told=told)


@router.get("/people/{name}")
async def person_page(request: Request, name: str, visitor: PeopleKeeper, house: HouseOf) -> Response:
    return await _person(request, visitor, house, name)


@router.post("/people/{name}")
async def change(request: Request, name: str, visitor: PeopleKeeper, house: HouseOf, form: Form) -> Response:
    try:
        await changed(house, visitor, name, _roles(form), _tins(form))
    except RequestInvalid as problem:
        return await _person(request, visitor, house, name, given=form, problem=problem)
    return go("/people")


@router.post("/people/{name}/reset")
async def reset(request: Request, name: str, visitor: PeopleKeeper, house: HouseOf) -> Response:
    try:
        told = await begun_anew(house, visitor, name)
    except RequestInvalid as problem:
        return await _people(request, visitor, house, problem=problem)
    return await _people(request, visitor, house, told=told)


@router.post("/people/{name}/disable")
async def disable(request: Request, name: str, visitor: PeopleKeeper, house: HouseOf) -> Response:
    try:
        await put_out(house, visitor, name)
    except RequestInvalid as problem:
        return await _people(request, visitor, house, problem=problem)
    return await _people(request, visitor, house)


# -- the same for pages and programs


@dataclass(frozen=True)
class Given:
    """What is shown once: a program's token, or a password that works once."""

    name: str
    """As it is stored."""
    secret: Secret
    program: bool


async def everybody(house: House, visitor: Visitor) -> list[Known]:
    """Those who exist for the visitor, by name."""
    async with house.fleet.database.read() as session:
        return [each for each in await people.everybody(session) if visitor.keeper.keeps(each.tins)]


async def person(house: House, visitor: Visitor, name: str) -> Known:
    """Raises RequestInvalid for somebody who does not exist for the visitor."""
    async with house.fleet.database.read() as session:
        return await people.known(session, await people.kept_by(session, visitor.keeper, entrance.named(name)))


async def let_in(
    house: House, visitor: Visitor, name: str, roles: frozenset[Role], tins: frozenset[str] | None, *, program: bool
) -> Given:
    """Raises RequestInvalid."""
    if program:
        made, token = await entrance.add_program(house.fleet, name, roles=roles, tins=tins, by=visitor.keeper)
        return Given(made.name, token, program=True)
    password = own_passwords.new_password()
    made = await entrance.add(house.fleet, name, password, roles=roles, tins=tins, by=visitor.keeper)
    return Given(made.name, password, program=False)


async def changed(
    house: House, visitor: Visitor, name: str, roles: frozenset[Role], tins: frozenset[str] | None
) -> None:
    """Raises RequestInvalid."""
    _not_oneself(visitor, name)
    async with house.fleet.database.begin() as session:
        now = house.fleet.clock.now()
        await entrance.change(session, name, roles=roles, tins=tins, by=visitor.keeper, now=now)


async def begun_anew(house: House, visitor: Visitor, name: str) -> Given:
    """As `let_in`, of somebody who has lost password or app, or of a program whose token is to end."""
    _not_oneself(visitor, name)
    known = (await person(house, visitor, name)).person
    if known.program:
        return Given(known.name, await entrance.renew_token(house.fleet, known.name, by=visitor.keeper), program=True)
    password = own_passwords.new_password()
    await entrance.reset(house.fleet, known.name, password, by=visitor.keeper)
    return Given(known.name, password, program=False)


async def put_out(house: House, visitor: Visitor, name: str) -> None:
    """For good. Raises RequestInvalid."""
    _not_oneself(visitor, name)
    async with house.fleet.database.begin() as session:
        await people.disable(session, entrance.named(name), by=visitor.keeper, now=house.fleet.clock.now())


async def _account(
    request: Request,
    visitor: Visitor,
    house: House,
    *,
    problem: RequestInvalid | None = None,
    made: Secret | None = None,
) -> Response:
    async with house.fleet.database.read() as session:
        mine = await tokens.of_person(session, visitor.person_id)
    return page(
        request,
        "account.html",
        status=422 if problem else 200,
        tokens=mine,
        made=made.reveal() if made else None,
        problem=problem,
    )


def _not_oneself(visitor: Visitor, name: str) -> None:
    if entrance.named(name) == visitor.name:
        raise RequestInvalid("Somebody else has to do this to your own entry.", field="name")


def _roles(form: Mapping[str, str]) -> frozenset[Role]:
    return frozenset(role for role in Role if form.get(role))


def _tins(form: Mapping[str, str]) -> frozenset[str] | None:
    """None: all of them. Raises RequestInvalid."""
    return entrance.tins_from(form.get("tins", "").replace(",", " ").split())


async def _person(
    request: Request,
    visitor: Visitor,
    house: House,
    name: str,
    *,
    given: dict[str, str] | None = None,
    problem: RequestInvalid | None = None,
) -> Response:
    """Raises RequestInvalid for somebody who does not exist for the visitor."""
    known = await person(house, visitor, name)
    if given is None:
        scope = "all" if known.tins is None else ", ".join(sorted(known.tins))
        given = dict.fromkeys(known.roles, "on") | {"tins": scope}
    return page(
        request,
        "person.html",
        status=422 if problem else 200,
        known=known,
        roles=list(Role),
        given=given,
        problem=problem,
    )


async def _people(
    request: Request,
    visitor: Visitor,
    house: House,
    *,
    problem: RequestInvalid | None = None,
    told: Given | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    return page(
        request,
        "people.html",
        status=422 if problem else 200,
        everybody=await everybody(house, visitor),
        roles=list(Role),
        told=told,
        given=given or {},
        problem=problem,
    )
