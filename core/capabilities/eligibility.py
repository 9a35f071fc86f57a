"""Eligibility and benefits, in the shape of an X12 271 grouped per plan (005010X279A1).

None means "the portal does not state it", never 0. Nothing here is computed: `remaining` is what the portal prints.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.common import (
    AskElsewhere,
    BirthDateMismatch,
    Level,
    MemberNotFound,
    Mismatch,
    Network,
    NoAnswerNow,
    NotAuthorised,
    Period,
    ProviderNotOnFile,
    SeveralMatches,
)
from core.capabilities.record import Answer, Query, Record
from core.checks import born, known_npi, service_day
from core.phi import Phi

SERVICE_TYPES = {
    "1": "Medical Care",
    "2": "Surgical",
    "4": "Diagnostic X-Ray",
    "5": "Diagnostic Lab",
    "12": "Durable Medical Equipment Purchase",
    "30": "Health Benefit Plan Coverage",
    "33": "Chiropractic",
    "35": "Dental Care",
    "42": "Home Health Care",
    "45": "Hospice",
    "47": "Hospital",
    "48": "Hospital - Inpatient",
    "50": "Hospital - Outpatient",
    "51": "Hospital - Emergency Accident",
    "52": "Hospital - Emergency Medical",
    "62": "MRI/CAT Scan",
    "69": "Maternity",
    "73": "Diagnostic Medical",
    "82": "Family Planning",
    "86": "Emergency Services",
    "88": "Pharmacy",
    "98": "Professional (Physician) Visit - Office",
    "99": "Professional (Physician) Visit - Inpatient",
    "AE": "Physical Medicine",
    "AF": "Speech Therapy",
    "AL": "Vision (Optometry)",
    "MH": "Mental Health",
    "UC": "Urgent Care",
}
"""X12 service type codes that providers ask for (x12.org/codes/service-type-codes)."""


class EligibilityQuery(Query):
    """By member id and birth date, or by first name, last name and birth date."""

    member_id: Phi[str] | None = None
    birth_date: Phi[date] | None = None
    first_name: Phi[str] | None = None
    last_name: Phi[str] | None = None
    service_date: date = Field(default_factory=date.today)
    service_type: str = "30"
    provider_npi: str | None = None

    _birth_date = field_validator("birth_date")(born)
    _service_date = field_validator("service_date")(service_day(back=timedelta(days=730), ahead=timedelta(days=366)))
    _provider_npi = field_validator("provider_npi")(known_npi)

    @field_validator("service_type")
    @classmethod
    def _service_type(cls, value: str) -> str:
        if value.upper() not in SERVICE_TYPES:
            msg = f"is not an X12 service type code that the fleet asks for ({', '.join(SERVICE_TYPES)})"
            raise ValueError(msg)
        return value.upper()

    @model_validator(mode="after")
    def _enough(self) -> EligibilityQuery:
        if self.birth_date is None:
            raise ValueError("the birth_date is needed, as YYYY-MM-DD")
        if self.member_id is None and (self.first_name is None or self.last_name is None):
            raise ValueError("the member_id is needed, or first_name and last_name")
        return self


class PlanStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    FUTURE = "future"


class Relationship(StrEnum):
    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


class Member(Record):
    member_id: str
    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    gender: Literal["F", "M", "X"] | None = None
    relationship: Relationship | None = None


class Benefit(Record):
    """What a typed benefit line is about. Service types are X12 codes; `service_type` is the portal's own label."""

    service_type_code: str | None = None
    service_type: str | None = None


class Copay(Benefit):
    network: Network | None = None
    level: Level | None = None
    amount: Decimal


class Coinsurance(Benefit):
    """`percent` is the patient's share: 20 means 20 %."""

    network: Network | None = None
    level: Level | None = None
    percent: Decimal


class Accumulator(Record):
    """A deductible or an out-of-pocket maximum."""

    network: Network | None = None
    level: Level | None = None
    period: Period | None = None
    total: Decimal | None = None
    met: Decimal | None = None
    remaining: Decimal | None = None


class Limitation(Benefit):
    text: str


class AuthorizationNeed(Benefit):
    required: bool | None = None


class ManagedCare(Record):
    """Who delivers a plan's services in the payer's stead, in the portal's own words: the one to ask next."""

    name: str
    phone: str | None = None


class Plan(Record):
    status: PlanStatus
    plan_name: str | None = None
    insurance_type: str | None = None
    group_number: str | None = None
    effective_on: date | None = None
    terminated_on: date | None = None
    copays: tuple[Copay, ...] = ()
    coinsurances: tuple[Coinsurance, ...] = ()
    deductibles: tuple[Accumulator, ...] = ()
    out_of_pockets: tuple[Accumulator, ...] = ()
    limitations: tuple[Limitation, ...] = ()
    authorization_required: tuple[AuthorizationNeed, ...] = ()
    managed_care: ManagedCare | None = None


class PrimaryCare(Record):
    name: str
    npi: str | None = None
    phone: str | None = None


class OtherPayer(Record):
    """Coordination of benefits: another payer of the same member."""

    name: str
    order: Literal["primary", "secondary", "tertiary"] | None = None
    member_id: str | None = None


class Coverage(Answer):
    """What the portal states of this member's coverage on `as_of`."""

    outcome: Literal["coverage"] = "coverage"
    member: Member
    payer_name: str | None = None
    as_of: date
    plans: tuple[Plan, ...]
    pcp: PrimaryCare | None = None
    other_payers: tuple[OtherPayer, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ask_next(self) -> tuple[str, ...]:
        """Who knows more than this portal: the managed-care plans that deliver what is active, each once."""
        active = (plan.managed_care for plan in self.plans if plan.status is PlanStatus.ACTIVE)
        return tuple(dict.fromkeys(each.name for each in active if each is not None))

    @property
    def sentence(self) -> str:
        if self.ask_next:
            return f"Active coverage on {self.as_of}, delivered by {' and '.join(self.ask_next)}: ask there for more."
        if any(plan.status is PlanStatus.ACTIVE for plan in self.plans):
            return f"Active coverage on {self.as_of}."
        if any(plan.status is PlanStatus.FUTURE for plan in self.plans):
            return f"Coverage starts after {self.as_of}."
        return f"No active coverage on {self.as_of}."


EligibilityAnswer = Annotated[
    Coverage
    | MemberNotFound
    | BirthDateMismatch
    | SeveralMatches
    | ProviderNotOnFile
    | NotAuthorised
    | AskElsewhere
    | NoAnswerNow
    | Mismatch,
    Field(discriminator="outcome"),
]
