"""Sheets of questions: planned row by row, gone on with after a stop, written back with an outcome per row."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from core.capabilities.catalog import capability
from core.capabilities.record import Answer, Query
from core.errors import FleetError, NextStep, RequestInvalid
from core.seal import Shredded
from lanes.assembly import Fleet
from lanes.batches.columns import COLUMNS, facts
from lanes.batches.results import sheet_writer
from lanes.batches.rows import Questions
from lanes.batches.sent_on import ELSEWHERE, ask_there
from lanes.batches.sheets import Row, Sheet, need_columns, open_sheet
from lanes.questions import ask as asking
from lanes.questions.ask import NOT_REUSABLE, Counter, Question, choose_credential, counter_for, hand_in
from lanes.views import question_of
from store import audit, batches, runs, work_items
from store.batches import Batch, BatchOutcome, Progress
from store.runs import StoredAnswer
from store.work_items import ItemState, Priority, WorkItem

CHUNK = 200
"""Rows per transaction: others want to write in between."""
WAYS = {
    "eligibility": (("member_id", "birth_date"), ("first_name", "last_name", "birth_date")),
    "claim_status": (("claim_number",), ("member_id", "birth_date", "from_date", "to_date")),
    "remittances": (("check_number",), ("claim_number",), ("paid_from", "paid_to")),
    "messages": (("from_date", "to_date"),),
    "documents": (("from_date", "to_date"),),
    "users": (("username",),),
    "authorizations": (("authorization_number",), ("member_id", "birth_date")),
    "appeals": (("claim_number",),),
    "sent_messages": (("from_date", "to_date"),),
    "claim_files": (("control_number",),),
    "notifications": (("member_id", "birth_date"),),
}
"""The columns that a question needs, one line per way to ask."""
_INVALID = "invalid"


@dataclass(frozen=True)
class BatchOrder:
    capability: str
    portal: str
    source: Path
    requested_by: str
    payer: str | None = None
    """For rows without a `payer` column."""
    credential: str | None = None


@dataclass(frozen=True)
class Planned:
    batch_id: str
    rows: int
    invalid: int
    to_wake: frozenset[str]
    """Credentials whose lanes have something to do."""
    encoding: str | None
    """How the CSV was read; None for XLSX."""


@dataclass(frozen=True)
class Standing:
    answered: int
    failed: int
    held: int
    """A person has to act first."""
    waiting: int
    invalid: int

    @property
    def total(self) -> int:
        return self.answered + self.failed + self.held + self.waiting + self.invalid


_Mark = tuple[int, str | None, str | None]
"""(row number, work item id, problem)"""


async def plan(fleet: Fleet, order: BatchOrder, planned: Callable[[int], Awaitable[None]]) -> Planned:
    """Makes the questions of all rows; tells `planned` the number of rows done so far. Wakes nobody.

    A bad row gets its problem written down and stops nothing. The same sheet again goes on where it was: only rows
    without a question, or whose question failed, are asked.
    """
    asked = capability(order.capability)
    if order.capability not in WAYS:
        raise RequestInvalid(f"{order.capability} is not asked by a sheet.", field="capability")
    sheet = await asyncio.to_thread(open_sheet, order.source, asked.query.model_fields)
    need_columns(sheet, order.capability, WAYS[order.capability])
    if "payer" not in sheet.keys:
        counter_for(fleet, order.capability, order.portal, order.payer)
    batch = await _open(fleet, order)
    planner = _Planner(fleet, order, sheet, batch)
    rows = sheet.rows()
    count = 0
    while chunk := await asyncio.to_thread(_take, rows):
        await planner.plan(chunk)
        count += len(chunk)
        await planned(count)
    if count == 0:
        raise RequestInvalid(f"{order.source.name} has no rows under its header.", field="in")
    async with fleet.database.begin() as session:
        (await batches.open_batch(session, batch)).row_count = count
        sent_on = await batches.answered_by(session, batch.id, batch.portal, ELSEWHERE)
    for item, stored in sent_on:  # in the store already, so that no lane will come by
        answer = asked.read_answer(runs.payload_of(stored, fleet.sealer))
        async with fleet.database.begin() as session:
            await ask_there(session, fleet, item, answer)
    async with fleet.database.read() as session:
        to_wake = frozenset(await batches.credentials_of(session, batch.id))
        invalid = (await batches.progress(session, [batch.id]))[batch.id].by_state[None]
    return Planned(batch.id, count, invalid, to_wake, sheet.encoding)


async def standing(fleet: Fleet, batch_id: str) -> Standing:
    return (await standings(fleet, [batch_id]))[batch_id]


async def who_acts_next(fleet: Fleet, batch_id: str) -> set[NextStep]:
    """On the rows that ended without an answer."""
    async with fleet.database.read() as session:
        return {NextStep(step) for step in await batches.next_steps(session, batch_id) if step}


async def standings(fleet: Fleet, batch_ids: Sequence[str]) -> dict[str, Standing]:
    async with fleet.database.read() as session:
        progress = await batches.progress(session, batch_ids)
    return {batch_id: _standing(each) for batch_id, each in progress.items()}


def _standing(progress: Progress) -> Standing:
    states = progress.by_state
    return Standing(
        answered=states[ItemState.DONE] - progress.failed,
        failed=progress.failed,
        held=states[ItemState.HELD],
        waiting=states[ItemState.QUEUED] + states[ItemState.WORKING],
        invalid=states[None],
    )


async def write_results(fleet: Fleet, order: BatchOrder, batch_id: str, target: Path, *, viewer: str) -> None:
    """The sheet's own columns, then outcomes. Holds patient data in clear; audited as `phi.export`."""
    sheet = await asyncio.to_thread(open_sheet, order.source, capability(order.capability).query.model_fields)
    async with fleet.database.begin() as session:
        event = audit.Event("phi.export", viewer, batch_id)
        await audit.append(session, event, now=fleet.clock.now())
    rows = sheet.rows()
    with sheet_writer(target) as out:
        out.write([*sheet.headers, *_headers(order.capability)])
        async for outcome in batches.outcomes(fleet.database, batch_id):
            row = next((row for row in rows if row.number == outcome.row.row_number), None)
            if row is None:
                raise RequestInvalid(f"{order.source.name} was changed while it was worked.", field="in")
            out.write([*row.cells, *_told(fleet, order.capability, outcome)])


