"""Signing in and out: name and password, then a code; the first time a password of one's own and an app."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from console.door import COOKIE, AnyVisitor, Arriving, Form, House, HouseOf, caller
from console.pages import go, page
from core.errors import FleetError, RateLimited, RequestInvalid
from core.phi import Secret
from lanes import people
from lanes.own_passwords import SHORTEST_PASSWORD
from lanes.people import Visitor
from store.people import Stage

router = APIRouter(include_in_schema=False)
_NEXT = {Stage.CODE: "/sign-in/code", Stage.PASSWORD: "/sign-in/password", Stage.ENROL: "/sign-in/app", Stage.OPEN: "/"}
WithPassword = Annotated[Visitor, Depends(Arriving(Stage.CODE))]
Newcomer = Annotated[Visitor, Depends(Arriving(Stage.PASSWORD))]
Enrolling = Annotated[Visitor, Depends(Arriving(Stage.ENROL))]


@router.get("/sign-in")
async def sign_in_page(request: Request, house: HouseOf) -> Response:
    visitor = await caller(request)
    if visitor is not None and visitor.stage is Stage.OPEN:
        return go("/")
    return sign_in_form(request, house, idle="idle" in request.query_params)


def sign_in_form(
    request: Request,
    house: House,
    *,
    idle: bool = False,
    name: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    problem: FleetError | None = None,
) -> Response:
    return page(
        request,
        "sign_in.html",
        status=status,
        idle=idle,
        name=name,
        provider=house.sign_on.provider,
        passwords=house.fleet.settings.local_sign_in,
        problem=problem,
    )


@router.post("/sign-in")
async def sign_in(request: Request, house: HouseOf, form: Form) -> Response:
    name = form.get("name", "")
    try:
        token = await people.sign_in(house.fleet, name, Secret(form.get("password", "")))
    except (RequestInvalid, RateLimited) as problem:
        return sign_in_form(request, house, status=_status(problem), name=name, problem=problem)
    visitor = await people.visitor_of(house.fleet, token.reveal(), idle=house.idle)
    return set_cookie(request, go(_NEXT[visitor.stage] if visitor else "/sign-in"), token)


@router.get("/sign-in/code")
async def code_page(request: Request, visitor: WithPassword) -> Response:
    return page(request, "sign_in_code.html", arriving=visitor)


@router.post("/sign-in/code")
async def code(request: Request, visitor: WithPassword, house: HouseOf, form: Form) -> Response:
    try:
        token = await people.check_code(house.fleet, visitor, form.get("code", ""))
    except (RequestInvalid, RateLimited) as problem:
        return page(request, "sign_in_code.html", status=_status(problem), arriving=visitor, problem=problem)
    return set_cookie(request, go("/"), token)


@router.get("/sign-in/password")
async def password_page(request: Request, visitor: Newcomer) -> Response:
    return page(request, "sign_in_password.html", arriving=visitor, shortest=SHORTEST_PASSWORD)


@router.post("/sign-in/password")
async def password(request: Request, visitor: Newcomer, house: HouseOf, form: Form) -> Response:
    chosen, again = Secret(form.get("password", "")), Secret(form.get("again", ""))
    try:
        await people.choose_password(house.fleet, visitor, chosen, again)
    except RequestInvalid as problem:
        return page(
            request,
            "sign_in_password.html",
            status=_status(problem),
            arriving=visitor,
            shortest=SHORTEST_PASSWORD,
            problem=problem,
        )
    return go(_NEXT[Stage.ENROL])


@router.get("/sign-in/app")
async def enrol_page(request: Request, visitor: Enrolling, house: HouseOf) -> Response:
    return await _enrol_page(request, visitor, house)


@router.post("/sign-in/app")
async def enrol(request: Request, visitor: Enrolling, house: HouseOf, form: Form) -> Response:
    try:
        token = await people.check_code(house.fleet, visitor, form.get("code", ""))
    except (RequestInvalid, RateLimited) as problem:
        return await _enrol_page(request, visitor, house, problem)
    return set_cookie(request, go("/"), token)


@router.post("/sign-out")
async def sign_out(request: Request, visitor: AnyVisitor, house: HouseOf) -> Response:
    await people.sign_out(house.fleet, request.cookies[COOKIE])
    answer = go("/sign-in/sso/out" if visitor.issuer else "/sign-in")
    answer.delete_cookie(COOKIE)
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


async def _enrol_page(
    request: Request, visitor: Visitor, house: HouseOf, problem: RequestInvalid | RateLimited | None = None
) -> Response:
    secret = await people.seed_to_enrol(house.fleet, visitor)
    seed = secret.reveal()
    picture = segno.make(people.address_of(secret, visitor).reveal(), error="m").svg_inline(
        border=2, svgclass="qr", lineclass="qr-ink", omitsize=True
    )
    return page(
        request,
        "sign_in_app.html",
        status=_status(problem) if problem else HTTPStatus.OK,
        arriving=visitor,
        picture=Markup(picture),  # noqa: S704 - made here, of a seed and a name of plain letters
        seed=" ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        problem=problem,
    )


def set_cookie(request: Request, answer: Response, token: Secret) -> Response:
    answer.set_cookie(
        COOKIE, token.reveal(), httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )
    return answer


def _status(problem: RequestInvalid | RateLimited) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(problem, RateLimited) else HTTPStatus.UNAUTHORIZED
