"""What portals state of a member's coverage. An adapter puts these parts together as its pages show them."""

from __future__ import annotations

from typing import Literal, TypeVar

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import code, percent, text, us_date, usd
from bots.words import taken, word
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

FIRST_NAME = taken("name", "first", parse=text)
LAST_NAME = taken("name", "last", parse=text)
SERVICE_CODE = taken("service", "code", parse=code)
NETWORK = word("network", Network | None)
LEVEL = word("level", Level)
PERIOD = word("period", Period)
PLAN_STATUS = word("plan_status", PlanStatus)
GENDER = word("gender", Literal["F", "M", "X"])
RELATIONSHIP = word("relationship", Relationship)
AUTHORIZATION = word("authorization", bool | None)


class Service(Part[R]):
    service_type_code = Field(SERVICE_CODE)
    service_type = Field(taken("service", "label", parse=text))


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
    required = Field(AUTHORIZATION)


class AccumulatorRow(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanFacts(Part[R]):
    status = Field(PLAN_STATUS)
    plan_name = Field(text)
    insurance_type = Field(text, optional=True)
    group_number = Field(text, optional=True)
    effective_on = Field(us_date, optional=True)
    terminated_on = Field(us_date, optional=True)


class PlanBenefits(Part[R]):
    copays = Rows(CopayRow)
    coinsurances = Rows(CoinsuranceRow)
    limitations = Rows(LimitationRow)
    authorization_required = Rows(AuthorizationRow)


class PlanAccumulators(Part[R]):
    deductibles = Rows(AccumulatorRow)
    out_of_pockets = Rows(AccumulatorRow)


class PlanSummary(PlanFacts[Plan]): ...


class WholePlan(PlanFacts[Plan], PlanBenefits[Plan], PlanAccumulators[Plan]): ...


class Person(Part[Member]):
    member_id = Field(text)
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    birth_date = Field(us_date)
    relationship = Field(RELATIONSHIP, optional=True)


class MemberFacts(Person):
    gender = Field(GENDER, optional=True)


class PrimaryCareFacts(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class OtherPayerRow(Part[OtherPayer]):
    name = Field(text)
    order = Field(word("order", Literal["primary", "secondary", "tertiary"]), optional=True)
    member_id = Field(text, optional=True)


class ResultPage(ReadsInto[R]):
    """By what a result is known to be the one asked for; the service, which portals print differently, is added by
    the adapter.
    """

    member_id = Field(text, identifies="member_id")
    first_name = Field(FIRST_NAME, identifies="first_name")
    last_name = Field(LAST_NAME, identifies="last_name")
    birth_date = Field(us_date, identifies="birth_date")
    payer_name = Field(text, identifies="payer_name")
    as_of = Field(us_date, identifies="as_of")


class CoveragePage(ResultPage[Coverage]):
    """All of it on one page."""

    member = One(MemberFacts)
    plans = Rows(WholePlan)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)


class Candidate(Record):
    first_name: str
    last_name: str


class Candidates(Record):
    members: tuple[Candidate, ...]


class CandidateRow(Part[Candidate]):
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    choose = Element()


class CandidatesPage(ReadsInto[Candidates], page="candidates"):
    members = Rows(CandidateRow)
