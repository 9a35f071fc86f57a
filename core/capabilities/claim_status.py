"""Claim status, in the shape of an X12 277 (005010X212). None means "the portal does not state it"."""

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

_window = service_day(back=timedelta(days=3 * 366), ahead=timedelta(days=1))


class ClaimStatusQuery(Query):
    """By the payer's claim number, or by member id, birth date and a range of service dates (both inclusive)."""

    claim_number: Phi[str] | None = None
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
    def _enough(self) -> ClaimStatusQuery:
        if self.claim_number is None:
            missing = [key for key in ("member_id", "birth_date", "from_date", "to_date") if getattr(self, key) is None]
            if missing:
                raise ValueError(f"claim_number is needed, or {', '.join(missing)} as well")
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise ValueError("from_date lies after to_date")
        return self


class Lifecycle(StrEnum):
    """The claim status categories of X12 code list 507, in nine words."""

    NOT_FOUND = "not_found"
    REJECTED = "rejected"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    PENDING = "pending"
    INFO_REQUESTED = "info_requested"
    PAID = "paid"
    DENIED = "denied"
    FINALIZED_NO_PAYMENT = "finalized_no_payment"
    ERROR = "error"

    @classmethod
    def of_category(cls, code: str) -> Lifecycle | None:
        """By category code ("F1", "P3", …); None for a code that the list does not have."""
        exact = {
            "A0": cls.RECEIVED, "A1": cls.RECEIVED, "A2": cls.ACCEPTED, "A5": cls.ACCEPTED,
            "A3": cls.REJECTED, "A6": cls.REJECTED, "A7": cls.REJECTED, "A8": cls.REJECTED,
            "A4": cls.NOT_FOUND, "D0": cls.NOT_FOUND, "P3": cls.INFO_REQUESTED,
            "F0": cls.PAID, "F1": cls.PAID, "F2": cls.DENIED, "F3": cls.PAID, "F4": cls.FINALIZED_NO_PAYMENT,
        }  # fmt: skip
        if code in exact:
            return exact[code]
        return {"P": cls.PENDING, "R": cls.INFO_REQUESTED, "E": cls.ERROR}.get(code[:1])


class Adjustment(Record):
    """A CAS triple: group (CO, PR, OA, PI, CR), CARC and amount."""

    group: str
    code: str
    amount: Decimal | None = None


class ClaimLine(Record):
    line_number: int
    procedure_code: str | None = None
    modifiers: tuple[str, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    units: Decimal | None = None
    billed: Decimal | None = None
    allowed: Decimal | None = None
    paid: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    """RARC codes."""


class ListedClaim(Record):
    """What the portal's list says otherwise than the claim's own page; None where they agree or the list is silent."""

    status_text: str | None = None
    billed: Decimal | None = None
    paid: Decimal | None = None

    @property
    def sentence(self) -> str:
        amounts = (("billed", self.billed), ("paid", self.paid))
        says = [self.status_text, *(f"${amount:,.2f} {word}" for word, amount in amounts if amount is not None)]
        return f"The portal's list still says: {', '.join(filter(None, says))}."


class Claim(Record):
    claim_number: str
    """The payer's own (ICN, DCN): opaque, with its leading zeros, letters and suffixes."""
    patient_account: str | None = None
    member_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    lifecycle: Lifecycle | None = None
    """None when the portal's words fit no category: `status_text` still says what it said."""
    category_code: str | None = None
    status_code: str | None = None
    status_text: str | None = None
    provider_npi: str | None = None
    service_from: date | None = None
    service_to: date | None = None
    received_on: date | None = None
    finalized_on: date | None = None
    billed: Decimal | None = None
    allowed: Decimal | None = None
    paid: Decimal | None = None
    deductible: Decimal | None = None
    coinsurance: Decimal | None = None
    copay: Decimal | None = None
    patient_responsibility: Decimal | None = None
    check_number: str | None = None
    check_date: date | None = None
    lines: tuple[ClaimLine, ...] = ()
    listed: ListedClaim | None = None
    """Set where the list disagrees: lists lag behind. All else here is what the claim's own page says."""


class Claims(Answer):
    """Every claim that the question matches, by claim number."""

    outcome: Literal["claims"] = "claims"
    claims: tuple[Claim, ...]
    notes: tuple[str, ...] = ()
    """What the portal said beside the rows. Informational: valid rows stay valid."""

    @property
    def sentence(self) -> str:
        states = sorted({claim.lifecycle.value.replace("_", " ") for claim in self.claims if claim.lifecycle})
        return f"{counted(len(self.claims), 'claim')}: {', '.join(states) or 'state not stated'}."


class ClaimNotFound(PortalSays):
    outcome: Literal["claim_not_found"] = "claim_not_found"
    said = "The payer has no such claim."


class NotOnFileYet(PortalSays):
    """Not found, and the portal says that claims take days to appear."""

    outcome: Literal["not_on_file_yet"] = "not_on_file_yet"
    said = "The claim is not on file yet; payers need up to five business days."


ClaimStatusAnswer = Annotated[
    Claims
    | ClaimNotFound
    | NotOnFileYet
    | AskElsewhere
    | MemberNotFound
    | BirthDateMismatch
    | ProviderNotOnFile
    | NotAuthorised
    | NoAnswerNow
    | Mismatch,
    Field(discriminator="outcome"),
]
