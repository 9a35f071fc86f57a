"""The true answer to a question about authorizations, in the shape in which a bot has to give it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorization_words import ACTION_CODES, CODED, COUNTING, decision_word
from simulator.authorizations import Authorization, Service
from simulator.inquiry import Patient, Refusal
from simulator.world import PAYERS, World

Json = dict[str, Any]


def by_number(world: World, payer: str, number: str, requested: Sequence[Authorization] = ()) -> Json:
    wanted = number.strip().upper()
    found = find_authorizations_like(world, payer, wanted, requested=requested)
    if not isinstance(found, Refusal):
        exact = [each for each in found if wanted in (each.number, each.tracking)]
        # The list then shows longer numbers only: no sentence says so, the reader has to see it.
        found = exact or Refusal("authorization_not_found", "")
    return _answer(found)


def by_member(
    world: World,
    payer: str,
    patient: Patient,
    *,
    from_date: date | None,
    to_date: date | None,
    requested: Sequence[Authorization] = (),
) -> Json:
    return _answer(
        find_authorizations_of(world, payer, patient, from_date=from_date, to_date=to_date, requested=requested)
    )


def _answer(found: list[Authorization] | Refusal) -> Json:
    if isinstance(found, Refusal):
        return {"outcome": found.outcome, "message": found.message or None}
    return {"outcome": "authorizations", "authorizations": [authorization_json(each) for each in found]}


def authorization_json(each: Authorization) -> Json:
    payer = PAYERS[each.payer]
    # What needs no authorization has the number of the inquiry alone, where there are two.
    unnumbered = each.decision == "not_required" and each.tracking
    return {
        "authorization_number": each.tracking if unnumbered else each.number,
        "tracking_number": None if unnumbered else each.tracking,
        "decision": each.decision,
        "action_code": ACTION_CODES[each.decision] if payer.generation in CODED else None,
        "status_text": decision_word(each.payer, each.decision),
        "kind": each.kind,
        "member_id": each.member.member_id,
        "first_name": each.member.first_name,
        "last_name": each.member.last_name,
        "birth_date": each.member.birth_date.isoformat(),
        "requesting_npi": each.requesting.npi,
        "requesting_name": each.requesting.name,
        "servicing_npi": each.servicing and each.servicing.npi,
        "servicing_name": each.servicing and each.servicing.name,
        "facility_name": each.facility,
        "submitted_on": each.submitted_on.isoformat(),
        "decided_on": _iso(each.decided_on),
        "service_from": each.service_from.isoformat(),
        "service_to": each.service_to.isoformat(),
        "valid_from": _iso(each.valid_from),
        "valid_to": _iso(each.valid_to),
        "reason": each.reason,
        "next_step": each.next_step,
        "lines": [_line(line, each.payer) for line in each.lines],
    }


def _line(line: Service, payer: str) -> Json:
    counts = PAYERS[payer].generation in COUNTING
    return {
        "line_number": line.line_number,
        "procedure_code": None if line.is_revenue else line.code,
        "revenue_code": line.code if line.is_revenue else None,
        "modifiers": list(line.modifiers),
        "service_from": line.service_from.isoformat(),
        "service_to": line.service_to.isoformat(),
        "unit": line.unit,
        "units_requested": str(line.requested),
        "units_approved": _count(line.approved),
        "units_used": _count(line.used) if counts else None,
        "decision": line.decision,
        "status_text": line.decision and decision_word(payer, line.decision),
    }


def _count(units: int | None) -> str | None:
    return None if units is None else str(units)


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None
