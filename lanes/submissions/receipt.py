"""The receipt of a submission: everything that proves it, as one signed evidence capsule.

What was seen of it since, and the payer's letter, are in whatever capsule is made later: a sequel, which names the
hashes of those before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from sqlalchemy import select

from core.capabilities.catalog import write
from core.capabilities.files import ENDINGS
from core.capsule import seal_capsule
from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.looks import PICTURE
from lanes.views import SeenSubmission, open_evidence, see_submission
from store import audit, work_items
from store.audit import AuditEvent
from store.runs import Evidence
from store.submissions import SETTLED

_PAGE = Environment(autoescape=True).from_string(Path(__file__).with_name("receipt.html").read_text("utf-8"))
_MADE = "submission.receipt"
_ROWS = (
    *("submission", "state", "portal", "payer", "asked_by", "handed_in_at", "approved_by", "clicked_at", "settled_at"),
    *("file_by", "adapter_version", "secret_version"),
)


async def receipt(fleet: Fleet, submission_id: str, *, viewer: str) -> bytes:
    """Holds patient data. Audited as a look and as `phi.export`. Raises RequestInvalid for what is not settled yet."""
    seen = await see_submission(fleet, submission_id, viewer=viewer)
    if seen.row.state not in SETTLED or seen.answer is None:
        raise RequestInvalid(f"There is no receipt yet: the submission is {seen.row.state.value}.", field="submission")
    pieces = [piece for piece in seen.evidence if piece.kind == PICTURE and piece.shredded_at is None]
    async with fleet.database.begin() as session:
        found = select(AuditEvent).where(AuditEvent.subject == submission_id).order_by(AuditEvent.seq)
        events = (await session.scalars(found)).all()
        event = audit.Event("phi.export", viewer, submission_id, {"evidence": len(pieces)})
        await audit.append(session, event, now=fleet.clock.now())
    facts = _facts(fleet, seen, events)
    pictures = [
        {
            "name": f"evidence/{number:03d}-{piece.page}{ENDINGS[piece.media_type]}",
            "page": piece.page,
            "at": _moment(piece.created_at),
        }
        for number, piece in enumerate(pieces, start=1)
    ]
    letter = _letter(seen)
    rows = [(name.replace("_", " ").capitalize(), facts[name]) for name in _ROWS if facts[name] is not None]
    rows += [(name.replace("_", " ").capitalize(), value) for name, value in facts["asked"].items()]
    members = {"receipt.html": _PAGE.render(facts=facts, rows=rows, pictures=pictures, letter=letter).encode()}
    for picture, piece in zip(pictures, pieces, strict=True):
        members[str(picture["name"])] = await open_evidence(fleet, piece)
    if letter is not None:
        members[letter] = await open_evidence(fleet, seen.evidence[-1])
    capsule = await seal_capsule(facts, members, await fleet.vault.public_key(), fleet.vault.sign)
    made = audit.Event(_MADE, viewer, submission_id, {"sha256": hashlib.sha256(capsule).hexdigest()})
    async with fleet.database.begin() as session:
        await audit.append(session, made, now=fleet.clock.now())
    return capsule


def _facts(fleet: Fleet, seen: SeenSubmission, events: Sequence[AuditEvent]) -> dict[str, Any]:
    row, asked = seen.row, json.loads(work_items.query_of(seen.item, fleet.sealer))
    files = asked.pop("files")
    return {
        "submission": row.id,
        "state": row.state.value,
        "kind": row.kind,
        "portal": row.portal,
        "payer": row.payer,
        "asked_by": row.requested_by,
        "handed_in_at": _moment(row.created_at),
        "approved_by": row.approved_by,
        "clicked_at": _moment(row.clicked_at),
        "settled_at": _moment(row.settled_at),
        "file_by": row.file_by and row.file_by.isoformat(),
        "adapter_version": row.adapter_version,
        "secret_version": row.secret_version,
        "asked": {name: value for name, value in asked.items() if value is not None},
        "files": files,
        "answer": json.loads(write(seen.answer)) if seen.answer else None,
        "history": [
            {"at": _moment(each.seen_at), "status": "not shown" if each.missing else each.status}
            | {
                "decided_on": each.decided_on and each.decided_on.isoformat(),
                "told": each.told,
                "letter": each.letter_id,
            }
            for each in seen.history
        ],
        "earlier": [json.loads(each.detail)["sha256"] for each in events if each.action == _MADE],
        "evidence": [_piece(piece) for piece in seen.evidence],
        "events": [
            {"seq": each.seq, "at": _moment(each.at), "action": each.action, "actor": each.actor, "hash": each.hash}
            for each in events
        ],
    }


def _letter(seen: SeenSubmission) -> str | None:
    """The name of its member. A letter is the last of the evidence."""
    if seen.standing is None or seen.standing.letter_id is None or seen.evidence[-1].shredded_at is not None:
        return None
    return f"letter{ENDINGS.get(seen.evidence[-1].media_type, '.bin')}"


def _piece(piece: Evidence) -> dict[str, Any]:
    """Page sources and the like stay in the fleet, where they are sealed: here are their hashes. Of what the retention
    has ended the hash stays too, with its day, so that a signed capsule says why it is not there.
    """
    told = {"id": piece.id, "kind": piece.kind, "page": piece.page, "sha256": piece.sha256}
    return told | ({"shredded_on": piece.shredded_at.date().isoformat()} if piece.shredded_at else {})


def _moment(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else None
