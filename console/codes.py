"""Codes that portals have sent to people: which lanes wait for one, told on every page, and handed in here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response

from console.door import CodeGiver, CodeWatcher, Form, House, HouseOf
from console.following import Events, told
from console.pages import go, moment, page
from console.scope import codes_in_scope, credential_in_scope
from core.errors import FleetError, RequestInvalid
from lanes.news import CODE, changed
from lanes.people import Visitor
from lanes.questions.visit import hand_in_code
from lanes.sent_codes import CodeWanted
from store import runs

router = APIRouter(include_in_schema=False)
LONGEST_STREAM = 300.0
"""Seconds; the browser comes back by itself, and is asked again who it is."""


@router.get("/codes")
async def codes_page(request: Request, visitor: CodeGiver) -> Response:
    del visitor
    return page(request, "codes.html", given="given" in request.query_params)


@router.post("/codes/{run_id}")
async def give(request: Request, run_id: str, visitor: CodeGiver, house: HouseOf, form: Form) -> Response:
    try:
        await hand_in(house, visitor, run_id, form.get("code", ""))
    except FleetError as problem:
        request.state.codes = await waiting(house, visitor)
        return page(request, "codes.html", status=422, given=False, problem=problem)
    return go("/codes?given")


@router.get("/codes/events")
async def events(visitor: CodeWatcher, house: HouseOf) -> Response:
    return Events(followed(house, visitor))


async def waiting(house: House, visitor: Visitor) -> list[CodeWanted]:
    """The lanes of the visitor's tax IDs that wait for a code, the most pressing first."""
    async with house.fleet.database.read() as session:
        return await codes_in_scope(session, visitor, now=house.fleet.clock.now())


async def hand_in(house: House, visitor: Visitor, run_id: str, code: str) -> None:
    """Over the desk of the worker that waits: the code rests nowhere. Raises RequestInvalid, PartUnavailable."""
    async with house.fleet.database.read() as session:
        await credential_in_scope(session, visitor, (await runs.get(session, run_id)).credential_id)
    if not code.strip():
        raise RequestInvalid("Type the code that the portal has sent.", field="code")
    await asyncio.to_thread(hand_in_code, house.fleet.settings.layout, run_id, code, given_by=visitor.name)


async def followed(house: House, visitor: Visitor) -> AsyncIterator[str]:
    """Free of patient data, and of the codes."""
    loop = asyncio.get_running_loop()
    ends, before = loop.time() + LONGEST_STREAM, ""
    async with house.fleet.news.following(CODE) as news:
        while loop.time() < ends:
            if (event := told("codes", [_told(each) for each in await waiting(house, visitor)])) != before:
                before = event
                yield event
            await changed(news)


def _told(each: CodeWanted) -> dict[str, str]:
    text = f"{each.portal}/{each.credential} waits for a code, sent by {each.medium}, until {moment(each.until)}."
    return {"run": each.run, "text": text}
