"""Answers: live while they come, then as a card, with their age; compared, asked anew, revealed with a reason."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from console.asking import askable, permitted, put_question
from console.comparing import Difference, differences
from console.door import Asker, Form, House, HouseOf, Revealer, Watcher
from console.following import Events, told
from console.forms import label_of, said
from console.pages import as_download, go, page
from console.scope import allowed_credentials, item_in_scope
from core.capabilities.catalog import capability, write
from core.errors import RequestInvalid
from lanes import looks
from lanes.people import Visitor
from lanes.questions.ask import MAX_AGE, Question, choose_credential, counter_for
from lanes.questions.following import steps_of
from lanes.questions.pull import Trouble, settled, trouble_of
from lanes.questions.waiting import Waits, waits_for
from lanes.views import OpenedAnswer, asked_by, open_answer, pulls_of
from store import runs, submissions, work_items
from store.credentials import Credential, CredentialState
from store.runs import Evidence
from store.work_items import WorkItem

router = APIRouter(include_in_schema=False)
LONGEST_STREAM = 600.0
"""Seconds after which whoever watches asks anew, and is let in anew."""
LOOK_AGAIN = 5.0
"""Seconds without a step, after which a page is told anew what its question waits for."""


@dataclass(frozen=True)
class Seen:
    """A question with all that came of it."""

    item: WorkItem
    credential: Credential
    query: dict[str, Any]
    """In clear."""
    opened: OpenedAnswer | None
    trouble: Trouble | None
    waits: Waits | None
    """As long as there is neither."""
    proofs: Sequence[Evidence]
    pulls: Sequence[WorkItem]
    """The other times that it was answered, the latest first."""


@dataclass(frozen=True)
class Compared:
    older: OpenedAnswer
    newer: OpenedAnswer
    differences: Sequence[Difference]


@router.get("/answers")
async def mine(request: Request, visitor: Asker, house: HouseOf) -> Response:
    before = request.query_params.get("before") or None
    listed = await own_questions(house, visitor, before=before)
    rows = [(item, summary(query)) for item, query in listed]
    older = f"?before={listed[-1][0].id}" if len(listed) == work_items.PAGE else None
    return page(request, "answers.html", rows=rows, older=older, portals=house.fleet.portals)


@router.get("/answers/{item_id}")
async def answer_page(request: Request, item_id: str, visitor: Asker, house: HouseOf) -> Response:
    item, credential = await own(house, visitor, item_id)
    if (sent := await _submission(house, item)) is not None:
        return go(f"/submissions/{sent}")
    return _card(request, house, await seen(house, visitor, item, credential))


@router.get("/answers/{item_id}/events")
async def events(item_id: str, visitor: Watcher, house: HouseOf) -> Response:
    await own(house, visitor, item_id)
    return Events(followed(house, item_id))


@router.post("/answers/{item_id}/again")
async def again(item_id: str, visitor: Asker, house: HouseOf) -> Response:
    return go(f"/answers/{(await asked_again(house, visitor, item_id)).id}")


@router.get("/answers/{item_id}/compare/{other_id}")
async def compare(request: Request, item_id: str, other_id: str, visitor: Asker, house: HouseOf) -> Response:
    found = await compared(house, visitor, item_id, other_id)
    return page(request, "compare.html", older=found.older, newer=found.newer, told=found.differences)


@router.get("/answers/{item_id}/files/{evidence_id}")
async def file(item_id: str, evidence_id: str, visitor: Asker, house: HouseOf) -> Response:
    return as_download(await file_of(house, visitor, item_id, evidence_id), "file")


@router.get("/answers/{item_id}/reveal")
async def reveal_page(request: Request, item_id: str, visitor: Revealer, house: HouseOf) -> Response:
    async with house.fleet.database.read() as session:
        item, _ = await item_in_scope(session, visitor, item_id)
    return page(request, "reveal_answer.html", item=item)


@router.post("/answers/{item_id}/reveal")
async def reveal(request: Request, item_id: str, visitor: Revealer, house: HouseOf, form: Form) -> Response:
    async with house.fleet.database.read() as session:
        item, _ = await item_in_scope(session, visitor, item_id)
    try:
        shown = await revealed(house, visitor, item_id, form.get("reason", ""))
    except RequestInvalid as problem:
        return page(request, "reveal_answer.html", status=422, item=item, problem=problem)
    return _card(request, house, shown)


def summary(query: dict[str, Any]) -> str:
    """A question in a line: what it names."""
    shown = ("member_id", "last_name", "first_name", "birth_date", "claim_number", "check_number", "username")
    also = ("authorization_number", "control_number", "from_date", "to_date", "paid_from", "paid_to")
    return ", ".join(str(query[name]) for name in (*shown, *also) if query.get(name))


# -- the same for pages and programs


async def own(house: House, visitor: Visitor, item_id: str) -> tuple[WorkItem, Credential]:
    """Raises RequestInvalid beyond the visitor's tax IDs, Forbidden beyond the capabilities of their role."""
    async with house.fleet.database.read() as session:
        item, credential = await item_in_scope(session, visitor, item_id)
    permitted(visitor, item.capability)
    return item, credential


async def own_questions(house: House, visitor: Visitor, *, before: str | None) -> list[tuple[WorkItem, dict[str, Any]]]:
    """Those that the visitor may open today. Audited as one `phi.view`."""
    async with house.fleet.database.read() as session:
        mine = await allowed_credentials(session, visitor)
    names = [each.name for each in askable(visitor)]
    return await asked_by(house.fleet, visitor.name, before=before, credentials=mine, capabilities=names)


