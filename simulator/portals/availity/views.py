"""Coverage and claims as the portal's own requests carry them to its pages: printed values, None for a blank."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from simulator.benefits import Accumulator, Plan
from simulator.claims import Claim
from simulator.codes import (
    ADJUSTMENT_GROUPS,
    ADJUSTMENT_REASONS,
    CLAIM_CATEGORIES,
    CLAIM_STATUSES,
    GENDERS,
    RELATIONSHIPS,
    REMARKS,
    SERVICE_TYPES,
)
from simulator.inquiry import EVERYTHING
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.people import Member
from simulator.world import PAYERS

View = dict[str, Any]


def coverage_view(member: Member, as_of: date, service_type: str, now: datetime) -> View:
    return {
        "name": f"{member.last_name}, {member.first_name}",
        "memberId": member.member_id,
        "birthDate": us_date(member.birth_date),
        "gender": GENDERS.get(member.gender or ""),
        "relationship": RELATIONSHIPS.get(member.relationship or ""),
        "payer": PAYERS[member.payer].name,
        "payerId": member.payer,
        "asOf": us_date(as_of),
        "transactionDate": f"{now:%m/%d/%Y %I:%M %p} UTC",
        "serviceType": SERVICE_TYPES.get(service_type, service_type),
        "plans": [_plan_view(plan, as_of, service_type) for plan in member.plans],
        "pcp": {"name": member.pcp.name, "npi": member.pcp.npi, "phone": member.pcp.phone} if member.pcp else None,
        "otherPayers": [
            {"name": each.name, "order": each.order and each.order.capitalize(), "memberId": each.member_id}
            for each in member.other_payers
        ],
    }


def _plan_view(plan: Plan, as_of: date, service_type: str) -> View:
    def shown(code: str) -> bool:
        return service_type in (EVERYTHING, code)

    def service(code: str) -> View:
        return {"code": code, "service": SERVICE_TYPES[code]}

    return {
        "status": plan.status_on(as_of),
        "name": plan.plan_name,
        "insuranceType": plan.insurance_type,
        "group": plan.group_number,
        "effective": us_date(plan.effective_on),
        "terminated": us_date(plan.terminated_on) if plan.terminated_on else None,
        "copays": [
            service(each.service_type) | {"network": each.network, "level": each.level, "value": usd(each.amount)}
            for each in plan.copays
            if shown(each.service_type)
        ],
        "coinsurances": [
            service(each.service_type) | {"network": each.network, "level": each.level, "value": f"{each.percent}%"}
            for each in plan.coinsurances
            if shown(each.service_type)
        ],
        "deductibles": _accumulator_views(plan.deductibles),
        "outOfPockets": _accumulator_views(plan.out_of_pockets),
        "limitations": [
            service(each.service_type) | {"text": each.text} for each in plan.limitations if shown(each.service_type)
        ],
        "authorizations": [
            service(each.service_type) | {"required": each.required}
            for each in plan.authorizations
            if shown(each.service_type)
        ],
    }


def _accumulator_views(listed: Sequence[Accumulator]) -> list[View]:
    return [
        {
            "network": each.network,
            "level": each.level,
            "period": each.period,
            "total": usd(each.total) if each.total is not None else None,
            "met": usd(each.met) if each.met is not None else None,
            "remaining": usd(each.remaining) if each.remaining is not None else None,
        }
        for each in listed
    ]


def claim_row(claim: Claim) -> View:
    return {
        "claimNumber": claim.claim_number,
        "patient": f"{claim.member.last_name}, {claim.member.first_name}",
        "memberId": claim.member.member_id,
        "serviceDates": us_span(claim.service_from, claim.service_to),
        "serviceKey": claim.service_from.isoformat(),
        "status": claim_label(claim),
        "billed": usd(claim.billed),
        "billedKey": float(claim.billed),
        "paid": usd(claim.paid) if claim.paid is not None else None,
        "finalized": us_date(claim.finalized_on) if claim.finalized_on else None,
    }


def claim_view(claim: Claim) -> View:
    """A claim's own page. The newer pages show the finalized date in the list alone, so they leave it out."""
    payer = PAYERS[claim.payer]
    money = {
        "billed": claim.billed,
        "allowed": claim.allowed,
        "paid": claim.paid,
        "deductible": claim.adjusted("1"),
        "coinsurance": claim.adjusted("2"),
        "copay": claim.adjusted("3"),
        "responsibility": claim.adjusted("1", "2", "3"),
    }
    reasons = {each.code for line in claim.lines for each in line.adjustments}
    groups = {each.group for line in claim.lines for each in line.adjustments}
    remarks = {code for line in claim.lines for code in line.remark_codes}
    return claim_row(claim) | {
        "birthDate": us_date(claim.member.birth_date),
        "patientAccount": claim.patient_account if payer.states_patient_account else None,
        "npi": claim.provider_npi,
        "received": us_date(claim.received_on),
        "category": {"code": claim.category_code, "text": CLAIM_CATEGORIES[claim.category_code]},
        "statusCode": {"code": claim.status_code, "text": CLAIM_STATUSES[claim.status_code]},
        "money": {name: usd(amount) if amount is not None else None for name, amount in money.items()},
        "checkNumber": claim.check_number,
        "checkDate": us_date(claim.check_date) if claim.check_date else None,
        "lines": [
            {
                "number": line.line_number,
                "serviceDates": us_span(line.service_from, line.service_to),
                "procedure": line.procedure_code,
                "modifiers": list(line.modifiers),
                "units": line.units,
                "billed": usd(line.billed),
                "allowed": usd(line.allowed),
                "paid": usd(line.paid),
                "adjustments": [
                    {"group": each.group, "code": each.code, "amount": usd(each.amount)} for each in line.adjustments
                ],
                "remarks": list(line.remark_codes),
            }
            for line in claim.lines
        ],
        "legend": [
            *({"code": code, "text": ADJUSTMENT_GROUPS[code]} for code in sorted(groups)),
            *({"code": code, "text": ADJUSTMENT_REASONS[code]} for code in sorted(reasons)),
            *({"code": code, "text": REMARKS[code]} for code in sorted(remarks)),
        ],
    }
