"""`fleet submissions`: how everything stands that was handed in, and what people decide about it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import typer

from cli.exits import STATUS_OF, say
from cli.opened import actor, opened_fleet, opened_store
from cli.output import console, print_json, table
from core.errors import NextStep, RequestInvalid
from flows.wake import wake
from lanes import views
from lanes.assembly import Fleet
from lanes.questions.pull import outcome_of
from lanes.submissions import submit
from store import submissions, work_items
from store.submissions import SETTLED, StoredSubmission
from store.work_items import WorkItem

Line = tuple[StoredSubmission, WorkItem]
_OF_ROW = (
    *("id", "kind", "portal", "payer", "state", "rehearsal", "needs_approval", "approved_by", "approved_at", "file_by"),
    *("requested_by", "created_at", "armed_at", "clicked_at", "settled_at", "clicks", "work_item_id"),
    *("adapter_version", "secret_version"),
)


def list_submissions(*, as_json: bool) -> None:
    async def listed() -> list[Line]:
        async with opened_store() as database, database.read() as session:
            rows = await submissions.latest(session)
            items = await work_items.by_ids(session, [row.work_item_id for row in rows])
            return [(row, items[row.work_item_id]) for row in rows]

    known = asyncio.run(listed())
    if as_json:
        print_json([_data(line) for line in known])
        return
    shown = [
        (row.id, row.kind, row.portal, row.payer, _state(row), row.created_at, row.file_by, item.error_sentence)
        for row, item in known
    ]
    headings = ("submission", "kind", "portal", "payer", "state", "handed in", "file by", "what it waits for")
    console.print(table(*headings, rows=shown) if shown else "Nothing was handed in yet; `fleet submit` does it.")


def show(submission_id: str, *, out: Path | None, as_json: bool) -> None:
    seen = asyncio.run(_seen(submission_id, out))
    if as_json:
        print_json(
            _data((seen.row, seen.item))
            | {"files": [{"sha256": file.sha256, "size": file.size} for file in seen.files]}
            | {"answer": seen.answer and seen.answer.model_dump(mode="json", context={"reveal": True})}
            | {"evidence": [{"id": each.id, "kind": each.kind, "page": each.page} for each in seen.evidence]}
        )
        return
    row = seen.row
    console.print(f"{row.id}: {row.kind} to {row.payer or row.portal}, {_state(row)}", style="bold")
    moments = [
        ("handed in", row.created_at, row.requested_by),
        ("approved", row.approved_at, row.approved_by),
        ("armed", row.armed_at, None),
        ("clicked", row.clicked_at, f"click {row.clicks}"),
        ("settled", row.settled_at, seen.answer and seen.answer.sentence),
    ]
    console.print(table("what", "when", "", rows=[moment for moment in moments if moment[1]]))
    console.print(table("file", "bytes", "SHA-256", rows=[(n, f.size, f.sha256) for n, f in enumerate(seen.files, 1)]))
    console.print(table("evidence", "kind", "page", rows=[(each.id, each.kind, each.page) for each in seen.evidence]))
    if (number := getattr(seen.answer, "number", None)) is not None:
        console.print(f"The portal's number: {number}")
    if seen.item.error_sentence:
        console.print(seen.item.error_sentence)
    if out is not None:
        console.print(f"{len(seen.evidence)} pieces of evidence are in {out}; they hold patient data.", style="dim")


async def _seen(submission_id: str, out: Path | None) -> views.SeenSubmission:
    async with opened_fleet() as fleet:
        seen = await views.see_submission(fleet, submission_id, viewer=actor())
        if out is not None:
            await views.export_pieces(fleet, seen.evidence, out, viewer=actor(), subject=submission_id)
        return seen


def reconcile(*, as_json: bool) -> None:
    """Ends with the status of those that a person is needed for, if there are any."""
    lines = asyncio.run(_reconciled())
    if as_json:
        print_json([_data(line) for line in lines])
    else:
        rows = [(row.id, row.kind, row.portal, _state(row), item.error_sentence) for row, item in lines]
        headings = ("submission", "kind", "portal", "state", "what it waits for")
        console.print(table(*headings, rows=rows) if rows else "Everything is settled.")
    steps = [NextStep(item.next_step) for row, item in lines if row.state not in SETTLED and item.next_step]
    if steps:
        say("Not everything is settled yet; `fleet submissions` shows what waits for what.")
        raise typer.Exit(max(STATUS_OF[step] for step in steps))


async def _reconciled() -> list[Line]:
    async with opened_fleet() as fleet:
        found = await submit.reconcile(fleet)
        await wake(fleet.settings.layout, {item.credential_id for _, item in found})
        for _, item in found:
            await outcome_of(fleet, item.id, viewer=actor())
        return [await _line(fleet, row.id) for row, _ in found]


def approve(submission_id: str) -> None:
    _go_on(submission_id, lambda fleet: submit.approve(fleet, submission_id, actor=actor()))
    console.print("Approved; it is sent now. `fleet submissions` shows how it goes.")


def settle(submission_id: str, *, number: str | None, not_received: bool, reason: str) -> None:
    if (number is not None) == not_received:
        raise RequestInvalid("Say one of --number and --not-received.", field="number")
    told = sys.stdin.readline().strip() if number == "-" else number
    _go_on(submission_id, lambda fleet: submit.decide(fleet, submission_id, number=told, actor=actor(), reason=reason))
    console.print("Written down; it is sent now." if not_received else "Written down: the payer has it.")


def _go_on(submission_id: str, decided: Callable[[Fleet], Awaitable[WorkItem]]) -> None:
    async def work() -> None:
        async with opened_fleet() as fleet:
            item = await decided(fleet)
            if not (await _line(fleet, submission_id))[0].settled_at:
                await wake(fleet.settings.layout, [item.credential_id])

    asyncio.run(work())


async def _line(fleet: Fleet, submission_id: str) -> Line:
    async with fleet.database.read() as session:
        row = await submissions.get(session, submission_id)
        return row, await work_items.get(session, row.work_item_id)


def _state(row: StoredSubmission) -> str:
    return f"{row.state.value} (rehearsal)" if row.rehearsal else row.state.value


def _data(line: Line) -> dict[str, Any]:
    row, item = line
    trouble = {"code": item.error_code, "sentence": item.error_sentence, "next_step": item.next_step}
    return {name: getattr(row, name) for name in _OF_ROW} | {
        "outcome": item.outcome,
        "next_look_at": item.not_before if item.state.value == "queued" else None,
        "error": trouble if item.error_code else None,
    }
