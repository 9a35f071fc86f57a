"""What the older portal states of a member: everything on one page, in tables within tables."""

from typing import TypeVar

from bots.page import Field, One, Part, ReadsInto, Rows
from bots.parse import one_of, percent, text, us_date, usd
from core.capabilities.common import Level, Network, Period
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    Limitation,
    Member,
    OtherPayer,
    Plan,
    PlanStatus,
    PrimaryCare,
    Relationship,
)
from core.capabilities.record import Record

R = TypeVar("R", bound=Record)

NETWORK = one_of({"IN": Network.IN, "OUT": Network.OUT})
LEVEL = one_of({"IND": Level.INDIVIDUAL, "FAM": Level.FAMILY})
PERIOD = one_of({"CAL YR": Period.CALENDAR_YEAR, "PLAN YR": Period.SERVICE_YEAR})
STATUS = one_of({"ACTIVE": PlanStatus.ACTIVE, "TERMED": PlanStatus.INACTIVE, "PENDING START": PlanStatus.FUTURE})
RELATIONSHIP = one_of({each.value: each for each in Relationship})


def service_code(printed: str) -> str:
    """From "48 Hospital - Inpatient"."""
    return _service(printed)[0]


def service_words(printed: str) -> str:
    return _service(printed)[1]


def _service(printed: str) -> tuple[str, str]:
    code, blank, words = printed.partition(" ")
    if not blank or not 0 < len(code) <= 2:
        raise ValueError("not a service type with its words")
    return code, words


class Service(Part[R]):
    service_type_code = Field(service_code)
    service_type = Field(service_words)


class Share(Service[R]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)


class CopayRow(Share[Copay]):
    amount = Field(usd)


class CoinsuranceRow(Share[Coinsurance]):
    percent = Field(percent)


class LimitationRow(Service[Limitation]):
    text = Field(text)


class AuthorizationRow(Service[AuthorizationNeed]):
    required = Field(one_of({"YES": True, "NO": False, "UNKNOWN": None}))


class AccumulatorRow(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanTable(Part[Plan]):
    status = Field(STATUS)
    plan_name = Field(text)
    insurance_type = Field(text, optional=True)
    group_number = Field(text, optional=True)
    effective_on = Field(us_date, optional=True)
    terminated_on = Field(us_date, optional=True)
    copays = Rows(CopayRow)
    coinsurances = Rows(CoinsuranceRow)
    limitations = Rows(LimitationRow)
    authorization_required = Rows(AuthorizationRow)
    deductibles = Rows(AccumulatorRow)
    out_of_pockets = Rows(AccumulatorRow)


class MemberTable(Part[Member]):
    member_id = Field(text)
    first_name = Field(text)
    last_name = Field(text)
    birth_date = Field(us_date)
    gender = Field(one_of({"Female": "F", "Male": "M", "Unspecified": "X"}), optional=True)
    relationship = Field(RELATIONSHIP, optional=True)


class PrimaryCareTable(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class OtherPayerRow(Part[OtherPayer]):
    name = Field(text)
    order = Field(one_of({"1": "primary", "2": "secondary", "3": "tertiary"}), optional=True)
    member_id = Field(text, optional=True)


class CoveragePage(ReadsInto[Coverage], page="coverage"):
    """Below the form and below whom the office asked for last."""

    member_id = Field(text, identifies="member_id")
    first_name = Field(text, identifies="first_name")
    last_name = Field(text, identifies="last_name")
    birth_date = Field(us_date, identifies="birth_date")
    payer_name = Field(text, identifies="payer_name")
    as_of = Field(us_date, identifies="as_of")
    covered_service = Field(service_code, identifies="service_type")
    member = One(MemberTable)
    plans = Rows(PlanTable)
    pcp = One(PrimaryCareTable)
    other_payers = Rows(OtherPayerRow)
