"""The true answer to a question, in the shape in which a bot has to give it. Never read off a page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from simulator import authorization_truth, library_truth, mail_truth, remittance_truth, staff_truth
from simulator.accounts import Tier
from simulator.authorizations import Authorization
from simulator.benefits import Accumulator, Plan
from simulator.claims import Claim, Line
from simulator.codes import SERVICE_TYPES
from simulator.inquiry import EVERYTHING, Patient, Refusal, find_claims_like, find_claims_of, find_member, pick
from simulator.labels import claim_label
from simulator.people import Member
from simulator.tiers import View, kept_since, view_of
from simulator.world import PAYERS, World

Json = dict[str, Any]


class BadQuestion(Exception):
    """The question lacks a key or has one that does not parse; the text says which."""


def truth(world: World, capability: str, question: Mapping[str, str], today: date) -> Json:
    payer = question.get("payer", "")
    if payer not in PAYERS:
        raise BadQuestion(f"payer is one of {', '.join(PAYERS)}")
    if capability not in _TRUTHS:
        raise BadQuestion(f"capability is one of {', '.join(_TRUTHS)}")
    return _TRUTHS[capability](world, payer, question, today)


def day(question: Mapping[str, str], key: str, default: date | None = None) -> date:
    if not question.get(key) and default:
        return default
    try:
        return date.fromisoformat(question[key])
    except (KeyError, ValueError) as error:
        raise BadQuestion(f"{key} is needed, as an ISO date") from error


def eligibility(world: World, payer: str, question: Mapping[str, str], today: date) -> Json:
    patient = Patient(
        birth_date=day(question, "birth_date"),
        member_id=question.get("member_id"),
        first_name=question.get("first_name"),
        last_name=question.get("last_name"),
    )
    found = find_member(world, payer, patient)
    # Only the newer pages show a pick list. The older ones ask for the member id and say no more.
    listed = not PAYERS[payer].terse
    if isinstance(found, Refusal) and listed:
        found = pick(found, patient)
    if isinstance(found, Refusal):
        answer: Json = {"outcome": found.outcome, "message": found.message}
        if found.outcome == "several_matches":
            answer["count"] = len(found.candidates) if listed else None
        return answer
    as_of = day(question, "service_date", today)
    return coverage(found, as_of, question.get("service_type") or EVERYTHING)


def coverage(member: Member, as_of: date, service_type: str) -> Json:
    payer = PAYERS[member.payer]
    return {
        "outcome": "coverage",
        "member": {
            "member_id": member.member_id,
            "first_name": member.first_name,
            "last_name": member.last_name,
            "birth_date": member.birth_date.isoformat(),
            "gender": None if payer.terse else member.gender,
            "relationship": member.relationship,
        },
        "payer_name": payer.name,
        "as_of": as_of.isoformat(),
        "plans": [_plan(plan, as_of, service_type) for plan in member.plans],
        "pcp": {"name": member.pcp.name, "npi": member.pcp.npi, "phone": member.pcp.phone} if member.pcp else None,
        "other_payers": [
            {"name": other.name, "order": other.order, "member_id": other.member_id} for other in member.other_payers
        ],
    }


def _plan(plan: Plan, as_of: date, service_type: str) -> Json:
    def asked(code: str) -> bool:
        return service_type in (EVERYTHING, code)

    def service(code: str) -> Json:
        return {"service_type_code": code, "service_type": SERVICE_TYPES[code]}

    return {
        "status": plan.status_on(as_of),
        "plan_name": plan.plan_name,
        "insurance_type": plan.insurance_type,
        "group_number": plan.group_number,
        "effective_on": plan.effective_on.isoformat(),
        "terminated_on": _iso(plan.terminated_on),
        "copays": [
            service(copay.service_type)
            | {"network": copay.network, "level": copay.level, "amount": _money(copay.amount)}
            for copay in plan.copays
            if asked(copay.service_type)
        ],
        "coinsurances": [
            service(share.service_type)
            | {"network": share.network, "level": share.level, "percent": str(share.percent)}
            for share in plan.coinsurances
            if asked(share.service_type)
        ],
        "deductibles": _accumulators(plan.deductibles),
        "out_of_pockets": _accumulators(plan.out_of_pockets),
        "limitations": [
            service(limit.service_type) | {"text": limit.text}
            for limit in plan.limitations
            if asked(limit.service_type)
        ],
        "authorization_required": [
            service(rule.service_type) | {"required": rule.required}
            for rule in plan.authorizations
            if asked(rule.service_type)
        ],
        **({"managed_care": {"name": care.name, "phone": care.phone}} if (care := plan.managed_care) else {}),
    }


def _accumulators(listed: Iterable[Accumulator]) -> list[Json]:
    return [
        {
            "network": each.network,
            "level": each.level,
            "period": each.period,
            "total": _money(each.total),
            "met": _money(each.met),
            "remaining": _money(each.remaining),
        }
        for each in listed
    ]


def claim_status(world: World, payer: str, question: Mapping[str, str], today: date) -> Json:
    number = question.get("claim_number", "").strip().upper()
    if number:
        found = find_claims_like(world, payer, number)
        if not isinstance(found, Refusal):
            exact = [claim for claim in found if claim.claim_number == number]
            # The list then shows longer numbers only: no sentence says so, the reader has to see it.
            found = exact or Refusal("claim_not_found", "")
    else:
        patient = Patient(birth_date=day(question, "birth_date"), member_id=question.get("member_id"))
        start, end = day(question, "from_date"), day(question, "to_date")
        found = find_claims_of(world, payer, patient, from_date=start, to_date=end, today=today)
    if isinstance(found, Refusal):
        whom = {"name": found.name} if found.name else {}
        return {"outcome": found.outcome, "message": found.message or None, **whom}
    ordered = sorted(found, key=lambda claim: claim.claim_number)
    return {"outcome": "claims", "claims": [claim_json(claim) for claim in ordered]}


def remittances(world: World, payer: str, question: Mapping[str, str], today: date) -> Json:
    """`tier` in the question is the asking account's, where payments are shown by tier."""
    tier: Tier = "basic" if question.get("tier") == "basic" else "premium"
    kept = View(kept_since(PAYERS[payer], today), consolidated=True)
    view = view_of(tier, today) if PAYERS[payer].pays_through else kept
    if number := question.get("check_number"):
        return remittance_truth.answer(world, payer, remittance_truth.by_number(number), view)
    if number := question.get("claim_number"):
        return remittance_truth.answer(world, payer, remittance_truth.by_claim(number), view)
    start, end = day(question, "paid_from"), day(question, "paid_to")
    if end < view.since:
        return {"outcome": "no_longer_kept", "kept_from": view.since.isoformat()}
    return remittance_truth.answer(world, payer, remittance_truth.by_day(start, end), view)


