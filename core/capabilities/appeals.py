"""Appeals and what comes before them: asking a payer to decide on a claim anew. None means "the portal does not state
it".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.record import Query
from core.capabilities.submissions import Filed, Received, Standing, Submission, Worklist
from core.checks import born, known_npi, service_day
from core.identifiers import same_number
from core.phi import Phi

_decided = service_day(back=timedelta(days=3 * 366), ahead=timedelta(days=0))


class AppealKind(StrEnum):
    RECONSIDERATION = "reconsideration"
    """The first step: the payer looks again."""
    APPEAL = "appeal"
    """The formal one, mostly against the decision on a reconsideration."""


class AppealReason(StrEnum):
    MEDICAL_NECESSITY = "medical_necessity"
    AUTHORIZATION = "authorization"
    TIMELY_FILING = "timely_filing"
    CODING = "coding"
    PAYMENT_AMOUNT = "payment_amount"
    COORDINATION_OF_BENEFITS = "coordination_of_benefits"
    ELIGIBILITY = "eligibility"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Appeal(Submission):
    """To be sent. Which of its fields a portal cannot do without, its manifest says."""

    kind: AppealKind
    claim_number: Phi[str]
    member_id: Phi[str] | None = None
    birth_date: Phi[date] | None = None
    first_name: Phi[str] | None = None
    last_name: Phi[str] | None = None
    provider_npi: str | None = None
    decided_on: date | None = None
    """Of the decision that is appealed against, as the EOP, 835 or letter has it: deadlines count from that day."""
    reason: AppealReason | None = None
    narrative: Phi[str] | None = None
    """The provider's argument, in words."""
    contact_name: str | None = None
    contact_phone: str | None = None

    _birth_date = field_validator("birth_date")(born)
    _provider_npi = field_validator("provider_npi")(known_npi)
    _decided_on = field_validator("decided_on")(_decided)

    def subject(self) -> str:
        return self.claim_number.reveal().upper()

    def worklist_query(self) -> AppealsQuery:
        return AppealsQuery(claim_number=self.claim_number, kind=self.kind)

    def follow_up_query(self, _received: Received, /) -> AppealsQuery:
        return AppealsQuery(claim_number=self.claim_number, kind=self.kind, letters=True)


class AppealsQuery(Query):
    """What the portal's worklist shows of a claim, of one kind or of all."""

    claim_number: Phi[str]
    kind: AppealKind | None = None
    letters: bool = False
    """The letters of what is decided are taken as well."""

    def means(self, claim_number: str, kind: AppealKind | None) -> bool:
        """Portals list every claim number that begins with the one asked for: longer ones are not meant."""
        return same_number(claim_number, self.claim_number.reveal()) and self.kind in {None, kind}


class FilingStatus(StrEnum):
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFORMATION_REQUESTED = "information_requested"
    """The payer waits for the practice."""
    UPHELD = "upheld"
    """The payer stands by its decision."""
    OVERTURNED = "overturned"
    PARTLY_OVERTURNED = "partly_overturned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    """Not looked into at all: too late, not appealable, incomplete."""


class FiledAppeal(Filed):
    claim_number: str
    kind: AppealKind
    status: FilingStatus | None = None
    status_text: str | None = None
    """In the portal's own words."""
    decided_on: date | None = None
    file_names: tuple[str, ...] | None = None

    @property
    def standing(self) -> Standing:
        return Standing(
            status=self.status,
            decided=self.decided_on is not None or self.status in _DECIDED,
            decided_on=self.decided_on,
            against=self.status in _AGAINST,
            wants_answer=self.status is FilingStatus.INFORMATION_REQUESTED,
        )


_AGAINST = (FilingStatus.UPHELD, FilingStatus.PARTLY_OVERTURNED, FilingStatus.REJECTED)
_DECIDED = (*_AGAINST, FilingStatus.OVERTURNED, FilingStatus.WITHDRAWN)


class Appeals(Worklist):
    """All of the claim, newest first. None at all is an answer too."""

    outcome: Literal["appeals"] = "appeals"
    appeals: tuple[FiledAppeal, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, listed: Iterable[FiledAppeal], query: AppealsQuery, *notes: str) -> Appeals:
        found = [each for each in listed if query.means(each.claim_number, each.kind)]
        found.sort(key=lambda each: (each.submitted_on or date.min, each.number), reverse=True)
        return cls(appeals=tuple(found), notes=notes)

    @property
    def filed(self) -> tuple[FiledAppeal, ...]:
        return self.appeals

    @property
    def sentence(self) -> str:
        if not self.appeals:
            return "The portal's worklist shows none for this claim."
        count = len(self.appeals)
        decided = sum(each.decided_on is not None for each in self.appeals)
        return f"{count} on the portal's worklist for this claim, {decided or 'none'} decided."


AppealsAnswer = Annotated[Appeals | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")]
