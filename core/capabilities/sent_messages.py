"""Messages to a payer, with attachments, and the portal's Sent folder, which proves that they arrived. None means "the
portal does not state it".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Filed, Submission, Worklist
from core.checks import ordered, service_day
from core.counted import counted
from core.phi import Phi

LONGEST_RANGE = timedelta(days=92)
_LOOKED_BACK = timedelta(days=31)
"""How long ago the very same may have been sent, by hand or by a fleet whose store was lost."""
_AHEAD = timedelta(days=1)
"""By which the portal's calendar may differ from ours."""
_MARK_DIGITS = 12
_REPLY = "re: "
_window = service_day(back=timedelta(days=3 * 366), ahead=_AHEAD)


class OutgoingKind(StrEnum):
    MESSAGE = "message"
    REPLY = "reply"


class Topic(StrEnum):
    """What portals ask a new message to be about."""

    CLAIM = "claim"
    AUTHORIZATION = "authorization"
    ELIGIBILITY = "eligibility"
    PAYMENT = "payment"
    ENROLLMENT = "enrollment"
    """Of the provider: credentialing, addresses, rosters."""
    OTHER = "other"


class OutgoingMessage(Submission):
    """To be sent. A reply is to a message that the payer wrote; `subject_line` and `received_on` are that one's, by
    which it is found without opening others.
    """

    kind: OutgoingKind
    subject_line: Phi[str]
    body: Phi[str]
    topic: Topic | None = None
    claim_number: Phi[str] | None = None
    """The claim that the portal is to relate it to."""
    in_reply_to: Phi[str] | None = None
    """The portal's own number of the message, as `fleet pull messages` tells it."""
    received_on: date | None = None

    _received_on = field_validator("received_on")(_window)

    @model_validator(mode="after")
    def _whole(self) -> OutgoingMessage:
        of_reply = {name: getattr(self, name) is not None for name in ("in_reply_to", "received_on")}
        for name, given in of_reply.items():
            if self.kind is OutgoingKind.REPLY and not given:
                raise ValueError(f"{name} is needed: a reply is to one message of the payer's")
            if self.kind is OutgoingKind.MESSAGE and given:
                raise ValueError(f"{name} belongs to a reply")
        for name in ("subject_line", "body"):
            if not getattr(self, name).reveal():
                raise ValueError(f"{name} is empty")
        return self

    @property
    def mark(self) -> str:
        """Made of all that is sent, so that this very message is known by it wherever its text is shown."""
        files = sorted(file.sha256 for file in self.files)
        told = json.dumps([self.subject(), files]).encode()
        return hashlib.sha256(told).hexdigest()[:_MARK_DIGITS].upper()

    @property
    def text(self) -> str:
        """As it is sent: under the words of whoever wrote it stands the mark (docs/adr/0015)."""
        return f"{self.body.reveal()}\n\nOur reference: {self.mark}"

    @property
    def printed_subject(self) -> str:
        """As portals word that of a reply."""
        return f"{'Re: ' * (self.kind is OutgoingKind.REPLY)}{self.subject_line.reveal()}"

    def answers(self, shown: str) -> bool:
        """Whether a list's message, its subject possibly cut off, may be the one that is answered."""
        return _same_subject(shown, self.subject_line.reveal())

    def subject(self) -> str:
        """All of its words: who writes otherwise writes something else."""
        known = (self.in_reply_to, self.claim_number, self.subject_line, self.body)
        return json.dumps([self.kind, self.topic, *(each.reveal() if each else None for each in known)])

    def worklist_query(self) -> SentMessagesQuery:
        today = date.today()
        return SentMessagesQuery(from_date=today - _LOOKED_BACK, to_date=today + _AHEAD, subject_line=self.subject_line)

    def among(self, found: Answer) -> tuple[Filed, ...] | None:
        listed = super().among(found)
        return listed and tuple(each for each in listed if isinstance(each, SentMessage) and self.mark in each.body)


class SentMessagesQuery(Query):
    """What the Sent folder shows of some days, both inclusive, in the portal's own calendar."""

    from_date: date
    to_date: date
    subject_line: Phi[str] | None = None
    """Only messages with this subject, and replies to such."""
    claim_number: Phi[str] | None = None
    """Only what the portal relates to this claim, by its whole number."""

    _from_date = field_validator("from_date")(_window)
    _to_date = field_validator("to_date")(_window)

    @model_validator(mode="after")
    def _a_range(self) -> SentMessagesQuery:
        ordered(self.from_date, self.to_date, longest=LONGEST_RANGE)
        return self

    def wants_whole(self, message: SentMessage) -> bool:
        """Once its subject is known in full."""
        sent_on = message.submitted_on or self.from_date
        return self.wants(subject=message.subject, claim_numbers=message.claim_numbers, sent_on=sent_on)

    def wants(self, *, subject: str, claim_numbers: Iterable[str], sent_on: date) -> bool:
        """By what a list shows, whose subjects may be cut off (…)."""
        return (
            self.from_date <= sent_on <= self.to_date
            and (self.claim_number is None or self.claim_number.reveal().upper() in claim_numbers)
            and (self.subject_line is None or _same_subject(subject, self.subject_line.reveal()))
        )


def _same_subject(shown: str, wanted: str) -> bool:
    plain, words = " ".join(shown.split()).casefold(), " ".join(wanted.split()).casefold()
    cut = plain.removesuffix("…").removesuffix("...").rstrip()
    return any(whole == plain or (cut != plain and whole.startswith(cut)) for whole in (words, _REPLY + words))


class SentMessage(Filed):
    """`number` is the portal's own, `submitted_on` the day on which it was sent."""

    subject: str
    """Whole, also where the list cuts it off."""
    body: str
    """The full text, one line for each paragraph."""
    topic: str | None = None
    """In the portal's words."""
    sent_at: datetime | None = None
    """With the portal's time zone, where it prints a time of day."""
    claim_numbers: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()


class SentMessages(Worklist):
    """All that was sent in those days, newest first. None at all is an answer too."""

    outcome: Literal["sent_messages"] = "sent_messages"
    messages: tuple[SentMessage, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, listed: Iterable[SentMessage], *notes: str) -> SentMessages:
        newest_first = sorted(listed, key=lambda each: (each.submitted_on or date.min, each.number), reverse=True)
        return cls(messages=tuple(newest_first), notes=notes)

    @property
    def filed(self) -> tuple[Filed, ...]:
        return self.messages

    @property
    def sentence(self) -> str:
        count = len(self.messages)
        return f"{counted(count, 'message', none='No')} in the Sent folder."


SentMessagesAnswer = Annotated[SentMessages | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")]