def authorizations(
    world: World, payer: str, question: Mapping[str, str], requested: Sequence[Authorization] = ()
) -> Json:
    """`requested`: what came in since the world was made."""
    if number := question.get("authorization_number"):
        return authorization_truth.by_number(world, payer, number, requested)
    patient = Patient(birth_date=day(question, "birth_date"), member_id=question.get("member_id"))
    start, end = (day(question, key) if question.get(key) else None for key in ("from_date", "to_date"))
    return authorization_truth.by_member(world, payer, patient, from_date=start, to_date=end, requested=requested)


def claim_json(claim: Claim) -> Json:
    payer = PAYERS[claim.payer]
    return {
        "claim_number": claim.claim_number,
        "patient_account": claim.patient_account if payer.states_patient_account else None,
        "member_id": claim.member.member_id,
        "first_name": claim.member.first_name,
        "last_name": claim.member.last_name,
        "birth_date": claim.member.birth_date.isoformat(),
        "lifecycle": claim.lifecycle,
        "category_code": claim.category_code if payer.states_codes else None,
        "status_code": claim.status_code if payer.states_codes else None,
        "status_text": claim_label(claim),
        "provider_npi": claim.provider_npi,
        "service_from": claim.service_from.isoformat(),
        "service_to": claim.service_to.isoformat(),
        "received_on": None if payer.terse else claim.received_on.isoformat(),
        "finalized_on": _iso(claim.finalized_on),
        "billed": _money(claim.billed),
        "allowed": None if payer.terse else _money(claim.allowed),
        "paid": _money(claim.paid),
        "deductible": _money(claim.adjusted("1")),
        "coinsurance": _money(claim.adjusted("2")),
        "copay": _money(claim.adjusted("3")),
        "patient_responsibility": _money(claim.adjusted("1", "2", "3")),
        "check_number": claim.check_number,
        "check_date": _iso(claim.check_date),
        "lines": [_line(line) for line in claim.lines],
        "listed": _listed(claim),
    }


def _listed(claim: Claim) -> Json | None:
    """What the list says otherwise."""
    if claim.as_listed == claim:
        return None
    return {"status_text": claim_label(claim.as_listed), "billed": _money(claim.as_listed.billed)}


def _line(line: Line) -> Json:
    return {
        "line_number": line.line_number,
        "procedure_code": line.procedure_code,
        "modifiers": list(line.modifiers),
        "service_from": line.service_from.isoformat(),
        "service_to": line.service_to.isoformat(),
        "units": str(line.units),
        "billed": _money(line.billed),
        "allowed": _money(line.allowed),
        "paid": _money(line.paid),
        "adjustments": [
            {"group": each.group, "code": each.code, "amount": _money(each.amount)} for each in line.adjustments
        ],
        "remark_codes": list(line.remark_codes),
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def messages(world: World, payer: str, question: Mapping[str, str], today: date) -> Json:
    start, end = day(question, "from_date"), day(question, "to_date")
    return mail_truth.messages(world, payer, question, start=start, end=end, today=today)


def documents(world: World, payer: str, question: Mapping[str, str], today: date) -> Json:
    start, end = day(question, "from_date"), day(question, "to_date")
    return library_truth.documents(world, payer, question.get("category"), start=start, end=end, today=today)


_TRUTHS: dict[str, Callable[[World, str, Mapping[str, str], date], Json]] = {
    "eligibility": eligibility,
    "claim_status": claim_status,
    "remittances": remittances,
    "authorizations": lambda world, payer, question, _: authorizations(world, payer, question),
    "messages": messages,
    "documents": documents,
    "users": staff_truth.users,
}
