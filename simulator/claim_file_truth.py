"""What payers truly received of files of claims, and what their lists truly show, as a bot has to tell it."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from simulator.acknowledgements import claims, syntax
from simulator.claim_files import ClaimFile, Entry, earlier_files
from simulator.world import World

Json = dict[str, Any]
STAGES = {"received": "Received", "accepted": "Accepted", "partly_accepted": "Accepted in part", "rejected": "Rejected"}
_REASONS = {
    "accepted": [],
    "warned": ["Accepted for processing: an address is missing or invalid."],
    "rejected": ["Rejected, information is invalid: the subscriber is not known."],
}
_FATES = {"accepted": "accepted", "warned": "accepted_with_errors", "rejected": "rejected"}


def claim_files(listed: Iterable[ClaimFile], question: Mapping[str, str], now: datetime) -> Json:
    """`listed`: what the portal shows by now, newest first."""
    letters = question.get("letters") == "true"
    found = [each for each in listed if each.batch.control_number == question.get("control_number", "")]
    return {"outcome": "claim_files", "files": [_filed(each, now, letters=letters) for each in found]}


def _filed(file: ClaimFile, now: datetime, *, letters: bool) -> Json:
    stage = file.stage(now)
    documents = [_document(each) for each in answers(file, now)] if letters else []
    acknowledged = letters and file.has_277(now)
    return {
        "number": file.number,
        "submitted_on": file.at.date().isoformat(),
        "letter": documents[-1] if documents else None,
        "control_number": file.batch.control_number,
        "file_name": file.files[0].name,
        "status": stage,
        "status_text": STAGES[stage],
        "acknowledged": [_claim(file, place, each) for place, each in enumerate(file.batch.entries, start=4)]
        if acknowledged
        else [],
        "documents": documents,
    }


def answers(file: ClaimFile, now: datetime) -> list[bytes]:
    """Those that are there by now, as they are always given."""
    found = [syntax(file, file.at)] if file.has_999(now) else []
    return [*found, claims(file, file.at)] if file.has_277(now) else found


def _claim(file: ClaimFile, place: int, entry: Entry) -> Json:
    return {
        "account": entry.account,
        "fate": _FATES[entry.fate],
        "payer_claim_number": None if entry.fate == "rejected" else f"{file.number}{place:03d}",
        "reasons": _REASONS[entry.fate],
    }


def _document(data: bytes) -> Json:
    digest = hashlib.sha256(data).hexdigest()
    return {
        "kind": "acknowledgement",
        "name": f"acknowledgement-{digest[:16]}.x12",
        "media_type": "application/edi-x12",
        "size": len(data),
        "sha256": digest,
    }


def received(file: ClaimFile, listed_at: datetime) -> Json:
    return {
        "number": file.number,
        "payer": file.payer,
        "claim_number": file.batch.control_number,
        "kind": "claims",
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in file.files],
        "username": file.username,
        "at": file.at.isoformat(),
        "listed_at": listed_at.isoformat(),
    }


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Json]:
    while True:
        file = rng.choice(earlier_files(world, payer))
        yield {"question": {"control_number": file.batch.control_number}, "tags": []}


def odd(world: World, payer: str, _rng: random.Random) -> Iterator[Json]:
    files = earlier_files(world, payer)
    while True:
        yield {"question": {"control_number": "999999999"}, "tags": ["nothing"]}
        yield {"question": {"control_number": "1"}, "tags": ["prefix_of_another"]}
        for file in files:
            yield {"question": {"control_number": file.batch.control_number, "letters": "true"}, "tags": ["letters"]}
