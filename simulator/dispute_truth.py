"""What payers truly received, and what their worklists truly show of it, in the shape in which a bot has to tell it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from simulator.disputes import STAGES, Dispute
from simulator.enclosed import enclosure_json
from simulator.world import PAYERS

Json = dict[str, Any]
_OPEN = {"received": "submitted", "in_review": "in_review"}


def appeals(listed: Iterable[Dispute], question: Mapping[str, str], now: datetime) -> Json:
    """`listed`: what the payer's worklist shows by now, newest first."""
    number, kind = question.get("claim_number", "").strip().upper(), question.get("kind")
    found = [each for each in listed if each.claim.claim_number == number and kind in (None, "", each.kind)]
    letters = question.get("letters") == "true"
    return {"outcome": "appeals", "appeals": [_filed(each, now, letters=letters) for each in found]}


def _filed(dispute: Dispute, now: datetime, *, letters: bool) -> Json:
    stage, decision = dispute.stage(now), dispute.decision(now)
    return {
        "number": dispute.number,
        "claim_number": dispute.claim.claim_number,
        "kind": dispute.kind,
        "submitted_on": dispute.at.date().isoformat(),
        "status": decision or _OPEN[stage],
        "status_text": STAGES[PAYERS[dispute.payer].portal][stage],
        "decided_on": dispute.decided_at.date().isoformat() if decision else None,
        "file_names": [each.name for each in dispute.files],
        "letter": enclosure_json(dispute.letter, "letter") if decision and letters else None,
    }


def received(dispute: Dispute, listed_at: datetime) -> Json:
    claim = dispute.claim
    return {
        "number": dispute.number,
        "payer": dispute.payer,
        "claim_number": claim.claim_number,
        "member_id": claim.member.member_id,
        "kind": dispute.kind,
        "reason": dispute.reason,
        "narrative": dispute.narrative,
        "contact": dispute.contact,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in dispute.files],
        "username": dispute.username,
        "at": dispute.at.isoformat(),
        "listed_at": listed_at.isoformat(),
    }
