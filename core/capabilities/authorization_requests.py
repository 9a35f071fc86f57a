"""A request for an authorization: one service for one patient, before it is rendered."""

from __future__ import annotations

import json
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
    Kind,
    Unit,
)
from core.capabilities.record import Answer
from core.capabilities.submissions import Filed, Submission
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
        if isinstance(found, AuthorizationNotFound):
            return ()
        if not isinstance(found, Authorizations):
            return None
        ours = (each for each in found.authorizations if self._is_this(each))
        return tuple(Filed(number=each.authorization_number, submitted_on=each.submitted_on) for each in ours)

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
