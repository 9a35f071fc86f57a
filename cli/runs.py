"""`fleet runs`, `fleet runs show`, `fleet runs evidence`."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cli.opened import actor, opened_fleet, opened_store
from cli.output import console, print_json, table
from core.errors import RequestInvalid
from core.seal import open_blob, wrapped_key
from lanes.assembly import Fleet
from lanes.sink import EVIDENCE_KEY
from store import audit, runs
from store.base import place
from store.credentials import Credential
from store.runs import Evidence, Run, RunFilter, RunStep
from store.work_items import WorkItem


def list_runs(*, as_json: bool) -> None:
    listed = asyncio.run(_latest())
    if as_json:
        print_json([_run(run, name) for run, name in listed])
        return
    rows = [
        (run.id, run.portal, name, run.started_at, _took(run), run.logins, run.answered, run.failed, _ended(run))
        for run, name in listed
    ]
    headings = ("run", "portal", "credential", "started", "seconds", "log-ins", "answered", "failed", "ended")
    console.print(
        table(*headings, rows=rows, numbers=frozenset({"seconds", "log-ins", "answered", "failed"}))
        if rows
        else "No lane has been worked yet."
    )


def show_run(run_id: str, *, as_json: bool) -> None:
    found = asyncio.run(_found(run_id))
    if as_json:
        print_json(
            _run(found.run, found.credential)
            | {"items": [_item(item) for item in found.items], "steps": [_step(step) for step in found.steps]}
            | {"evidence": [_proof(proof) for proof in found.evidence]}
        )
        return
    run = found.run
    console.print(f"{run.id}: {run.portal}, credential {found.credential}, {_ended(run)}", style="bold")
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
    count = asyncio.run(_export(run_id, folder))
    console.print(f"{count} pieces of evidence lie opened in {folder}. They hold patient data: delete them after use.")


@dataclass(frozen=True)
class _Found:
    run: Run
    credential: str
    items: Sequence[WorkItem]
    steps: Sequence[RunStep]
    evidence: Sequence[Evidence]


async def _latest() -> list[tuple[Run, str]]:
    async with opened_store() as database, database.read() as session:
        names = dict((await session.execute(select(Credential.id, Credential.name))).tuples().all())
        return [(run, names[run.credential_id]) for run in await runs.page(session, RunFilter())]


async def _found(run_id: str) -> _Found:
    async with opened_store() as database, database.read() as session:
        run = await runs.get(session, run_id)
        credential = await session.scalar(select(Credential.name).where(Credential.id == run.credential_id))
        items = (await session.scalars(select(WorkItem).where(WorkItem.run_id == run_id).order_by(WorkItem.id))).all()
        steps, evidence = await runs.steps_of(session, run_id), await runs.evidence_of(session, run_id=run_id)
        return _Found(run, credential or "", items, steps, evidence)


async def _export(run_id: str, folder: Path) -> int:
    async with opened_fleet() as fleet:
        async with fleet.database.begin() as session:
            await runs.get(session, run_id)
            proofs = await runs.evidence_of(session, run_id=run_id)
            event = audit.Event("evidence.exported", actor(), run_id, {"pieces": len(proofs)})
            await audit.append(session, event, now=fleet.clock.now())
        for number, proof in enumerate(proofs, start=1):
            path = folder / f"{number:03d}-{proof.page}-{proof.kind}{_suffix(proof)}"
            await asyncio.to_thread(_write, path, await _opened(fleet, proof))
    return len(proofs)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as problem:
        raise RequestInvalid(f"{path.parent} cannot be written: {problem.strerror}.", field="out") from None


async def _opened(fleet: Fleet, proof: Evidence) -> bytes:
    blob = await fleet.evidence.get(proof.object_name)
    key = await fleet.vault.open_data_key(EVIDENCE_KEY, wrapped_key(blob))
    return open_blob(blob, key, place("evidence", proof.id))


def _suffix(proof: Evidence) -> str:
    return mimetypes.guess_extension(proof.media_type.partition(";")[0]) or ".bin"


def _ended(run: Run) -> str:
    return f"{run.state.value}: {run.end_sentence}" if run.end_sentence else run.state.value


def _took(run: Run) -> str | None:
    return f"{(run.ended_at - run.started_at).total_seconds():.1f}" if run.ended_at else None


def _run(run: Run, credential: str) -> dict[str, Any]:
    names = ("id", "portal", "state", "started_at", "ended_at", "logins", "answered", "failed", "put_back")
    told = {name: getattr(run, name) for name in (*names, "end_code", "end_sentence", "flow_run_id")}
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
