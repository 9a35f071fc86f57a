"""`fleet submit`: checked and sealed here, sent by the lane, told when the portal has answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from cli.actor import actor
from cli.answers import shown
from cli.exits import STATUS_OF, say
from cli.keys import keys_from
from cli.opened import opened_fleet
from cli.output import console, print_json, progress_console
from core.capabilities.catalog import capability
from core.errors import RequestInvalid
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.questions.pull import Settled, outcome_of
from lanes.submissions import submit as handing
from lanes.submissions.submit import HandedIn, Order
from store import submissions
from store.submissions import StoredSubmission


@dataclass(frozen=True)
class Outcome:
    handed_in: HandedIn
    row: StoredSubmission
    """As it is now."""
    told: Settled


def submit(
    kind: str,
    arguments: Sequence[str],
    *,
    portal: str,
    payer: str | None,
    credential: str | None,
    files: Sequence[Path],
    dry_run: bool,
    anyway: bool,
    as_json: bool,
) -> None:
    order = Order(
        kind=kind,
        portal=portal,
        keys=keys_from(arguments),
        files=[_read(place, path) for place, path in enumerate(files, start=1)],
        requested_by=actor(),
        payer=payer,
        credential=credential,
        rehearsal=dry_run,
        anyway=anyway,
    )
    outcome = asyncio.run(_sent(order))
    if as_json:
        print_json(as_data(outcome))
    else:
        _show(outcome)
    if (trouble := outcome.told.trouble) is not None:
        say(trouble.sentence)
        raise typer.Exit(STATUS_OF[trouble.next_step])


def as_data(outcome: Outcome) -> dict[str, Any]:
    told, cleared = outcome.told, outcome.handed_in.cleared
    error = {"error": {"code": told.trouble.code, "sentence": told.trouble.sentence}} if told.trouble else {}
    if told.trouble:
        error["error"]["next_step"] = told.trouble.next_step.value
    return {
        "submission": outcome.row.id,
        "state": outcome.row.state.value,
        "outcome": told.outcome,
        "answer": told.answer,
        "as_of": told.as_of,
        "file_by": cleared.file_by,
        "days_left": cleared.days_left,
        "work_item": told.work_item,
        "run": told.run,
        "evidence": told.evidence,
    } | error


def _show(outcome: Outcome) -> None:
    told, cleared = outcome.told, outcome.handed_in.cleared
    if cleared.file_by is not None:
        console.print(f"To be filed by {cleared.file_by}: {cleared.days_left} days left.", style="dim")
    if told.answer is not None:
        console.print(shown(capability(outcome.row.capability).read_answer(json.dumps(told.answer))))
    told_by = f"fleet submissions show {outcome.row.id} --out DIR"
    console.print(f"{outcome.row.id}, {outcome.row.state.value}. What the bot saw: {told_by}", style="dim")


async def _sent(order: Order) -> Outcome:
    async with opened_fleet() as fleet:
        made = await handing.hand_in(fleet, order)
        if made.to_wake:
            await wake(fleet.settings.layout, [made.item.credential_id])
        with progress_console.status("Sending …") if progress_console.is_terminal else _Quiet():
            told = await outcome_of(fleet, made.item.id, viewer=order.requested_by)
        return Outcome(made, await _now(fleet, made.row.id), told)


async def _now(fleet: Fleet, submission_id: str) -> StoredSubmission:
    async with fleet.database.read() as session:
        return await submissions.get(session, submission_id)


def _read(place: int, path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError:
        raise RequestInvalid(f"File {place} cannot be read; check its path and its owner.", field="file") from None


class _Quiet:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
