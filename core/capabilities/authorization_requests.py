"""A request for an authorization: one service for one patient, before it is rendered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.authorizations import (
    LONGEST_RANGE,
    Authorization,
    AuthorizationNotFound,
    Authorizations,
    AuthorizationsQuery,
    AuthorizedService,
    Decision,
    Kind,
    Unit,
)
from core.capabilities.record import Answer
from core.capabilities.submissions import Filed, Received, Standing, Submission
from core.checks import born, known_npi, ordered, service_day
from core.phi import Phi

KINDS = ("authorization",)
_window = service_day(back=timedelta(days=92), ahead=timedelta(days=366))


class AuthorizationRequest(Submission):
    """To be sent; several services are several requests. What becomes of it is asked by its number or by the member."""

    kind: Literal["authorization"]
    member_id: Phi[str]
    birth_date: Phi[date]
    provider_npi: str | None = None
    """Who orders it."""
    servicing_npi: str | None = None
    service_kind: Kind
    service_from: date
    service_to: date
    procedure_code: str
    """HCPCS or CPT."""
    unit: Unit
    units: Decimal = Field(gt=0)
    diagnosis_code: Phi[str] | None = None
    """ICD-10-CM."""
    narrative: Phi[str] | None = None
    """Why it is needed, in words."""
    contact_name: str | None = None
    contact_phone: str | None = None

    _birth_date = field_validator("birth_date")(born)
    _npis = field_validator("provider_npi", "servicing_npi")(known_npi)
    _service_days = field_validator("service_from", "service_to")(_window)

    @model_validator(mode="after")
    def _a_range(self) -> AuthorizationRequest:
        if self.service_from > self.service_to:
            raise ValueError("service_from lies after service_to")
        ordered(self.service_from, self.service_to, longest=LONGEST_RANGE)
        return self

    def subject(self) -> str:
        who = (self.member_id.reveal().upper(), self.birth_date.reveal().isoformat())
        days = (self.service_from.isoformat(), self.service_to.isoformat())
        return json.dumps([*who, self.service_kind, *days, self.procedure_code.upper()])

    def worklist_query(self) -> AuthorizationsQuery:
        """Everything of the member on those days, whoever asked for it."""
        return AuthorizationsQuery(
            member_id=self.member_id,
            birth_date=self.birth_date,
            from_date=self.service_from,
            to_date=self.service_to,
            provider_npi=self.provider_npi,
        )

    def among(self, found: Answer) -> tuple[Filed, ...] | None:
        return _filed(found, self._is_this)

    def follow_up_query(self, received: Received, /) -> AuthorizationsQuery:
        """By its number alone: what is certified in the end may be of other days, or of another code."""
        return AuthorizationsQuery(authorization_number=Phi(received.number), provider_npi=self.provider_npi)

    def followed(self, found: Answer, received: Received, /) -> tuple[Filed, ...] | None:
        return _filed(found, lambda each: received.number in (each.authorization_number, each.tracking_number))

    def _is_this(self, each: Authorization) -> bool:
        """What the portal does not state may be ours: the worklist was empty of such before the click."""
        stated = (
            (each.kind, self.service_kind),
            (each.service_from, self.service_from),
            (each.service_to, self.service_to),
        )
        codes = {line.procedure_code for line in each.lines}
        return all(shown in (None, ours) for shown, ours in stated) and (
            not codes or None in codes or self.procedure_code.upper() in codes
        )


class FiledRequest(Filed):
    authorization: Authorization

    @classmethod
    def of(cls, shown: Authorization) -> FiledRequest:
        return cls(number=shown.authorization_number, submitted_on=shown.submitted_on, authorization=shown)

    @property
    def standing(self) -> Standing:
        shown = self.authorization
        pended = shown.decision is Decision.PENDED and shown.next_step is not None
        return Standing(
            status=shown.decision,
            decided=shown.decision not in (None, Decision.PENDED, Decision.CONTACT_PAYER),
            decided_on=shown.decided_on,
            against=shown.decision in (Decision.NOT_CERTIFIED, Decision.PARTLY_CERTIFIED, Decision.MODIFIED),
            wants_answer=pended or shown.decision is Decision.CONTACT_PAYER,
            told="; ".join(filter(None, map(_approved, shown.lines))) or None,
        )


def _filed(found: Answer, ours: Callable[[Authorization], bool]) -> tuple[Filed, ...] | None:
    if isinstance(found, AuthorizationNotFound):
        return ()
    if not isinstance(found, Authorizations):
        return None
    return tuple(FiledRequest.of(each) for each in found.authorizations if ours(each))


def _approved(line: AuthorizedService) -> str | None:
    if line.units_approved is None:
        return None
    of = f" of {line.units_requested.normalize():f}" if line.units_requested is not None else ""
    unit = f" {line.unit.value}" if line.unit else ""
    return f"{line.units_approved.normalize():f}{of}{unit} approved"
