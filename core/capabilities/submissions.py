"""What is sent to a payer, whatever its kind: the files, the answers, and the mark by which it is sent exactly once."""

from __future__ import annotations

import hashlib
import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from core.capabilities.claim_status import ClaimNotFound
from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised, PortalSays, ProviderNotOnFile
from core.capabilities.files import Document
from core.capabilities.record import Answer, Query, Record
from core.phi import Phi

_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


class Enclosed(Record):
    """A file that is sent along. Its content is asked for by `sha256` and never part of a record."""

    title: Phi[str]
    """The name by which the practice knows it: often the patient's."""
    name: str
    """The one under which it is sent, made by the fleet: the portal's own list shows which content arrived."""
    size: int
    """In bytes."""
    sha256: str

    @classmethod
    def of(cls, title: str, data: bytes) -> Enclosed:
        digest = hashlib.sha256(data).hexdigest()
        return cls(title=Phi(title), name=f"file-{digest[:16]}{ending(title)}", size=len(data), sha256=digest)


def ending(title: str) -> str:
    """In small letters, with its dot; empty where there is none."""
    found = _ENDING.fullmatch("." + title.rpartition(".")[2].lower()) if "." in title else None
    return found.group() if found else ""


@dataclass(frozen=True)
class Received:
    """By what a portal is asked after something that it has."""

    number: str
    """As it confirmed it."""
    on: date
    """The day on which it was sent; this and the next in the portal's own calendar."""
    today: date


@dataclass(frozen=True)
class Standing:
    """How far the payer is with something that it has received."""

    status: str | None = None
    """A word of its kind; None where the portal states nothing."""
    decided: bool = False
    decided_on: date | None = None
    against: bool = False
    """Wholly or partly; the practice may object."""
    wants_answer: bool = False
    """The payer waits for the practice."""
    told: str | None = None
    """In a few words, without patient data: how much of it was approved, or accepted."""


class Filed(Record):
    """A line of a portal's worklist: something that the portal has received."""

    number: str
    """What the portal calls it: confirmation, ticket or case number."""
    submitted_on: date | None = None
    letter: Document | None = None
    """What the payer says to it, where that was asked for."""

    @property
    def standing(self) -> Standing:
        return Standing()


class Worklist(Answer, ABC):
    """What the portal shows of what was sent about the subject of a submission. New ones appear only after a while."""

    @property
    @abstractmethod
    def filed(self) -> tuple[Filed, ...]: ...


class Submission(Query, ABC):
    """Something to be sent, as a person asked for it. Subclasses have a `kind` and say what it is about."""

    kind: str
    files: tuple[Enclosed, ...] = ()

    def phi_values(self) -> list[str]:
        return [*super().phi_values(), *(file.title.reveal() for file in self.files)]

    @abstractmethod
    def worklist_query(self) -> Query:
        """The question that is answered by a Worklist of this kind and subject, or by a refusal."""

    def follow_up_query(self, _received: Received, /) -> Query:
        """How far the payer is; what it says to it is taken along. Put to `Sending.followed_by`."""
        return self.worklist_query()

    def followed(self, found: Answer, received: Received, /) -> tuple[Filed, ...] | None:
        """What that answer shows of it; None where it is a refusal, which tells nothing."""
        if not isinstance(found, Worklist):
            return None
        return tuple(each for each in found.filed if each.number == received.number)

    def among(self, found: Answer) -> tuple[Filed, ...] | None:
        """What of that answer is of this kind and subject; None where it is no worklist but a refusal."""
        return found.filed if isinstance(found, Worklist) else None

    @abstractmethod
    def subject(self) -> str:
        """What it is about, in the payer's identifiers: two that say the same of the same are one."""

    def content(self, portal: str, payer: str | None) -> str:
        """What makes it this one and no other. Texts that a person may word anew are no part of it."""
        files = sorted(file.sha256 for file in self.files)
        return json.dumps([type(self).__name__, portal, payer, self.kind, self.subject(), files])


class Confirmed(Answer):
    """The portal has it. `number` is what the portal calls it: confirmation, ticket or case number."""

    outcome: Literal["confirmed"] = "confirmed"
    number: str
    received_on: date | None = None
    received_at: datetime | None = None
    """Where the portal prints the time of day as well."""
    message: str | None = None
    """The portal's own sentence; it can hold patient data."""
    found: bool = False
    """Seen on the portal's worklist afterwards, rather than on the page that follows the click."""

    @property
    def sentence(self) -> str:
        return "Found on the portal's worklist: it was received." if self.found else "The portal has received it."


class Refused(PortalSays):
    """The portal did not take it, and says why: before the click, or in answer to it."""

    outcome: Literal["refused"] = "refused"
    said = "The portal did not take it; its own sentence says why."


class AlreadyFiled(PortalSays):
    """The portal has one of this kind for this already, so this one was not sent."""

    outcome: Literal["already_filed"] = "already_filed"
    number: str | None = None
    received_on: date | None = None
    said = "The portal has one of this kind already; nothing was sent."


class Reviewed(Answer):
    """A rehearsal: everything was filled in, up to the page with the button that sends, and nothing was sent."""

    outcome: Literal["reviewed"] = "reviewed"

    @property
    def sentence(self) -> str:
        return "Filled in up to the review page; nothing was sent."


SubmissionAnswer = Annotated[
    Confirmed
    | Refused
    | AlreadyFiled
    | Reviewed
    | ClaimNotFound
    | ProviderNotOnFile
    | NotAuthorised
    | NoAnswerNow
    | Mismatch,
    Field(discriminator="outcome"),
]
