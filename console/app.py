"""The console: one application for all roles, server-rendered."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from console import (
    access,
    answers,
    api_access,
    api_approvals,
    api_batches,
    api_codes,
    api_inventory,
    api_keeping,
    api_people,
    api_questions,
    api_runs,
    api_schedules,
    api_submissions,
    approvals,
    asking,
    audit,
    batches,
    codes,
    days,
    entrance,
    folk,
    inventory,
    overview,
    retention,
    runs,
    schedules,
    sign_on,
    submissions,
    tracking,
)
from console.door import House
from console.guard import LARGEST_SUBMISSION, Guard
from console.pages import problem_answer, problem_page
from console.place import AtPublicAddress, Place
from core.errors import FleetError, PartUnavailable, RequestInvalid
from lanes.assembly import Fleet
from lanes.single_sign_on import SingleSignOn

ROOMS = (
    *(entrance, sign_on, overview, asking, answers, batches, submissions, tracking, codes),
    *(schedules, days, runs, inventory, access, approvals, audit, folk, retention),
    *(api_questions, api_batches, api_runs, api_inventory, api_submissions, api_codes, api_schedules),
    *(api_access, api_approvals, api_people, api_keeping),
)
# What people upload is patient data: it stays in memory, never in a temporary file.
MultiPartParser.spool_max_size = LARGEST_SUBMISSION


def create_app(fleet: Fleet) -> FastAPI:
    app = FastAPI(title="Payer portal fleet", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.house = House(fleet, timedelta(minutes=fleet.settings.console_idle_minutes), SingleSignOn(fleet))
    for room in ROOMS:  # as they are: what `include_router` takes in is worked out anew for each application
        app.router.routes.extend(room.router.routes)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    place = Place(fleet.settings.console_url)
    app.add_middleware(AtPublicAddress, place=place)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=place.names)
    app.add_middleware(Guard, place=place)
    app.add_exception_handler(FleetError, problem_page)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _http_problem)
    app.add_exception_handler(Exception, _our_fault)
    return app


async def _http_problem(request: Request, problem: Exception) -> Response:
    """What the framework refuses. Its own words repeat what was sent, which may be patient data."""
    status = problem.status_code if isinstance(problem, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
    absent = status == HTTPStatus.NOT_FOUND
    return problem_answer(
        request, RequestInvalid("There is no such page." if absent else "This request makes no sense here."), status
    )


async def _our_fault(request: Request, _problem: Exception) -> Response:
    """The server logs where it broke, through the redactor."""
    sentence = "The console itself has a fault; its log says where. Nothing that was asked is lost."
    return problem_answer(request, PartUnavailable("console", sentence), HTTPStatus.INTERNAL_SERVER_ERROR)
