"""`fleet submissions`: how everything stands that was handed in, and what people decide about it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from cli.actor import actor
from cli.exits import STATUS_OF, say
from cli.opened import opened_fleet, opened_store
from cli.output import console, print_json, table
from core.errors import NextStep, RequestInvalid
from core.follow_up import WhatNext
from flows.wake import wake
from lanes import views
from lanes.assembly import Fleet
from lanes.questions.ask import unknown
from lanes.questions.pull import outcome_of
from lanes.submissions import approvals as approving
from lanes.submissions import following, submit
from lanes.submissions.approvals import InForce, in_force
from lanes.submissions.following import LeftOut, Stand, Wanted, how_they_stand
from payers.registry import manifests
from store import submission_lists, submissions
from store.standings import SubmissionSighting, SubmissionStanding
from store.submissions import SETTLED, StoredSubmission
from store.work_items import WorkItem

_OF_ROW = (
    *("id", "kind", "portal", "payer", "state", "rehearsal", "needs_approval", "version", "approved_by"),
    *(
        "approved_at",
        "file_by",
        "requested_by",
        "intended_at",
        "created_at",
        "armed_at",
        "clicked_at",
        "settled_at",
        "clicks",
        "work_item_id",
    ),
    *("adapter_version", "secret_version"),
)
_OF_STANDING = ("seen_at", "missing", "status", "decided", "decided_on", "told", "letter_id")


def list_submissions(*, as_json: bool) -> None:
    async def listed() -> list[Stand]:
        async with opened_store() as database, database.read() as session:
            return await _lines(session, await submission_lists.latest(session))

    known = asyncio.run(listed())
    if as_json:
        print_json([_data(line) for line in known])
    else:
        console.print(_table(known) if known else "Nothing was handed in yet; `fleet submit` does it.")


def track(portal: str | None, *, as_json: bool) -> None:
    """Ends with the status of those that could not be asked after, if there are any."""
    lines, left_out = asyncio.run(_tracked(portal))
    if as_json:
        told = [{"id": each.row.id, "sentence": each.sentence} for each in left_out]
        print_json({"asked": [_data(line) for line in lines], "left_out": told})
    else:
        console.print(_table(lines) if lines else "There is nothing to ask after: all that was sent is decided.")
    for each in left_out:
        say(f"{each.row.id} was not asked after. {each.sentence}")
    if left_out:
        raise typer.Exit(STATUS_OF[NextStep.ASK_PERSON])


async def _tracked(portal: str | None) -> tuple[list[Stand], list[LeftOut]]:
    async with opened_fleet() as fleet:
        if portal is not None and portal not in fleet.portals:
            raise RequestInvalid(unknown("portal", portal, fleet.portals), field="portal")
        asked, left_out = await following.track(fleet, Wanted(actor(), portal))
        await wake(fleet.settings.layout, {item.credential_id for _, item in asked})
        for row, item in asked:
            told = await outcome_of(fleet, item.id, viewer=actor())
            if told.trouble is not None:
                left_out.append(LeftOut(row, told.trouble.sentence))
        async with fleet.database.read() as session:
            return await _lines(session, [await submissions.get(session, row.id) for row, _ in asked]), left_out


def show(submission_id: str, *, out: Path | None, as_json: bool) -> None:
    seen, coming = asyncio.run(_seen(submission_id, out))
    line = Stand(seen.row, seen.item, seen.standing, coming)
    if as_json:
        print_json(
            _data(line)
            | {"files": [{"sha256": file.sha256, "size": file.size} for file in seen.files]}
            | {"answer": seen.answer and seen.answer.model_dump(mode="json", context={"reveal": True})}
            | {"evidence": [{"id": each.id, "kind": each.kind, "page": each.page} for each in seen.evidence]}
            | {"history": [_sighting(each) for each in seen.history]}
        )
        return
    row = seen.row
    console.print(f"{row.id}: {row.kind} to {row.payer or row.portal}, {_state(row)}", style="bold")
    moments = [
        ("handed in", row.created_at, None if row.version > 1 else row.requested_by),
        (f"version {row.version}", row.intended_at, row.requested_by),
        ("approved", row.approved_at, row.approved_by),
        ("armed", row.armed_at, None),
        ("clicked", row.clicked_at, f"click {row.clicks}"),
        ("settled", row.settled_at, seen.answer and seen.answer.sentence),
    ]
    console.print(table("what", "when", "", rows=[moment for moment in moments if moment[1]]))
    console.print(table("file", "bytes", "SHA-256", rows=[(n, f.size, f.sha256) for n, f in enumerate(seen.files, 1)]))
    console.print(table("evidence", "kind", "page", rows=[(each.id, each.kind, each.page) for each in seen.evidence]))
    if seen.history:
        sightings = [
            (each.seen_at, _status(each), each.told, each.decided_on, each.letter_id, each.work_item_id)
            for each in seen.history
        ]
        console.print(table("seen", "status", "", "decided", "letter", "answer", rows=sightings))
    if line.next is not None:
        console.print(line.next.sentence)
    if (number := getattr(seen.answer, "number", None)) is not None:
        console.print(f"The portal's number: {number}")
    if seen.item.error_sentence:
        console.print(seen.item.error_sentence)
    if out is not None:
        console.print(f"{len(seen.evidence)} pieces of evidence are in {out}; they hold patient data.", style="dim")


async def _seen(submission_id: str, out: Path | None) -> tuple[views.SeenSubmission, WhatNext | None]:
    async with opened_fleet() as fleet:
        seen = await views.see_submission(fleet, submission_id, viewer=actor())
        if out is not None:
            await views.export_pieces(fleet, seen.evidence, out, viewer=actor(), subject=submission_id)
        async with fleet.database.read() as session:
            (line,) = await _lines(session, [seen.row])
        return seen, line.next


def reconcile(*, as_json: bool) -> None:
    """Ends with the status of those that a person is needed for, if there are any."""
    lines = asyncio.run(_reconciled())
    if as_json:
        print_json([_data(line) for line in lines])
    else:
        console.print(_table(lines) if lines else "Everything is settled.")
    steps = [NextStep(each.item.next_step) for each in lines if each.row.state not in SETTLED and each.item.next_step]
    if steps:
        say("Not everything is settled yet; `fleet submissions` shows what waits for what.")
        raise typer.Exit(max(STATUS_OF[step] for step in steps))


async def _reconciled() -> list[Stand]:
    async with opened_fleet() as fleet:
        found = await submit.reconcile(fleet)
        await wake(fleet.settings.layout, {item.credential_id for _, item in found})
        for _, item in found:
            await outcome_of(fleet, item.id, viewer=actor())
        return [await _line(fleet, row.id) for row, _ in found]


def approve(submission_id: str, version: int) -> None:
    _go_on(submission_id, lambda fleet: submit.approve(fleet, submission_id, version=version, actor=actor()))
    console.print("Approved; it is sent now. `fleet submissions` shows how it goes.")


def list_approval_rules(*, as_json: bool) -> None:
    async def listed() -> list[InForce]:
        async with opened_store() as database, database.read() as session:
            return await in_force(session, manifests().whole)

    rules = asyncio.run(listed())
    if as_json:
        print_json([vars(each) for each in rules])
    elif rules:
        told = [
            (each.portal or "every", each.kind or "everything", each.set_by or "the manifest", each.set_at, each.reason)
            for each in rules
        ]
        console.print(table("portal", "kind", "set by", "at", "why", rows=told))
    else:
        console.print("Nothing waits for a person's yes; `fleet submissions approval --required` changes that.")


def set_approval(portal: str | None, kind: str | None, *, required: bool, reason: str) -> None:
    async def changed() -> Sequence[str]:
        told: dict[str, Any] = {"portal": portal, "kind": kind, "required": required, "reason": reason}
        async with opened_store() as database, database.begin() as session:
            return await approving.change(session, manifests().whole, **told, actor=actor(), now=datetime.now(UTC))

    waiting = asyncio.run(changed())
    what = f"{kind or 'Everything'} to {portal or 'every portal'}"
    now = (
        f"waits for a person's yes; so do {len(waiting)} that are not sent yet" if required else "needs no yes by rule"
    )
    console.print(f"{what} {now}.")


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
            if not (await _line(fleet, submission_id)).row.settled_at:
                await wake(fleet.settings.layout, [item.credential_id])

    asyncio.run(work())


async def _line(fleet: Fleet, submission_id: str) -> Stand:
    async with fleet.database.read() as session:
        (line,) = await _lines(session, [await submissions.get(session, submission_id)])
        return line


async def _lines(session: AsyncSession, rows: Sequence[StoredSubmission]) -> list[Stand]:
    return await how_they_stand(session, manifests().whole, rows, now=datetime.now(UTC))


def _table(lines: Sequence[Stand]) -> Table:
    headings = ("submission", "kind", "portal", "payer", "state", "with the payer", "what is next", "by", "days left")
    rows = []
    for each in lines:
        row, coming = each.row, each.next
        told = each.item.error_sentence or (coming.sentence if coming else None)
        by = coming.by if coming else row.file_by if row.state not in SETTLED else None
        left = coming.days_left if coming else None
        rows.append((row.id, row.kind, row.portal, row.payer, _state(row), _status(each.standing), told, by, left))
    return table(*headings, rows=rows, numbers=frozenset({"days left"}))


def _state(row: StoredSubmission) -> str:
    return f"{row.state.value} (rehearsal)" if row.rehearsal else row.state.value


def _status(seen: SubmissionStanding | SubmissionSighting | None) -> str | None:
    if seen is None:
        return None
    return "not shown" if seen.missing else seen.status and seen.status.replace("_", " ")


def _sighting(seen: SubmissionSighting) -> dict[str, Any]:
    return {
        name: getattr(seen, name)
        for name in ("work_item_id", "seen_at", "missing", "status", "decided_on", "told", "letter_id")
    }


def _data(line: Stand) -> dict[str, Any]:
    row, item, stood, coming = line.row, line.item, line.standing, line.next
    trouble = {"code": item.error_code, "sentence": item.error_sentence, "next_step": item.next_step}
    return {name: getattr(row, name) for name in _OF_ROW} | {
        "outcome": item.outcome,
        "next_look_at": item.not_before if item.state.value == "queued" else None,
        "error": trouble if item.error_code else None,
        "standing": {name: getattr(stood, name) for name in _OF_STANDING} if stood else None,
        "next": {
            "todo": coming.todo.value,
            "sentence": coming.sentence,
            "by": coming.by,
            "days_left": coming.days_left,
        }
        if coming
        else None,
    }
