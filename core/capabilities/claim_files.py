"""Files of claims (837): sent whole, and what is acknowledged of each. None means "the portal does not state it"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.files import Document
from core.capabilities.record import Query, Record
from core.capabilities.submissions import Filed, Received, Standing, Submission, Worklist
from core.counted import counted


class ClaimFileKind(StrEnum):
    CLAIMS = "claims"


class ClaimFile(Submission):
    """To be sent. All but its file stands in the file itself."""

    kind: ClaimFileKind
    control_number: str
    """ISA13: whoever takes files refuses a second one of the same sender and number."""
    sender: str
    """ISA06."""
    claims: int
    charges: Decimal

    def subject(self) -> str:
        return f"{self.sender} {self.control_number}"

    def worklist_query(self) -> ClaimFilesQuery:
        return ClaimFilesQuery(control_number=self.control_number)

    def follow_up_query(self, _received: Received, /) -> ClaimFilesQuery:
        return ClaimFilesQuery(control_number=self.control_number, letters=True)


class ClaimFilesQuery(Query):
    """What the portal shows of the files that it was sent under a control number."""

    control_number: str
    letters: bool = False
    """Its acknowledgements (999, 277CA) are taken as well, and read."""


class ClaimFileStatus(StrEnum):
    RECEIVED = "received"
    """Nobody has looked into it yet."""
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    """Some of its claims are rejected: those are mended and sent in another file."""
    REJECTED = "rejected"
    """None of its claims went on."""


class ClaimFate(StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    """It goes on, and something in it should be mended next time."""
    REJECTED = "rejected"


class AcknowledgedClaim(Record):
    account: str
    """The patient control number under which the practice sent it."""
    fate: ClaimFate
    payer_claim_number: str | None = None
    reasons: tuple[str, ...] = ()
    """In a biller's words."""


class FiledClaimFile(Filed):
    control_number: str
    file_name: str | None = None
    status: ClaimFileStatus | None = None
    status_text: str | None = None
    """In the portal's own words."""
    acknowledged: tuple[AcknowledgedClaim, ...] = ()
    faults: tuple[str, ...] = ()
    """Of the file as a whole, or of a segment in it."""
    documents: tuple[Document, ...] = ()
    """The acknowledgements."""

    @property
    def standing(self) -> Standing:
        decided = self.status not in (None, ClaimFileStatus.RECEIVED)
        against = self.status in (ClaimFileStatus.PARTLY_ACCEPTED, ClaimFileStatus.REJECTED)
        rejected = sum(each.fate is ClaimFate.REJECTED for each in self.acknowledged)
        told = f"{counted(len(self.acknowledged), 'claim')} acknowledged, {rejected or 'none'} rejected"
        return Standing(self.status, decided, None, against, told=told if self.acknowledged else None)


class ClaimFiles(Worklist):
    """Newest first. None at all is an answer too."""

    outcome: Literal["claim_files"] = "claim_files"
    files: tuple[FiledClaimFile, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, listed: Iterable[FiledClaimFile], query: ClaimFilesQuery, *notes: str) -> ClaimFiles:
        found = [each for each in listed if each.control_number == query.control_number]
        found.sort(key=lambda each: (each.submitted_on or date.min, each.number), reverse=True)
        return cls(files=tuple(found), notes=notes)

    @property
    def filed(self) -> tuple[FiledClaimFile, ...]:
        return self.files

    @property
    def sentence(self) -> str:
        if not self.files:
            return "The portal shows no file with this control number."
        claims = [claim for each in self.files for claim in each.acknowledged]
        rejected = sum(claim.fate is ClaimFate.REJECTED for claim in claims)
        told = f"; {len(claims)} claims acknowledged, {rejected or 'none'} rejected" if claims else ""
        return f"{len(self.files)} with this control number{told}."


ClaimFilesAnswer = Annotated[ClaimFiles | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")]
