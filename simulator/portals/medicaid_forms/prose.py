"""Coverage in sentences: all that these pages say of it."""

from collections.abc import Iterable, Iterator
from datetime import date

from simulator.benefits import Accumulator, Plan
from simulator.codes import SERVICE_TYPES
from simulator.inquiry import EVERYTHING
from simulator.labels import us_date, usd
from simulator.people import Member

_EACH = {"individual": " per individual", "family": " per household", None: ""}
_PERIODS = {"calendar_year": " in a calendar year", "service_year": " in a benefit year", None: ""}
_NEEDS = {True: "requires prior authorization", False: "does not require prior authorization"}
_ASK = "may require prior authorization: call the Provider Help Desk"


def programme(plan: Plan, as_of: date, service_type: str) -> list[str]:
    return [*_standing(plan, as_of), *_costs(plan, service_type), *_rules(plan, service_type)]


def _standing(plan: Plan, as_of: date) -> Iterator[str]:
    ended = f" and ending {us_date(plan.terminated_on)}" if plan.terminated_on else ""
    match plan.status_on(as_of):
        case "active":
            yield f"Subscriber has eligibility for {plan.plan_name}, beginning {us_date(plan.effective_on)}{ended}."
        case "future":
            begins = us_date(plan.effective_on)
            yield f"Subscriber is not yet eligible: {plan.plan_name}, beginning {begins}{ended}."
        case _:
            yield f"Subscriber is inactive: {plan.plan_name}, beginning {us_date(plan.effective_on)}{ended}."
    if plan.insurance_type:
        yield f"The type of coverage is {plan.insurance_type}."
    if care := plan.managed_care:
        call = f" Call the health plan at {care.phone}." if care.phone else ""
        yield f"Services are delivered through {care.name}.{call}"
    elif plan.status_on(as_of) == "active":
        yield "Services are paid by fee for service."


def _costs(plan: Plan, service_type: str) -> Iterator[str]:
    for copay in plan.copays:
        if service_type in (EVERYTHING, copay.service_type):
            each = _EACH[copay.level]
            yield f"A copayment of {usd(copay.amount)}{each} applies to {_service(copay.service_type)}."
    for share in plan.coinsurances:
        if service_type in (EVERYTHING, share.service_type):
            each = _EACH[share.level]
            yield f"The subscriber pays {share.percent}%{each} of the cost of {_service(share.service_type)}."
    for spend in plan.deductibles:
        yield f"A spenddown of {usd(spend.total)}{_EACH[spend.level]}{_PERIODS[spend.period]} applies.{_met(spend)}"
    for limit in plan.out_of_pockets:
        scope = f"{_EACH[limit.level]}{_PERIODS[limit.period]}"
        yield f"Cost sharing is limited to {usd(limit.total)}{scope}.{_met(limit)}"


def _met(sums: Accumulator) -> str:
    if sums.met is None:
        return ""
    return f" Of this, {usd(sums.met)} has been met and {usd(sums.remaining)} remains."


def _rules(plan: Plan, service_type: str) -> Iterator[str]:
    for limit in plan.limitations:
        if service_type in (EVERYTHING, limit.service_type):
            yield f"Coverage of {_service(limit.service_type)} is limited: {limit.text}."
    for rule in plan.authorizations:
        if service_type in (EVERYTHING, rule.service_type):
            need = _ASK if rule.required is None else _NEEDS[rule.required]
            yield f"{_service(rule.service_type)} {need}."


def _service(code: str) -> str:
    return f"{SERVICE_TYPES[code]} ({code})"


def also(member: Member) -> list[str]:
    """What is said of the member whatever the programme."""
    return [*_primary_care(member), *_other_insurance(member)]


def _primary_care(member: Member) -> Iterable[str]:
    pcp = member.pcp
    if pcp is None:
        return ["No primary care provider is on file."]
    npi = f"; NPI {pcp.npi}" if pcp.npi else ""
    phone = f"; telephone {pcp.phone}" if pcp.phone else ""
    return [f"The primary care provider is {pcp.name}{npi}{phone}."]


def _other_insurance(member: Member) -> Iterable[str]:
    for other in member.other_payers:
        policy = f"; policy number {other.member_id}" if other.member_id else ""
        order = f"; pays {other.order}" if other.order else ""
        yield f"Subscriber has other insurance with {other.name}{policy}{order}."
    if not member.other_payers:
        yield "No other insurance is on file."