async def asked_again(house: House, visitor: Visitor, item_id: str) -> WorkItem:
    """The question that goes to the portal now, whatever is stored: by the account that was asked, or another one of
    its tax ID where that is stopped. Raises core errors.
    """
    item, credential = await own(house, visitor, item_id)
    if await _submission(house, item) is not None:
        raise RequestInvalid("This was sent, not asked; its own page says how it stands.", field="page")
    query = capability(item.capability).read_query(work_items.query_of(item, house.fleet.sealer))
    if credential.state is not CredentialState.OPEN:
        counter = counter_for(house.fleet, item.capability, item.portal, item.payer)
        async with house.fleet.database.read() as session:
            credential = await choose_credential(session, house.fleet, counter, None, tin=credential.tin)
    question = Question(
        capability=item.capability,
        portal=item.portal,
        payer=item.payer,
        credential=credential.name,
        query=query,
        requested_by=visitor.name,
        fresh=True,
    )
    return await put_question(house, question)


async def compared(house: House, visitor: Visitor, item_id: str, other_id: str) -> Compared:
    """Audited as two looks. Raises RequestInvalid."""
    opened = []
    for each in (item_id, other_id):
        await own(house, visitor, each)
        opened.append(await open_answer(house.fleet, each, viewer=visitor.name))
    first, second = opened
    if first is None or second is None or first.item.natural_key != second.item.natural_key:
        raise RequestInvalid("Two answers to one question are needed to compare them.", field="page")
    older, newer = sorted((first, second), key=lambda each: each.as_of)
    return Compared(older, newer, differences(json.loads(write(older.answer)), json.loads(write(newer.answer))))


async def file_of(house: House, visitor: Visitor, item_id: str, evidence_id: str) -> looks.Piece:
    """Audited as `phi.export`. Raises RequestInvalid."""
    await own(house, visitor, item_id)
    return await looks.file(house.fleet, item_id, evidence_id, viewer=visitor.name)


async def revealed(house: House, visitor: Visitor, item_id: str, reason: str) -> Seen:
    """To somebody who did not ask. Audited as `phi.reveal` with the reason. Raises RequestInvalid."""
    async with house.fleet.database.read() as session:
        item, credential = await item_in_scope(session, visitor, item_id)
    await looks.note_reveal(house.fleet, item_id, reason, viewer=visitor.name)
    return await seen(house, visitor, item, credential)


async def seen(house: House, visitor: Visitor, item: WorkItem, credential: Credential) -> Seen:
    """Audited as `phi.view`. The caller has checked that the visitor may see it."""
    fleet = house.fleet
    opened = await open_answer(fleet, item.id, viewer=visitor.name) if item.outcome else None
    if opened is None:  # opening the answer was written down already; a question alone is patient data as well
        await looks.note_question(fleet, item.id, viewer=visitor.name)
    async with fleet.database.read() as session:
        proofs = await runs.evidence_of(session, work_item_id=item.id)
    trouble = await trouble_of(fleet, item)
    waiting = trouble is None and not settled(item, fleet.clock.now())
    return Seen(
        item,
        credential,
        json.loads(work_items.query_of(item, fleet.sealer)),
        opened,
        trouble,
        await waits_for(fleet, item) if waiting else None,
        proofs,
        [each for each in await pulls_of(fleet, item) if each.id != item.id],
    )


async def followed(house: House, item_id: str) -> AsyncIterator[str]:
    """Steps name pages and never patients. As long as none comes, `waits` says what it waits for, when that changes."""
    steps, said = steps_of(house.fleet, item_id), ""
    coming = asyncio.ensure_future(anext(steps, None))
    ends = time.monotonic() + LONGEST_STREAM
    try:
        while time.monotonic() < ends:
            async with house.fleet.database.read() as session:
                item = await work_items.get(session, item_id)
            waits = None if settled(item, house.fleet.clock.now()) else await waits_for(house.fleet, item)
            if waits is not None and waits.sentence != said:
                said = waits.sentence
                yield told("waits", asdict(waits))
            while (await asyncio.wait({coming}, timeout=LOOK_AGAIN))[0]:
                if (step := coming.result()) is None:
                    yield told("settled", {})
                    return
                coming = asyncio.ensure_future(anext(steps, None))
                yield told("step", {name: step[name] for name in ("kind", "page", "milliseconds", "note")})
    finally:
        coming.cancel()


async def _submission(house: House, item: WorkItem) -> str | None:
    if capability(item.capability).sends is None:
        return None
    async with house.fleet.database.read() as session:
        row = await submissions.of_item(session, item.id)
    return row.id if row else None


def _card(request: Request, house: House, shown: Seen) -> Response:
    item, opened, can_ask = shown.item, shown.opened, "ask" in request.state.rights
    kept = [each for each in shown.proofs if can_ask and each.kind == looks.FILE and each.shredded_at is None]
    return page(
        request,
        "answer.html",
        item=item,
        credential=shown.credential,
        portal=house.fleet.portals.get(item.portal),
        portals=house.fleet.portals,
        question=[(label_of(name), said(name, value)) for name, value in shown.query.items() if value is not None],
        opened=opened,
        answer=opened.answer if opened else None,
        trouble=shown.trouble,
        waits=shown.waits,
        stale=opened is not None and datetime.now(UTC) - opened.as_of > MAX_AGE[item.capability],
        proofs=shown.proofs,
        pulls=shown.pulls,
        can_ask=can_ask,
        files={each.sha256: f"/answers/{item.id}/files/{each.id}" for each in kept},
    )