@dataclass(frozen=True)
class RowView:
    number: int
    """As a spreadsheet counts."""
    item: WorkItem | None
    query: dict[str, Any] | None
    """In clear; None for a row that asks nothing."""
    problem: str | None
    stored: StoredAnswer | None
    """Sealed."""
    sentence: str | None
    """What the answer says, free of patient data; None when there is none, or it was shredded."""

    @property
    def as_of(self) -> datetime | None:
        return self.stored.as_of if self.stored else None


async def rows_of(fleet: Fleet, batch_id: str, *, viewer: str, after: int, limit: int) -> list[RowView]:
    """A page of a batch, its questions in clear. Audited as `phi.view`."""
    async with fleet.database.begin() as session:
        rows = await batches.outcomes_after(session, batch_id, after, limit)
        event = audit.Event("phi.view", viewer, batch_id, {"after": after, "count": len(rows)})
        await audit.append(session, event, now=fleet.clock.now())
    return [
        RowView(
            each.row.row_number,
            each.item,
            question_of(fleet, each.item) if each.item else None,
            each.row.problem,
            each.answer,
            _sentence(fleet, each),
        )
        for each in rows
    ]


def _sentence(fleet: Fleet, outcome: BatchOutcome) -> str | None:
    if outcome.item is None or outcome.answer is None:
        return None
    try:
        return _answer(fleet, outcome.item.capability, outcome.answer).sentence
    except Shredded:
        return None


def _answer(fleet: Fleet, capability_name: str, stored: StoredAnswer) -> Answer:
    return capability(capability_name).read_answer(runs.payload_of(stored, fleet.sealer))


async def export(fleet: Fleet, batch_id: str, target: Path, *, viewer: str) -> None:
    """As `write_results`, from the store alone: the questions in the place of the sheet that asked them."""
    async with fleet.database.begin() as session:
        batch = await session.get_one(Batch, batch_id)
        await audit.append(session, audit.Event("phi.export", viewer, batch_id), now=fleet.clock.now())
    keys = list(capability(batch.capability).query.model_fields)
    with sheet_writer(target) as out:
        out.write(["row", *keys, *_headers(batch.capability)])
        async for outcome in batches.outcomes(fleet.database, batch_id):
            query = question_of(fleet, outcome.item) if outcome.item else {}
            asked = ["" if query.get(key) is None else str(query[key]) for key in keys]
            out.write([str(outcome.row.row_number), *asked, *_told(fleet, batch.capability, outcome)])


