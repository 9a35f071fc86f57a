"""To the provider of single sign-on and back, and the way out."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from console.door import House, HouseOf
from console.entrance import set_cookie, sign_in_form
from console.pages import go, page
from core.errors import FleetError, PartUnavailable, RequestInvalid
from lanes.single_sign_on import LONGEST_WAY

router = APIRouter(include_in_schema=False)
WAY = "fleet_sign_on"
PATH = "/sign-in/sso"


@router.get(PATH)
async def begin(request: Request, house: HouseOf) -> Response:
    try:
        begun = await house.sign_on.begin(_back(request))
    except (RequestInvalid, PartUnavailable) as problem:
        return _refused(request, house, problem)
    answer = go(begun.address)
    # Lax: the provider sends the browser back from another site, and a strict cookie would stay behind.
    secure = request.url.scheme == "https"
    answer.set_cookie(
        WAY, begun.way.reveal(), max_age=LONGEST_WAY, path=PATH, httponly=True, samesite="lax", secure=secure
    )
    return answer


@router.get(f"{PATH}/back", name="sign_on_back")
async def back(request: Request, house: HouseOf) -> Response:
    try:
        token = await house.sign_on.finish(_back(request), request.cookies.get(WAY), dict(request.query_params))
    except (RequestInvalid, PartUnavailable) as problem:
        answer = _refused(request, house, problem)
    else:
        # A page and no redirect: only a step from a page of ours carries the session's strict cookie.
        answer = set_cookie(request, page(request, "signed_in.html"), token)
    answer.delete_cookie(WAY, path=PATH)
    return answer


@router.get(f"{PATH}/out", name="sign_on_out")
async def out(request: Request, house: HouseOf) -> Response:
    """Of our own console they are signed out already; the provider's session may serve other programs."""
    try:
        way_out = await house.sign_on.way_out(str(request.url_for("sign_in_page")))
    except FleetError:
        way_out = None
    return page(request, "signed_out.html", provider=house.sign_on.provider, way_out=way_out)


def _back(request: Request) -> str:
    return str(request.url_for("sign_on_back"))


def _refused(request: Request, house: House, problem: FleetError) -> Response:
    status = HTTPStatus.UNAUTHORIZED if isinstance(problem, RequestInvalid) else HTTPStatus.SERVICE_UNAVAILABLE
    return sign_in_form(request, house, status=status, problem=problem)
