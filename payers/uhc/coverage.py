"""What the portal states of a member's coverage: one result page of several cards."""

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

R = TypeVar("R", bound=Record)

NETWORK = one_of({"In-network": Network.IN, "Out-of-network": Network.OUT})
LEVEL = one_of({"Individual": Level.INDIVIDUAL, "Family": Level.FAMILY})
PERIOD = one_of({"Calendar year": Period.CALENDAR_YEAR, "Plan year": Period.SERVICE_YEAR})
STATUS = one_of(
    {"Active": PlanStatus.ACTIVE, "Terminated": PlanStatus.INACTIVE, "Not yet effective": PlanStatus.FUTURE}
)
ORDER = one_of({"Primary": "primary", "Secondary": "secondary", "Tertiary": "tertiary"})
RELATIONSHIP = one_of(
    {
        "Self": Relationship.SELF,
        "Spouse": Relationship.SPOUSE,
        "Child": Relationship.CHILD,
        "Other": Relationship.OTHER,
    }
)


class Service(Part[R]):
    service_type_code = Field(text)
    service_type = Field(text)


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
    required = Field(one_of({"Required": True, "Not required": False, "Check with plan": None}))


class AccumulatorCard(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanCard(Part[Plan]):
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
    deductibles = Rows(AccumulatorCard)
    out_of_pockets = Rows(AccumulatorCard)


class MemberCard(Part[Member]):
    member_id = Field(text)
    first_name = Field(text)
    last_name = Field(text)
    birth_date = Field(us_date)
    gender = Field(one_of({"Female": "F", "Male": "M", "Unspecified": "X"}), optional=True)
    relationship = Field(RELATIONSHIP, optional=True)


class PrimaryCareCard(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class OtherInsuranceCard(Part[OtherPayer]):
    name = Field(text)
    order = Field(ORDER, optional=True)
    member_id = Field(text, optional=True)


class CoveragePage(ReadsInto[Coverage], page="coverage"):
    """Here when the last of its cards has loaded; its accordions are closed then."""

    member_id = Field(text, identifies="member_id")
    first_name = Field(text, identifies="first_name")
    last_name = Field(text, identifies="last_name")
    birth_date = Field(us_date, identifies="birth_date")
    payer_name = Field(text, identifies="payer_name")
    as_of = Field(us_date, identifies="as_of")
    covered_service = Field(text, identifies="covered_service")
    member = One(MemberCard)
    plans = Rows(PlanCard)
    pcp = One(PrimaryCareCard)
    other_payers = Rows(OtherInsuranceCard)
    accordions = Element()
