"""Members and their benefits as the cards of the result print them; None where the plan says nothing."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from simulator.benefits import Accumulator, Plan
from simulator.codes import GENDERS, RELATIONSHIPS, SERVICE_TYPES
from simulator.inquiry import EVERYTHING
from simulator.labels import us_date, usd
from simulator.people import Member
from simulator.world import PAYERS

View = dict[str, Any]

_STATUS = {"active": "Active", "inactive": "Terminated", "future": "Not yet effective"}
_NETWORK = {"in": "In-network", "out": "Out-of-network", None: None}
_LEVEL = {"individual": "Individual", "family": "Family", None: None}
_PERIOD = {"calendar_year": "Calendar year", "service_year": "Plan year", None: None}
_REQUIRED = {True: "Required", False: "Not required", None: "Check with plan"}


def candidate_view(member: Member) -> dict[str, str]:
    return {
        "memberId": member.member_id,
        "firstName": member.first_name,
        "lastName": member.last_name,
        "birthDate": us_date(member.birth_date),
    }


def header_view(member: Member, as_of: date, service_type: str) -> View:
    return candidate_view(member) | {
        "gender": GENDERS.get(member.gender or ""),
        "relationship": RELATIONSHIPS.get(member.relationship or ""),
        "payer": PAYERS[member.payer].name,
        "asOf": us_date(as_of),
        "serviceType": SERVICE_TYPES.get(service_type, service_type),
    }


def coverage_card(member: Member, as_of: date, _service_type: str) -> View:
    return {
        "plans": [
            {
                "status": _STATUS[plan.status_on(as_of)],
                "name": plan.plan_name,
                "product": plan.insurance_type,
                "group": plan.group_number,
                "effective": us_date(plan.effective_on),
                "end": us_date(plan.terminated_on) if plan.terminated_on else None,
            }
            for plan in member.plans
        ]
    }


def benefits_card(member: Member, _as_of: date, service_type: str) -> View:
    return {"plans": [_benefits(plan, service_type) for plan in member.plans]}


def _benefits(plan: Plan, service_type: str) -> View:
    def shown(listed: Iterable[Any]) -> list[Any]:
        return [each for each in listed if service_type in (EVERYTHING, each.service_type)]

    def row(each: Any, *cells: str | None) -> list[str | None]:
        return [SERVICE_TYPES[each.service_type], each.service_type, *cells]

    def whose(each: Any) -> tuple[str | None, str | None]:
        return _NETWORK[each.network], _LEVEL[each.level]

    return {
        "copays": [row(each, *whose(each), usd(each.amount)) for each in shown(plan.copays)],
        "coinsurances": [row(each, *whose(each), f"{each.percent}%") for each in shown(plan.coinsurances)],
        "limitations": [row(each, each.text) for each in shown(plan.limitations)],
        "authorizations": [row(each, _REQUIRED[each.required]) for each in shown(plan.authorizations)],
    }


def accumulators_card(member: Member, _as_of: date, _service_type: str) -> View:
    return {
        "plans": [
            {"deductibles": _sums(plan.deductibles), "outOfPockets": _sums(plan.out_of_pockets)}
            for plan in member.plans
        ]
    }


def _sums(listed: Iterable[Accumulator]) -> list[View]:
    return [
        {
            "Network": _NETWORK[each.network],
            "Coverage level": _LEVEL[each.level],
            "Period": _PERIOD[each.period],
            "Plan amount": usd(each.total) if each.total is not None else None,
            "Applied to date": usd(each.met) if each.met is not None else None,
            "Remaining": usd(each.remaining) if each.remaining is not None else None,
        }
        for each in listed
    ]


def care_card(member: Member, _as_of: date, _service_type: str) -> View:
    pcp = member.pcp
    return {"pcp": {"Name": pcp.name, "NPI": pcp.npi, "Phone": pcp.phone} if pcp else None}


def other_insurance_card(member: Member, _as_of: date, _service_type: str) -> View:
    return {
        "others": [
            {"Insurer": each.name, "Order": each.order and each.order.capitalize(), "Policy number": each.member_id}
            for each in member.other_payers
        ]
    }


CARDS: Mapping[str, Callable[[Member, date, str], View]] = {
    "coverage": coverage_card,
    "benefits": benefits_card,
    "accumulators": accumulators_card,
    "care": care_card,
    "other-insurance": other_insurance_card,
}