class _Planner:
    def __init__(self, fleet: Fleet, order: BatchOrder, sheet: Sheet, batch: Batch) -> None:
        self._fleet = fleet
        self._order = order
        self._sheet = sheet
        self._batch = batch
        self._questions = Questions(fleet, order.capability, order.portal, order.payer)

    async def plan(self, rows: list[Row]) -> None:
        settled = await self._settled(rows)
        marks: list[_Mark] = []
        valid: list[tuple[Row, Counter, Question]] = []
        for row in rows:
            if row.number not in settled:
                try:
                    valid.append((row, *self._question(row)))
                except RequestInvalid as problem:
                    marks.append((row.number, None, problem.sentence))
        valid.sort(key=lambda each: each[1].payer or "")
        async with self._fleet.database.begin() as session:
            for _, group in groupby(valid, key=lambda each: each[1].payer):
                some = list(group)
                counter = some[0][1]
                credential = await choose_credential(session, self._fleet, counter, self._order.credential)
                questions = [question for _, _, question in some]
                asked = await hand_in(session, self._fleet, counter, credential, questions)
                marks += [(row.number, each.item.id, None) for (row, _, _), each in zip(some, asked, strict=True)]
            await batches.put_rows(session, self._batch.id, marks)

    def _question(self, row: Row) -> tuple[Counter, Question]:
        counter, query = self._questions.read(self._sheet.asked(row))
        return counter, _question(self._order, counter, query)

    async def _settled(self, rows: list[Row]) -> set[int]:
        """Rows that this round has asked already, and that did not fail."""
        async with self._fleet.database.read() as session:
            known = await batches.rows_between(session, self._batch.id, rows[0].number, rows[-1].number)
            items = await work_items.by_ids(session, [row.work_item_id for row in known.values() if row.work_item_id])
        return {
            number
            for number, row in known.items()
            if row.work_item_id in items and self._stands(items[row.work_item_id])
        }

    def _stands(self, item: WorkItem) -> bool:
        if item.state is not ItemState.DONE or item.finished_at is None:
            return True
        oldest = self._batch.began_at - asking.MAX_AGE[self._order.capability]
        if item.outcome is None:
            return item.next_step == NextStep.ASK_BILLER.value and item.finished_at >= oldest
        return item.finished_at >= oldest and item.outcome not in NOT_REUSABLE


async def _open(fleet: Fleet, order: BatchOrder) -> Batch:
    """The same sheet, asked of the same portal, is the same batch; a new round of it once the last one is old."""
    with order.source.open("rb") as file:
        content = await asyncio.to_thread(hashlib.file_digest, file, "sha256")
    asked = [content.hexdigest(), order.capability, order.portal, order.payer, order.credential]
    now = fleet.clock.now()
    new = Batch(
        id="batch_" + fleet.sealer.blind(json.dumps(asked), "batch")[:32],
        capability=order.capability,
        portal=order.portal,
        requested_by=order.requested_by,
        created_at=now,
        began_at=now,
    )
    async with fleet.database.begin() as session:
        batch = await batches.open_batch(session, new)
        states = (await batches.progress(session, [batch.id]))[batch.id].by_state
        open_rows = sum(states[state] for state in ItemState if state is not ItemState.DONE)
        finished = batch.row_count is not None and open_rows == 0
        if finished and now - batch.began_at > asking.MAX_AGE[order.capability]:
            batch.began_at, batch.row_count = now, None
    return batch


def _question(order: BatchOrder, counter: Counter, query: Query) -> Question:
    return Question(
        capability=counter.capability.name,
        portal=counter.manifest.id,
        query=query,
        requested_by=order.requested_by,
        payer=counter.payer,
        credential=order.credential,
        priority=Priority.BATCH,
    )


def _take(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, CHUNK))


def _headers(capability_name: str) -> list[str]:
    return ["outcome", "result", *COLUMNS[capability_name], "as_of", "portal", "work_item", "run"]


def _told(fleet: Fleet, capability_name: str, outcome: BatchOutcome) -> list[str]:
    """A cell for each of `_headers`."""
    extra = COLUMNS[capability_name]
    item, stored = outcome.item, outcome.answer
    if item is None:
        return [_INVALID, f"{_INVALID}: {outcome.row.problem}", *("" for _ in extra), "", "", "", ""]
    ids = [item.portal, item.id, item.run_id or ""]
    if stored is None:
        state = item.error_code if item.state is ItemState.DONE else item.state.value
        return [state or "", item.error_sentence or "Not answered yet.", *("" for _ in extra), "", *ids]
    try:
        answer = _answer(fleet, capability_name, stored)
    except FleetError as problem:
        return [problem.code, problem.sentence, *("" for _ in extra), "", *ids]
    known = facts(answer)
    columns = [known.get(name, "") for name in extra]
    return [answer.outcome, answer.sentence, *columns, stored.as_of.isoformat(timespec="seconds"), *ids]
