"""What it takes until a portal is open to an organization: payers/<portal>/registration.yaml, as data."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepKind(StrEnum):
    """In the order in which they come up."""

    DOCUMENT = "document"
    """To have at hand: W-9, NPI, TIN."""
    SIGNATURE = "signature"
    SENT = "sent"
    """To the portal or the payer."""
    ACCOUNT = "account"
    ROLE = "role"
    SECOND_FACTOR = "second_factor"
    CONSENT = "consent"
    PROOF = "proof"


class RegistrationStep(_Data):
    id: str
    kind: StepKind
    what: str
    """One sentence or less, as an item of a checklist."""
    whose: str
    """Who does it, or signs it."""
    source: str | None = None
    """Documented, observed, or assumed; None for what is common practice."""


class Checklist(_Data):
    verified: date
    """The day on which somebody last compared it with what the portal asks for."""
    steps: tuple[RegistrationStep, ...] = ()
    leaves_out: tuple[str, ...] = ()
    """Ids of common steps that this portal does not want."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Checklist:
        ids = [step.id for step in self.steps]
        if len(ids) != len(set(ids)):
            raise ValueError("two steps have the same id")
        return self

    def of_portal(self, own: Checklist) -> Checklist:
        """This one is what is common to all. Raises ValueError where `own` leaves out what nobody asks for."""
        if unknown := set(own.leaves_out) - {step.id for step in self.steps}:
            raise ValueError(f"leaves_out names “{min(unknown)}”, which is no common step")
        steps = {step.id: step for step in self.steps if step.id not in own.leaves_out}
        steps |= {step.id: step for step in own.steps}
        order = list(StepKind)
        return Checklist(
            verified=own.verified, steps=tuple(sorted(steps.values(), key=lambda each: order.index(each.kind)))
        )
