"""Looks at single pieces of what was kept, each written down before anything is shown: who, which id, and why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.views import open_evidence
from store import audit, runs, standings
from store.runs import Evidence

PICTURE = "screenshot"
"""The only kind of evidence in which patient data is masked."""
FILE = "download"
"""What a portal gave away as a file: a document, an attachment, an 835."""
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Piece:
    evidence: Evidence
    data: bytes
    """In clear."""


async def picture(fleet: Fleet, evidence_id: str, *, viewer: str) -> Piece:
    """A masked screenshot. Audited as `phi.view`: a mask can have a hole. Raises RequestInvalid for anything else."""
    async with fleet.database.begin() as session:
        evidence = await runs.piece(session, evidence_id)
        if evidence.kind != PICTURE:
            raise RequestInvalid("This piece of evidence is not masked; reveal it with a reason.", field="evidence")
        await _note(session, fleet, audit.Event("phi.view", viewer, evidence_id, {"run": evidence.run_id}))
    return Piece(evidence, await open_evidence(fleet, evidence))


async def reveal(fleet: Fleet, evidence_id: str, reason: str, *, viewer: str) -> Piece:
    """Anything, unmasked. Audited as `phi.reveal` with the reason. Raises RequestInvalid."""
    why = checked_reason(reason)
    async with fleet.database.begin() as session:
        evidence = await runs.piece(session, evidence_id)
        detail: dict[str, str | int | None] = {"run": evidence.run_id, "kind": evidence.kind, "reason": why}
        await _note(session, fleet, audit.Event("phi.reveal", viewer, evidence_id, detail))
    return Piece(evidence, await open_evidence(fleet, evidence))


async def letter(fleet: Fleet, submission_id: str, letter_id: str, *, viewer: str) -> Piece:
    """What a payer wrote about a submission, unmasked. Audited as `phi.export`. Raises RequestInvalid."""
    async with fleet.database.begin() as session:
        if letter_id not in await standings.letters(session, submission_id):
            raise RequestInvalid("There is no such letter of this submission.", field="page")
        evidence = await runs.piece(session, letter_id)
        await _note(session, fleet, audit.Event("phi.export", viewer, letter_id, {"submission": submission_id}))
    return Piece(evidence, await open_evidence(fleet, evidence))


async def file(fleet: Fleet, item_id: str, evidence_id: str, *, viewer: str) -> Piece:
    """What a portal gave as an answer's file, unmasked. Audited as `phi.export`. Raises RequestInvalid."""
    async with fleet.database.begin() as session:
        evidence = await session.get(Evidence, evidence_id)
        if evidence is None or evidence.work_item_id != item_id or evidence.kind != FILE:
            raise RequestInvalid("There is no such file of this answer.", field="page")
        await _note(session, fleet, audit.Event("phi.export", viewer, evidence_id, {"work_item": item_id}))
    return Piece(evidence, await open_evidence(fleet, evidence))


async def note_question(fleet: Fleet, item_id: str, *, viewer: str) -> None:
    """Before a question without an answer is shown."""
    async with fleet.database.begin() as session:
        await _note(session, fleet, audit.Event("phi.view", viewer, item_id, {"what": "question"}))


async def note_reveal(fleet: Fleet, item_id: str, reason: str, *, viewer: str) -> None:
    """Before a question and its answer are shown to somebody who did not ask. Raises RequestInvalid."""
    why = checked_reason(reason)
    async with fleet.database.begin() as session:
        await _note(session, fleet, audit.Event("phi.reveal", viewer, item_id, {"reason": why}))


def checked_reason(reason: str) -> str:
    plain = " ".join(reason.split())
    if len(plain) < SHORTEST_REASON:
        raise RequestInvalid("Say in a few words why; the reason goes into the audit trail.", field="reason")
    return plain[:500]


async def _note(session: AsyncSession, fleet: Fleet, event: audit.Event) -> None:
    await audit.append(session, event, now=fleet.clock.now())
