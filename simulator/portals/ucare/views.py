"""Members and their benefits in the portal's words; N/A where nothing is stated."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from simulator.benefits import Accumulator, Plan
from simulator.codes import GENDERS, RELATIONSHIPS, SERVICE_TYPES
from simulator.inquiry import EVERYTHING
from simulator.labels import us_date, usd
from simulator.people import Member
from simulator.world import PAYERS

View = dict[str, Any]
NOT_STATED = "N/A"
_SHORTEST = 34  # of a subject in a list

_STATUS = {"active": "Covered", "inactive": "Coverage ended", "future": "Coverage not started"}
_NETWORK = {"in": "UCare network", "out": "Out of network", None: NOT_STATED}
_LEVEL = {"individual": "Member", "family": "Household", None: NOT_STATED}
_PERIOD = {"calendar_year": "Calendar year", "service_year": "Contract year", None: NOT_STATED}
_REQUIRED = {True: "Yes", False: "No", None: "Call to find out"}


def stated(value: str | None) -> str:
    return value or NOT_STATED


def cut_off(subject: str) -> str:
    """As lists show it."""
    return subject if len(subject) <= _SHORTEST else subject[:_SHORTEST].rstrip() + "…"


def us_day(day: date | None) -> str:
    return us_date(day) if day else NOT_STATED


def amount(value: Any) -> str:
    return NOT_STATED if value is None else usd(value)


def full_name(member: Member) -> str:
    return f"{member.last_name}, {member.first_name}"


def service(code: str) -> str:
    return f"{SERVICE_TYPES.get(code, code)} [{code}]"


def candidate_view(member: Member) -> dict[str, str]:
    return {"name": full_name(member), "member_id": member.member_id, "born": us_date(member.birth_date)}


def result_view(member: Member, as_of: date, service_type: str) -> View:
    return candidate_view(member) | {
        "gender": stated(GENDERS.get(member.gender or "")),
        "relationship": stated(RELATIONSHIPS.get(member.relationship or "")),
        "plan_of": PAYERS[member.payer].name,
        "as_of": us_date(as_of),
        "service": service(service_type),
    }


def plan_view(plan: Plan, as_of: date) -> View:
    return {
        "name": plan.plan_name,
        "status": _STATUS[plan.status_on(as_of)],
        "product": stated(plan.insurance_type),
        "group": stated(plan.group_number),
        "begins": us_day(plan.effective_on),
        "ends": us_day(plan.terminated_on),
    }


def benefits_view(plan: Plan, service_type: str) -> View:
    def shown(listed: Iterable[Any]) -> list[Any]:
        return [each for each in listed if service_type in (EVERYTHING, each.service_type)]

    def row(each: Any, *cells: str) -> list[str]:
        return [service(each.service_type), *cells]

    def whose(each: Any) -> tuple[str, str]:
        return _NETWORK[each.network], _LEVEL[each.level]

    return {
        "tables": [
            ("Copays", ("Service", "Network", "Applies to", "Copay"), "The member pays no copays.",
             [row(each, *whose(each), usd(each.amount)) for each in shown(plan.copays)]),
            ("Coinsurance", ("Service", "Network", "Applies to", "Member pays"), "The member pays no coinsurance.",
             [row(each, *whose(each), f"{each.percent}%") for each in shown(plan.coinsurances)]),
            ("Deductible", _SUMS, "The plan has no deductible.", _sums(plan.deductibles)),
            ("Out-of-pocket maximum", _SUMS, "The plan has no out-of-pocket maximum.", _sums(plan.out_of_pockets)),
            ("Limits", ("Service", "Limit"), "No limits are listed.",
             [row(each, each.text) for each in shown(plan.limitations)]),
            ("Authorization", ("Service", "Needed"), "No authorization rules are listed.",
             [row(each, _REQUIRED[each.required]) for each in shown(plan.authorizations)]),
        ]
    }  # fmt: skip


_SUMS = ("Network", "Applies to", "Period", "Amount", "Used", "Left")


def _sums(listed: Iterable[Accumulator]) -> list[list[str]]:
    return [
        [
            _NETWORK[each.network],
            _LEVEL[each.level],
            _PERIOD[each.period],
            amount(each.total),
            amount(each.met),
            amount(each.remaining),
        ]
        for each in listed
    ]
