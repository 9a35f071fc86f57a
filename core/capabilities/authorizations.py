"""Prior authorizations and referrals, in the shape of an X12 278 (005010X217). None means "the portal does not state
it": a line that is pended has no approved units, which is not 0.
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
    MemberNotFound,
    Mismatch,
    NoAnswerNow,
    NotAuthorised,
    PortalSays,
    ProviderNotOnFile,
)
from core.capabilities.record import Answer, Query, Record
from core.checks import born, known_npi, service_day
from core.counted import counted
from core.phi import Phi

LONGEST_RANGE = timedelta(days=366)
"""Each authorization of a range is opened."""
_window = service_day(back=timedelta(days=3 * 366), ahead=timedelta(days=366))


class AuthorizationsQuery(Query):
    """By a number of the authorization, or by member id and birth date: all that the portal has of the member, or those
    with a day of service in a range (both ends inclusive).
    """

    authorization_number: Phi[str] | None = None
    """The payer's reference, certification or decision number, whichever of them is known."""
    member_id: Phi[str] | None = None
    birth_date: Phi[date] | None = None
    from_date: date | None = None
    to_date: date | None = None
    provider_npi: str | None = None

    _birth_date = field_validator("birth_date")(born)
    _from_date = field_validator("from_date")(_window)
    _to_date = field_validator("to_date")(_window)
    _provider_npi = field_validator("provider_npi")(known_npi)

    @model_validator(mode="after")
    def _one_way(self) -> AuthorizationsQuery:
        of_member = [key for key in ("member_id", "birth_date", "from_date", "to_date") if getattr(self, key)]
        if (self.authorization_number is not None) == bool(of_member):
            raise ValueError("exactly one is needed: authorization_number, or member_id with birth_date")
        if of_member:
            for needed in ("member_id", "birth_date"):
                if needed not in of_member:
                    raise ValueError(f"{needed} is needed as well")
        if (self.from_date is None) != (self.to_date is None):
            raise ValueError(f"{'from_date' if self.from_date is None else 'to_date'} is needed as well")
        if self.from_date and self.to_date:
            if self.from_date > self.to_date:
                raise ValueError("from_date lies after to_date")
            if self.to_date - self.from_date > LONGEST_RANGE:
                raise ValueError(f"from_date and to_date may lie {LONGEST_RANGE.days} days apart at most")
        return self


class Decision(StrEnum):
    """HCR01 in words."""

    CERTIFIED = "certified"
    PARTLY_CERTIFIED = "partly_certified"
    NOT_CERTIFIED = "not_certified"
    PENDED = "pended"
    MODIFIED = "modified"
    """Certified, but not as it was requested."""
    CANCELLED = "cancelled"
    CONTACT_PAYER = "contact_payer"
    NOT_REQUIRED = "not_required"
    """The payer needs no authorization for it."""

    @classmethod
    def of_action(cls, code: str) -> Decision | None:
        """By the action code of HCR01 ("A1", "CT", …); None for a code that the standard does not have."""
        return {
            "A1": cls.CERTIFIED, "A2": cls.PARTLY_CERTIFIED, "A3": cls.NOT_CERTIFIED, "A4": cls.PENDED,
            "A6": cls.MODIFIED, "C": cls.CANCELLED, "CT": cls.CONTACT_PAYER, "NA": cls.NOT_REQUIRED,
        }.get(code)  # fmt: skip


class Kind(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    DRUG = "drug"
    REFERRAL = "referral"
    EQUIPMENT = "equipment"
    HOME_HEALTH = "home_health"


class Unit(StrEnum):
    """What is counted: HSD01."""

    DAYS = "days"
    VISITS = "visits"
    UNITS = "units"
    HOURS = "hours"


class AuthorizedService(Record):
    line_number: int
    procedure_code: str | None = None
    """HCPCS or CPT."""
    revenue_code: str | None = None
    """Of institutional services, with its leading zero."""
    modifiers: tuple[str, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    unit: Unit | None = None
    units_requested: Decimal | None = None
    units_approved: Decimal | None = None
    units_used: Decimal | None = None
    """By claims so far."""
    decision: Decision | None = None
    status_text: str | None = None


class Authorization(Record):
    authorization_number: str
    """What a claim has to bear: opaque, with its letters and leading zeros."""
    tracking_number: str | None = None
    """The second one, where the portal has two: a decision id, or the number of the request."""
    decision: Decision | None = None
    action_code: str | None = None
    """HCR01, where the portal gives it."""
    status_text: str | None = None
    kind: Kind | None = None
    member_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    requesting_npi: str | None = None
    requesting_name: str | None = None
    servicing_npi: str | None = None
    servicing_name: str | None = None
    facility_name: str | None = None
    submitted_on: date | None = None
    decided_on: date | None = None
    service_from: date | None = None
    """As requested."""
    service_to: date | None = None
    valid_from: date | None = None
    """As certified; none as long as nothing is."""
    valid_to: date | None = None
    reason: str | None = None
    """Why it was decided so, in the portal's words."""
    next_step: str | None = None
    """What the provider has to do, or whom to call."""
    lines: tuple[AuthorizedService, ...] = ()


class Authorizations(Answer):
    """Every authorization that the question matches, by number."""

    outcome: Literal["authorizations"] = "authorizations"
    authorizations: tuple[Authorization, ...]
    notes: tuple[str, ...] = ()
    """What the portal said beside the rows."""

    @property
    def sentence(self) -> str:
        count = len(self.authorizations)
        states = sorted({each.decision.value.replace("_", " ") for each in self.authorizations if each.decision})
        return f"{counted(count, 'authorization')}: {', '.join(states) or 'state not stated'}."


class AuthorizationNotFound(PortalSays):
    outcome: Literal["authorization_not_found"] = "authorization_not_found"
    said = "The payer has no such authorization."


AuthorizationsAnswer = Annotated[
    Authorizations
    | AuthorizationNotFound
    | AskElsewhere
    | MemberNotFound
    | BirthDateMismatch
    | ProviderNotOnFile
    | NotAuthorised
    | NoAnswerNow
    | Mismatch,
    Field(discriminator="outcome"),
]
