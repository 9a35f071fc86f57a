"""What UCare states of a member's coverage: one result whose folds are fetched when they are opened."""

from typing import TypeVar

from bots.page import Element, Field, One, Part, ReadsInto, Rows
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
from payers.ucare.printed import first_name, last_name, service_code, service_label

R = TypeVar("R", bound=Record)

NETWORK = one_of({"UCare network": Network.IN, "Out of network": Network.OUT})
LEVEL = one_of({"Member": Level.INDIVIDUAL, "Household": Level.FAMILY})
PERIOD = one_of({"Calendar year": Period.CALENDAR_YEAR, "Contract year": Period.SERVICE_YEAR})
STATUS = one_of(
    {"Covered": PlanStatus.ACTIVE, "Coverage ended": PlanStatus.INACTIVE, "Coverage not started": PlanStatus.FUTURE}
)
ORDER = one_of({"First": "primary", "Second": "secondary", "Third": "tertiary"})
RELATIONSHIP = one_of(
    {"Self": Relationship.SELF, "Spouse": Relationship.SPOUSE, "Child": Relationship.CHILD, "Other": Relationship.OTHER}
)


class Service(Part[R]):
    service_type_code = Field(service_code)
    service_type = Field(service_label)


class CopayRow(Service[Copay]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    amount = Field(usd)


class CoinsuranceRow(Service[Coinsurance]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    percent = Field(percent)


class LimitationRow(Service[Limitation]):
    text = Field(text)


class AuthorizationRow(Service[AuthorizationNeed]):
    required = Field(one_of({"Yes": True, "No": False, "Call to find out": None}))


class AccumulatorRow(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanSection(Part[Plan]):
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
    first_name = Field(first_name)
    last_name = Field(last_name)
    birth_date = Field(us_date)
    gender = Field(one_of({"Female": "F", "Male": "M", "Unspecified": "X"}), optional=True)
    relationship = Field(RELATIONSHIP, optional=True)


class ClinicTable(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class OtherPayerRow(Part[OtherPayer]):
    name = Field(text)
    order = Field(ORDER, optional=True)
    member_id = Field(text, optional=True)


class CoveragePage(ReadsInto[Coverage], page="coverage"):
    """Its folds are closed at first, and empty until they are opened."""

    member_id = Field(text, identifies="member_id")
    first_name = Field(first_name, identifies="first_name")
    last_name = Field(last_name, identifies="last_name")
    birth_date = Field(us_date, identifies="birth_date")
    payer_name = Field(text, identifies="payer_name")
    as_of = Field(us_date, identifies="as_of")
    covered_service = Field(service_code, identifies="service_type")
    member = One(MemberTable)
    plans = Rows(PlanSection)
    pcp = One(ClinicTable)
    other_payers = Rows(OtherPayerRow)
    folds = Element()
