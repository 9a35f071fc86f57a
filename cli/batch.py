"""`fleet batch`: a sheet goes in, the same sheet with its outcomes comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from cli.actor import actor
from cli.exits import STATUS_OF, say, worst
from cli.opened import opened_fleet
from cli.output import console, print_json, progress_console
from core.errors import NextStep, RequestInvalid
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.batches import batch as batches
from lanes.batches.batch import BatchOrder, Planned, Standing
from lanes.batches.results import ENDINGS
from lanes.news import ITEM, changed

SOONEST = 0.2
"""Seconds between two counts: news come with each row, and what comes in at once is counted together."""
PATIENCE = 180.0
"""Seconds without any progress after which the command ends and leaves the rest to the lanes."""


def batch(
    capability: str,
    *,
    portal: str,
    payer: str | None,
    credential: str | None,
    source: Path,
    target: Path,
    as_json: bool,
) -> None:
    _check_target(target)
    order = BatchOrder(capability, portal, source, actor(), payer, credential)
    planned, standing, next_steps = asyncio.run(_worked(order, target))
    if as_json:
        print_json({"batch": planned.batch_id, "rows": planned.rows, **asdict(standing), "out": str(target)})
    else:
        console.print(_summary(planned, standing, target))
    if standing.held:
        say("Some questions wait for a person; `fleet status` says for what. Then run the same command again.")
        raise typer.Exit(STATUS_OF[NextStep.ASK_PERSON])
    if standing.waiting:
        say("The portal does not answer just now. The questions are kept; run the same command again later.")
        raise typer.Exit(STATUS_OF[NextStep.WAIT])
    if standing.failed:
        say("Some questions ended without an answer; “result” says why in each row. The same command asks them again.")
        raise typer.Exit(worst(next_steps))


async def _worked(order: BatchOrder, target: Path) -> tuple[Planned, Standing, set[NextStep]]:
    async with opened_fleet() as fleet, _bar() as (progress, task):

        async def planned_so_far(rows: int) -> None:
            progress.update(task, completed=rows)

        planned = await batches.plan(fleet, order, planned_so_far)
        if planned.to_wake:
            await wake(fleet.settings.layout, planned.to_wake)
        progress.update(task, description="Asking", completed=0, total=planned.rows)
        standing = await _until_done(fleet, planned, progress, task)
        progress.update(task, description="Writing")
        await batches.write_results(fleet, order, planned.batch_id, target, viewer=actor())
        return planned, standing, await batches.who_acts_next(fleet, planned.batch_id)


async def _until_done(fleet: Fleet, planned: Planned, progress: Progress, task: TaskID) -> Standing:
    loop = asyncio.get_running_loop()
    before, moved_at = planned.rows + 1, loop.time()
    async with fleet.news.following(ITEM) as news:
        while True:
            standing = await batches.standing(fleet, planned.batch_id)
            progress.update(task, completed=planned.rows - standing.waiting)
            if not standing.waiting or loop.time() - moved_at > PATIENCE:
                return standing
            if standing.waiting < before:
                before, moved_at = standing.waiting, loop.time()
            await changed(news)
            await asyncio.sleep(SOONEST)


@asynccontextmanager
async def _bar() -> AsyncIterator[tuple[Progress, TaskID]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=progress_console, disable=not progress_console.is_terminal) as progress:
        yield progress, progress.add_task("Reading", total=None)


def _check_target(target: Path) -> None:
    """Before a portal is bothered for an answer that cannot be written."""
    if target.suffix.lower() not in ENDINGS:
        raise RequestInvalid(f"{target.name}: the outcome is written as {' or '.join(ENDINGS)}.", field="out")
    if not target.absolute().parent.is_dir():
        raise RequestInvalid(f"The folder of {target.name} does not exist.", field="out")


def _summary(planned: Planned, standing: Standing, target: Path) -> str:
    counts = {
        "answered": standing.answered,
        "failed": standing.failed,
        "not asked, because the row is wrong": standing.invalid,
        "waiting for a person": standing.held,
        "still waiting": standing.waiting,
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    read_as = f" (read as {planned.encoding})" if planned.encoding else ""
    return f"{planned.rows} rows{read_as}: {told}. {target} holds patient data."
