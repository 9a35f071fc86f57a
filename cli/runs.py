"""`fleet runs`, `fleet runs show`, `fleet runs evidence`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cli.actor import actor
from cli.opened import opened_fleet, opened_store
from cli.output import console, print_json, table
from lanes import views
from lanes.sent_codes import told_of
from lanes.views import RunView, run_view
from store import credentials
from store.credentials import Credential
from store.history import Wanted, page
from store.runs import Evidence, Run, RunStep
from store.work_items import WorkItem


def list_runs(*, as_json: bool) -> None:
    listed = asyncio.run(_latest())
    if as_json:
        print_json([_run(run, name) for run, name in listed])
        return
    rows = [
        (run.id, f"{run.portal}/{name}", run.started_at, _took(run), run.logins, run.answered, run.failed, _ended(run))
        for run, name in listed
    ]
    headings = ("run", "credential", "started", "seconds", "log-ins", "answered", "failed", "ended")
    console.print(
        table(*headings, rows=rows, numbers=frozenset({"seconds", "log-ins", "answered", "failed"}))
        if rows
        else "No lane has been worked yet."
    )


def show_run(run_id: str, *, as_json: bool) -> None:
    found, credential = asyncio.run(_viewed(run_id))
    if as_json:
        print_json(
            _run(found.run, credential)
            | {"items": [_item(item) for item in found.items], "steps": [_step(step) for step in found.steps]}
            | {"evidence": [_proof(proof) for proof in found.evidence]}
        )
        return
    run = found.run
    console.print(f"{run.id}: {run.portal}, credential {credential}, {_ended(run)}", style="bold")
    if wanted := told_of(run, credential):
        console.print(wanted.sentence, style="yellow")
    items = [
        (item.id, item.capability, item.payer, item.outcome or item.error_code or item.state.value)
        for item in found.items
    ]
    console.print(table("work item", "capability", "payer", "outcome", rows=items))
    steps = [(step.seq, step.kind, step.page, step.milliseconds, step.note) for step in found.steps]
    console.print(table("#", "step", "page", "ms", "note", rows=steps, numbers=frozenset({"#", "ms"})))
    proofs = [(proof.id, proof.kind, proof.page, proof.size) for proof in found.evidence]
    console.print(table("evidence", "kind", "page", "bytes", rows=proofs, numbers=frozenset({"bytes"})))


def export_evidence(run_id: str, folder: Path) -> None:
    files = asyncio.run(_exported(run_id, folder))
    console.print(f"{len(files)} files lie opened in {folder}. They hold patient data: delete them after use.")


async def _latest() -> list[tuple[Run, str]]:
    async with opened_store() as database, database.read() as session:
        names = dict((await session.execute(select(Credential.id, Credential.name))).tuples().all())
        return [(run, names[run.credential_id]) for run in (await page(session, Wanted())).runs]


async def _viewed(run_id: str) -> tuple[RunView, str]:
    async with opened_store() as database:
        view = await run_view(database, run_id)
        async with database.read() as session:
            credential = await credentials.get(session, view.run.credential_id)
    return view, credential.name


async def _exported(run_id: str, folder: Path) -> list[Path]:
    async with opened_fleet() as fleet:
        return await views.export_evidence(fleet, run_id, folder, viewer=actor())


def _ended(run: Run) -> str:
    return f"{run.state.value}: {run.end_sentence}" if run.end_sentence else run.state.value


def _took(run: Run) -> str | None:
    return f"{(run.ended_at - run.started_at).total_seconds():.1f}" if run.ended_at else None


def _run(run: Run, credential: str) -> dict[str, Any]:
    names = ("id", "portal", "state", "started_at", "ended_at", "logins", "answered", "failed", "put_back")
    more = ("end_code", "end_sentence", "flow_run_id", "code_medium", "code_until")
    told = {name: getattr(run, name) for name in (*names, *more)}
    return told | {"credential": credential}


def _item(item: WorkItem) -> dict[str, Any]:
    names = ("id", "capability", "payer", "state", "outcome", "error_code", "error_sentence", "next_step", "attempts")
    return {name: getattr(item, name) for name in names}


def _step(step: RunStep) -> dict[str, Any]:
    names = ("seq", "work_item_id", "kind", "page", "started_at", "milliseconds", "note")
    return {name: getattr(step, name) for name in names}


def _proof(proof: Evidence) -> dict[str, Any]:
    names = ("id", "work_item_id", "kind", "media_type", "page", "size", "sha256", "created_at")
    return {name: getattr(proof, name) for name in names}
