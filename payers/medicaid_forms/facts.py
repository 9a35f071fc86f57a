"""What the portal's sentences state, beside what every portal does, and the words in them that stand for ours."""

from __future__ import annotations

from datetime import date

from core.capabilities.common import Level, Period
from core.capabilities.eligibility import Accumulator, PlanStatus
from core.capabilities.record import Record

STATUS = {
    "has eligibility for": PlanStatus.ACTIVE,
    "is not yet eligible:": PlanStatus.FUTURE,
    "is inactive:": PlanStatus.INACTIVE,
}
LEVELS = {" per individual": Level.INDIVIDUAL, " per household": Level.FAMILY}
PERIODS = {" in a calendar year": Period.CALENDAR_YEAR, " in a benefit year": Period.SERVICE_YEAR}
NEEDS = {
    "requires prior authorization": True,
    "does not require prior authorization": False,
    "may require prior authorization: call the Provider Help Desk": None,
}


class Standing(Record):
    status: PlanStatus
    plan_name: str
    effective_on: date
    terminated_on: date | None


class InsuranceType(Record):
    name: str


class Spenddown(Record):
    """What a member spends before the programme pays: a deductible in all but its name."""

    sums: Accumulator


class CostLimit(Record):
    sums: Accumulator


class FeeForService(Record): ...


class NoPrimaryCare(Record): ...


class NoOtherInsurance(Record): ...
