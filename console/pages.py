"""Templates, how values are written in them, and the way of an error to the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from console.choices import EMPTY_HANDED
from console.door import Forbidden, SignedOut, context_of, house_of
from console.forms import labelled
from core.capabilities.files import ENDINGS
from core.counted import counted
from core.errors import FleetError, NextStep
from core.x12 import codes
from lanes.calendar.told import result_of
from lanes.looks import Piece

NOT_STATED = "—"
STATUS_OF = {
    NextStep.ASK_BILLER: HTTPStatus.UNPROCESSABLE_ENTITY,
    NextStep.WAIT: HTTPStatus.SERVICE_UNAVAILABLE,
    NextStep.LOG_IN_AGAIN: HTTPStatus.SERVICE_UNAVAILABLE,
    NextStep.MEND_STACK: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Everything else waits for a person: 409."""


def text(value: object) -> str:
    """None is a dash, never an empty cell."""
    if value is None or value == "":
        return NOT_STATED
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    return moment(value) if isinstance(value, datetime) else str(value)


def words(value: object) -> str:
    """A name of ours, for people: `claim_status` is “Claim status”, `PortalChanged` “Portal changed”."""
    plain = str(value.value if isinstance(value, Enum) else value).replace("_", " ")
    plain = re.sub("(?<=[a-z])[A-Z]", lambda hump: f" {hump[0].lower()}", plain)
    return plain[:1].upper() + plain[1:]


def money(amount: Decimal | None) -> str:
    if amount is None:
        return NOT_STATED
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def moment(at: datetime | None) -> str:
    """In the time zone of the machine that the console runs on, as the command line prints it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at else NOT_STATED


def in_zone(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def age(at: datetime | None, now: datetime | None = None) -> str:
    if at is None:
        return "never"
    seconds = max(0, int(((now or datetime.now(UTC)) - at).total_seconds()))
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{counted(count, unit)} ago"
    return "just now"


def duration(milliseconds: float | None) -> str:
    if milliseconds is None:
        return NOT_STATED
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


templates = Environment(
    loader=PackageLoader("console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
templates.filters |= {
    "text": text,
    "words": words,
    "money": money,
    "moment": moment,
    "age": age,
    "in_zone": in_zone,
    "result": result_of,
    "duration": duration,
    "labelled": labelled,
}
templates.globals |= {"x12": codes, "empty_handed": EMPTY_HANDED}


def page(request: Request, template: str, *, status: int = HTTPStatus.OK, **context: Any) -> HTMLResponse:
    idle_seconds = int(house_of(request).idle.total_seconds())
    whole = {"idle_seconds": idle_seconds, "problem": None, "files": {}} | context_of(request) | context
    return HTMLResponse(templates.get_template(template).render(whole), status_code=status)


def as_download(piece: Piece, called: str) -> Response:
    """A file and never a page: what a payer wrote must not run as ours."""
    name = f"{called}-{piece.evidence.id}{ENDINGS.get(piece.evidence.media_type, '.bin')}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(piece.data, media_type="application/octet-stream", headers=headers)


def go(where: str) -> Response:
    return RedirectResponse(where, status_code=HTTPStatus.SEE_OTHER)


async def problem_page(request: Request, problem: Exception) -> Response:
    if not isinstance(problem, FleetError):
        raise problem
    signed_out = isinstance(problem, SignedOut)
    if signed_out and not request.url.path.startswith("/api/"):
        return go("/sign-in")
    return problem_answer(request, problem, HTTPStatus.UNAUTHORIZED if signed_out else status_of(problem))


def problem_answer(request: Request, problem: FleetError, status: int) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": problem.told()}, status_code=status)
    return page(request, "problem.html", status=status, problem=problem)


def status_of(problem: FleetError) -> int:
    if isinstance(problem, Forbidden):
        return HTTPStatus.FORBIDDEN
    if getattr(problem, "field", None) in {"run", "work_item", "batch", "submission", "evidence", "person", "page"}:
        return HTTPStatus.NOT_FOUND
    return STATUS_OF.get(problem.next_step, HTTPStatus.CONFLICT)
