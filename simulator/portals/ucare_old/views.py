"""Members and claims in the words of the older portal; a dash where nothing is stated."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from simulator.benefits import Accumulator, Plan
from simulator.claims import Claim, Line
from simulator.codes import GENDERS, RELATIONSHIPS, SERVICE_TYPES
from simulator.inquiry import EVERYTHING
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.people import Member
from simulator.world import PAYERS

View = dict[str, Any]
DASH = "-"

_STATUS = {"active": "ACTIVE", "inactive": "TERMED", "future": "PENDING START"}
_NETWORK = {"in": "IN", "out": "OUT", None: DASH}
_LEVEL = {"individual": "IND", "family": "FAM", None: DASH}
_PERIOD = {"calendar_year": "CAL YR", "service_year": "PLAN YR", None: DASH}
_REQUIRED = {True: "YES", False: "NO", None: "UNKNOWN"}
_ORDER = {"primary": "1", "secondary": "2", "tertiary": "3", None: DASH}


def _day(day: date | None) -> str:
    return us_date(day) if day else DASH


def _sum(amount: Any) -> str:
    return DASH if amount is None else usd(amount)


def _service(code: str) -> str:
    return f"{code} {SERVICE_TYPES.get(code, code)}"


def line_of(member: Member) -> View:
    return {
        "id": member.member_id,
        "last": member.last_name,
        "first": member.first_name,
        "born": us_date(member.birth_date),
    }


def member_view(member: Member, as_of: date, service_type: str) -> View:
    pcp = member.pcp
    return {
        "who": {
            "Member ID": member.member_id,
            "Last Name": member.last_name,
            "First Name": member.first_name,
            "Birth Date": us_date(member.birth_date),
            "Sex": GENDERS.get(member.gender or "", DASH),
            "Relation": RELATIONSHIPS.get(member.relationship or "", DASH),
            "Carrier": PAYERS[member.payer].name,
            "Date of Service": us_date(as_of),
            "Service": _service(service_type),
        },
        "plans": [_plan(plan, as_of, service_type) for plan in member.plans],
        "pcp": {"PCP": pcp.name, "PCP NPI": pcp.npi or DASH, "PCP Phone": pcp.phone or DASH} if pcp else None,
        "others": [[each.name, _ORDER[each.order], each.member_id or DASH] for each in member.other_payers],
    }


def _plan(plan: Plan, as_of: date, service_type: str) -> View:
    def asked(listed: Iterable[Any]) -> list[Any]:
        return [each for each in listed if service_type in (EVERYTHING, each.service_type)]

    def covered(listed: Iterable[Any], *columns: str) -> list[list[str]]:
        return [[_service(each.service_type), *(_WORDS[name](each) for name in columns)] for each in asked(listed)]

    return {
        "facts": {
            "Status": _STATUS[plan.status_on(as_of)],
            "Plan": plan.plan_name,
            "Type": plan.insurance_type or DASH,
            "Group": plan.group_number or DASH,
            "Eff Date": _day(plan.effective_on),
            "Term Date": _day(plan.terminated_on),
        },
        "tables": (
            ("Copay", ("Svc", "Net", "Lvl", "Amt"), covered(plan.copays, "Net", "Lvl", "Amt")),
            ("Coins", ("Svc", "Net", "Lvl", "Pct"), covered(plan.coinsurances, "Net", "Lvl", "Pct")),
            ("Deduct", _SUMS, _sums(plan.deductibles)),
            ("Out of Pocket", _SUMS, _sums(plan.out_of_pockets)),
            ("Limit", ("Svc", "Text"), covered(plan.limitations, "Text")),
            ("Prior Auth", ("Svc", "Req"), covered(plan.authorizations, "Req")),
        ),
    }


_SUMS = ("Net", "Lvl", "Per", "Max", "YTD", "Bal")
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "Net": lambda each: _NETWORK[each.network],
    "Lvl": lambda each: _LEVEL[each.level],
    "Per": lambda each: _PERIOD[each.period],
    "Amt": lambda each: usd(each.amount),
    "Pct": lambda each: f"{each.percent}%",
    "Text": lambda each: str(each.text),
    "Req": lambda each: _REQUIRED[each.required],
    "Max": lambda each: _sum(each.total),
    "YTD": lambda each: _sum(each.met),
    "Bal": lambda each: _sum(each.remaining),
}


def _sums(listed: Iterable[Accumulator]) -> list[list[str]]:
    return [[_WORDS[name](each) for name in _SUMS] for each in listed]


def row_of(claim: Claim) -> list[str]:
    claim = claim.as_listed
    who = f"{claim.member.last_name}, {claim.member.first_name}"
    return [
        claim.claim_number,
        who,
        us_span(claim.service_from, claim.service_to),
        claim_label(claim),
        _sum(claim.billed),
    ]


def claim_view(claim: Claim) -> View:
    return {
        "facts": {
            "Claim No": claim.claim_number,
            "Member ID": claim.member.member_id,
            "Last Name": claim.member.last_name,
            "First Name": claim.member.first_name,
            "Birth Date": us_date(claim.member.birth_date),
            "Patient Acct": claim.patient_account or DASH,
            "Claim Status": claim_label(claim),
            "Cat Code": claim.category_code,
            "Stat Code": claim.status_code,
            "Rendering NPI": claim.provider_npi,
            "Service Dates": us_span(claim.service_from, claim.service_to),
            "Rec Date": us_date(claim.received_on),
            "Fin Date": _day(claim.finalized_on),
            "Billed Amt": _sum(claim.billed),
            "Allowed Amt": _sum(claim.allowed),
            "Paid Amt": _sum(claim.paid),
            "Deduct Amt": _sum(claim.adjusted("1")),
            "Coins Amt": _sum(claim.adjusted("2")),
            "Copay Amt": _sum(claim.adjusted("3")),
            "Patient Resp": _sum(claim.adjusted("1", "2", "3")),
            "Check No": claim.check_number or DASH,
            "Check Date": _day(claim.check_date),
        },
        "lines": [_line(line) for line in claim.lines],
    }


def _line(line: Line) -> list[str]:
    adjustments = "; ".join(f"{each.group}{each.code} {usd(each.amount)}" for each in line.adjustments)
    return [
        str(line.line_number),
        us_span(line.service_from, line.service_to),
        " ".join((line.procedure_code, *line.modifiers)),
        str(line.units),
        usd(line.billed),
        usd(line.allowed),
        usd(line.paid),
        adjustments or DASH,
        " ".join(line.remark_codes) or DASH,
    ]
