"""Answers: live while they come, then as a card, with their age; compared, asked anew, revealed with a reason."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from console.asking import account_for, permitted, put_question
from console.comparing import differences
from console.door import Asker, Form, House, HouseOf, Revealer, Watcher
from console.forms import label_of
from console.pages import go, page
from console.scope import item_in_scope
from core.capabilities.catalog import capability, write
from core.errors import RequestInvalid
from lanes import looks
from lanes.people import Visitor
from lanes.questions.ask import MAX_AGE, Question
from lanes.questions.following import steps_of
from lanes.questions.pull import settled, trouble_of
from lanes.views import OpenedAnswer, asked_by, open_answer, pulls_of
from store import runs, submissions, work_items
from store.credentials import Credential
from store.work_items import WorkItem

router = APIRouter(include_in_schema=False)


@router.get("/answers")
async def mine(request: Request, visitor: Asker, house: HouseOf) -> Response:
    before = request.query_params.get("before") or None
    listed = await asked_by(house.fleet, visitor.name, before=before)
    rows = [(item, summary(query)) for item, query in listed]
    older = f"?before={listed[-1][0].id}" if len(listed) == work_items.PAGE else None
    return page(request, "answers.html", rows=rows, older=older, portals=house.fleet.portals)


@router.get("/answers/{item_id}")
async def answer_page(request: Request, item_id: str, visitor: Asker, house: HouseOf) -> Response:
    item, credential = await _own(house, visitor, item_id)
    if (sent := await _submission(house, item)) is not None:
        return go(f"/submissions/{sent}")
    return await _card(request, house, visitor, item, credential)


@router.get("/answers/{item_id}/events")
async def events(item_id: str, visitor: Watcher, house: HouseOf) -> Response:
    await _own(house, visitor, item_id)
    return StreamingResponse(_stream(house, item_id), media_type="text/event-stream")


@router.post("/answers/{item_id}/again")
async def again(item_id: str, visitor: Asker, house: HouseOf) -> Response:
    item, _ = await _own(house, visitor, item_id)
    if await _submission(house, item) is not None:
        raise RequestInvalid("This was sent, not asked; its own page says how it stands.", field="page")
    query = capability(item.capability).read_query(work_items.query_of(item, house.fleet.sealer))
    async with house.fleet.database.read() as session:
        account = await account_for(session, house, visitor, item.portal, None)
    asked = await put_question(
        house,
        Question(
            capability=item.capability,
            portal=item.portal,
            payer=item.payer,
            credential=account,
            query=query,
            requested_by=visitor.name,
            fresh=True,
        ),
    )
    return go(f"/answers/{asked.id}")


@router.get("/answers/{item_id}/compare/{other_id}")
async def compare(request: Request, item_id: str, other_id: str, visitor: Asker, house: HouseOf) -> Response:
    opened = []
    for each in (item_id, other_id):
        await _own(house, visitor, each)
        opened.append(await open_answer(house.fleet, each, viewer=visitor.name))
    first, second = opened
    if first is None or second is None or first.item.natural_key != second.item.natural_key:
        raise RequestInvalid("Two answers to one question are needed to compare them.", field="page")
    older, newer = sorted((first, second), key=lambda each: each.as_of)
    told = differences(json.loads(write(older.answer)), json.loads(write(newer.answer)))
    return page(request, "compare.html", older=older, newer=newer, told=told)


@router.get("/answers/{item_id}/reveal")
async def reveal_page(request: Request, item_id: str, visitor: Revealer, house: HouseOf) -> Response:
    async with house.fleet.database.read() as session:
        item, _ = await item_in_scope(session, visitor, item_id)
    return page(request, "reveal_answer.html", item=item)


@router.post("/answers/{item_id}/reveal")
async def reveal(request: Request, item_id: str, visitor: Revealer, house: HouseOf, form: Form) -> Response:
    async with house.fleet.database.read() as session:
        item, credential = await item_in_scope(session, visitor, item_id)
    try:
        await looks.note_reveal(house.fleet, item_id, form.get("reason", ""), viewer=visitor.name)
    except RequestInvalid as problem:
        return page(request, "reveal_answer.html", status=422, item=item, problem=problem)
    return await _card(request, house, visitor, item, credential)


def summary(query: dict[str, Any]) -> str:
    """A question in a line: what it names."""
    shown = ("member_id", "last_name", "first_name", "birth_date", "claim_number", "check_number", "username")
    also = ("authorization_number", "control_number", "from_date", "to_date", "paid_from", "paid_to")
    return ", ".join(str(query[name]) for name in (*shown, *also) if query.get(name))


async def _own(house: House, visitor: Visitor, item_id: str) -> tuple[WorkItem, Credential]:
    """Raises RequestInvalid beyond the visitor's tax IDs, Forbidden beyond the capabilities of their role."""
    async with house.fleet.database.read() as session:
        item, credential = await item_in_scope(session, visitor, item_id)
    permitted(visitor, item.capability)
    return item, credential


async def _submission(house: House, item: WorkItem) -> str | None:
    if capability(item.capability).sends is None:
        return None
    async with house.fleet.database.read() as session:
        row = await submissions.of_item(session, item.id)
    return row.id if row else None


async def _card(request: Request, house: House, visitor: Visitor, item: WorkItem, credential: Credential) -> Response:
    fleet = house.fleet
    trouble = await trouble_of(fleet, item)
    waiting = not settled(item, fleet.clock.now()) and trouble is None
    opened = await open_answer(fleet, item.id, viewer=visitor.name) if item.outcome else None
    async with fleet.database.read() as session:
        proofs = await runs.evidence_of(session, work_item_id=item.id)
    query = await _question(house, visitor, item, opened)
    return page(
        request,
        "answer.html",
        item=item,
        credential=credential,
        portal=fleet.portals.get(item.portal),
        portals=fleet.portals,
        question=[(label_of(name), value) for name, value in query.items() if value is not None],
        opened=opened,
        answer=opened.answer if opened else None,
        trouble=trouble,
        waiting=waiting,
        stale=opened is not None and datetime.now(UTC) - opened.as_of > MAX_AGE[item.capability],
        proofs=proofs,
        pulls=[each for each in await pulls_of(fleet, item) if each.id != item.id],
        can_ask="ask" in request.state.rights,
    )


async def _question(house: House, visitor: Visitor, item: WorkItem, opened: OpenedAnswer | None) -> dict[str, Any]:
    """Opening the answer was written down already; a question alone is patient data as well."""
    if opened is None:
        await looks.note_question(house.fleet, item.id, viewer=visitor.name)
    query: dict[str, Any] = json.loads(work_items.query_of(item, house.fleet.sealer))
    return query


async def _stream(house: House, item_id: str) -> AsyncIterator[str]:
    """Steps name pages and never patients."""
    async for step in steps_of(house.fleet, item_id):
        shown = {name: step[name] for name in ("kind", "page", "milliseconds", "note")}
        yield f"event: step\ndata: {json.dumps(shown)}\n\n"
    yield "event: settled\ndata: {}\n\n"
