"""What people look at. Whatever shows patient data leaves an audit entry: who, which id, never what."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import capability
from core.capabilities.files import ENDINGS
from core.capabilities.record import Answer
from core.errors import RequestInvalid
from core.seal import SealBroken, Shredded
from lanes.assembly import Fleet
from lanes.sealed_objects import open_object
from store import audit, runs, standings, submissions, work_items
from store.base import place
from store.database import Database
from store.runs import Evidence, Run, RunStep
from store.standings import SubmissionSighting, SubmissionStanding
from store.submissions import StoredSubmission, SubmittedFile
from store.work_items import WorkItem


@dataclass(frozen=True)
class RunView:
    """Free of patient data."""

    run: Run
    items: Sequence[WorkItem]
    steps: Sequence[RunStep]
    evidence: Sequence[Evidence]


@dataclass(frozen=True)
class OpenedAnswer:
    item: WorkItem
    answer: Answer
    as_of: datetime
    adapter_version: str


@dataclass(frozen=True)
class SeenSubmission:
    row: StoredSubmission
    item: WorkItem
    files: Sequence[SubmittedFile]
    evidence: Sequence[Evidence]
    answer: Answer | None
    standing: SubmissionStanding | None
    history: Sequence[SubmissionSighting]
    """What was seen of it on the portal since, the oldest first."""


async def run_view(database: Database, run_id: str) -> RunView:
    async with database.read() as session:
        return RunView(
            run=await runs.get(session, run_id),
            items=await work_items.of_run(session, run_id),
            steps=await runs.steps_of(session, run_id),
            evidence=await runs.evidence_of(session, run_id=run_id),
        )


async def open_answer(fleet: Fleet, item_id: str, *, viewer: str) -> OpenedAnswer | None:
    """None when the item has no answer. Audited as `phi.view`."""
    async with fleet.database.begin() as session:
        item = await work_items.get(session, item_id)
        stored = await runs.answer_of(session, item_id)
        if stored is None:
            return None
        await audit.append(session, audit.Event("phi.view", viewer, item_id), now=fleet.clock.now())
    answer = capability(item.capability).read_answer(runs.payload_of(stored, fleet.sealer))
    return OpenedAnswer(item, answer, stored.as_of, stored.adapter_version)


async def asked_by(
    fleet: Fleet,
    person: str,
    *,
    before: str | None,
    credentials: Collection[str] | None = None,
    capabilities: Collection[str] | None = None,
) -> list[tuple[WorkItem, dict[str, Any]]]:
    """What somebody asked last, one by one, with the questions in clear. Audited as one `phi.view` of the list."""
    async with fleet.database.begin() as session:
        items = await work_items.asked_by(
            session, person, before=before, credentials=credentials, capabilities=capabilities
        )
        if items:
            event = audit.Event("phi.view", person, "questions", {"first": items[0].id, "count": len(items)})
            await audit.append(session, event, now=fleet.clock.now())
    return [(item, question_of(fleet, item)) for item in items]


def question_of(fleet: Fleet, item: WorkItem) -> dict[str, Any]:
    """In clear; empty when it was shredded. For lists: one that is gone does not hide the others."""
    try:
        question: dict[str, Any] = json.loads(work_items.query_of(item, fleet.sealer))
    except Shredded:
        return {}
    return question


async def pulls_of(fleet: Fleet, item: WorkItem) -> Sequence[WorkItem]:
    """Every time that this very question was answered, the latest first; free of patient data."""
    async with fleet.database.read() as session:
        return await work_items.answered_before(session, item.natural_key)


async def export_evidence(fleet: Fleet, run_id: str, folder: Path, *, viewer: str) -> list[Path]:
    """Opens a run's evidence into files that only their owner reads. Audited as `phi.export` before the first one.

    Raises SealBroken when a piece is not what was stored, RequestInvalid for a folder that cannot be written.
    """
    async with fleet.database.read() as session:
        await runs.get(session, run_id)
        pieces = await runs.evidence_of(session, run_id=run_id)
    return await export_pieces(fleet, pieces, folder, viewer=viewer, subject=run_id)


async def export_pieces(
    fleet: Fleet, pieces: Sequence[Evidence], folder: Path, *, viewer: str, subject: str
) -> list[Path]:
    """As `export_evidence`."""
    event = audit.Event("phi.export", viewer, subject, {"evidence": len(pieces)})
    async with fleet.database.begin() as session:
        await audit.append(session, event, now=fleet.clock.now())
    written = []
    for number, piece in enumerate(pieces, start=1):
        path = folder / f"{number:03d}-{_plain(piece.kind)}-{_plain(piece.page)}{ENDINGS.get(piece.media_type, '.bin')}"
        await asyncio.to_thread(write_private, path, await open_evidence(fleet, piece))
        written.append(path)
    return written


async def see_submission(fleet: Fleet, submission_id: str, *, viewer: str) -> SeenSubmission:
    """Audited as `phi.view`."""
    async with fleet.database.begin() as session:
        row = await submissions.get(session, submission_id)
        standing = (await standings.by_ids(session, [row.id])).get(row.id)
        seen = SeenSubmission(
            row,
            await work_items.get(session, row.work_item_id),
            await submissions.files_of(session, row.id),
            [
                *await runs.evidence_of(session, work_item_id=row.work_item_id),
                *([letter] if (letter := await _letter(session, standing)) else []),
            ],
            None,
            standing,
            await standings.history(session, row.id),
        )
        await audit.append(session, audit.Event("phi.view", viewer, submission_id), now=fleet.clock.now())
    told = submissions.answer_of(row, fleet.sealer)
    return replace(seen, answer=capability(row.capability).read_answer(told)) if told else seen


async def _letter(session: AsyncSession, standing: SubmissionStanding | None) -> Evidence | None:
    if standing is None or standing.letter_id is None:
        return None
    return await session.get(Evidence, standing.letter_id)


async def open_evidence(fleet: Fleet, piece: Evidence) -> bytes:
    """In clear. The caller has audited the look."""
    if piece.shredded_at is not None:
        raise Shredded(piece.shredded_at.date(), reference=piece.id)
    where = place("evidence", piece.id)
    plain = await open_object(fleet, piece.object_name, where, what="A piece of this run's evidence")
    if hashlib.sha256(plain).hexdigest() != piece.sha256:
        raise SealBroken("A piece of evidence is not the one that was stored.", reference=piece.id)
    return plain


def write_private(path: Path, data: bytes) -> None:
    """For its owner's eyes only. Raises RequestInvalid."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
    except OSError:
        raise RequestInvalid("The folder for the evidence cannot be written; name another one.", field="out") from None


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip(".-") or "unnamed"
