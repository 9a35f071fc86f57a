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
from core.capabilities.messages import Message, MessageKind, Messages, MessagesQuery, same_subject
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Filed, Received, Standing, Submission, Worklist
from core.checks import ordered, service_day
from core.counted import counted
from core.identifiers import same_number
from core.phi import Phi

LONGEST_RANGE = timedelta(days=92)
_LOOKED_BACK = timedelta(days=31)
"""How long ago the very same may have been sent, by hand or by a fleet whose store was lost."""
_AHEAD = timedelta(days=1)
"""By which the portal's calendar may differ from ours."""
_MARK_DIGITS = 12
_REFERENCE = "Our reference:"
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
        return f"{self.body.reveal()}\n\n{_REFERENCE} {self.mark}"

    @property
    def printed_subject(self) -> str:
        """As portals word that of a reply."""
        return f"{'Re: ' * (self.kind is OutgoingKind.REPLY)}{self.subject_line.reveal()}"

    def answers(self, shown: str) -> bool:
        """Whether a list's message, its subject possibly cut off, may be the one that is answered."""
        return same_subject(shown, self.subject_line.reveal())

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

    def follow_up_query(self, received: Received, /) -> MessagesQuery:
        """What came since with this subject: nothing else is opened, since that would count as read."""
        since = max(received.on, received.today - LONGEST_RANGE)
        return MessagesQuery(
            from_date=since, to_date=received.today, kind=MessageKind.MESSAGE, subject_line=self.subject_line
        )

    def followed(self, found: Answer, received: Received, /) -> tuple[Filed, ...] | None:
        """Always one: as long as nobody has answered, it waits."""
        if not isinstance(found, Messages):
            return None
        answers = [each for each in found.messages if self._answered_by(each, received.on)]
        answer = answers[-1] if answers else None
        letter = next((each for each in answer.attachments if each.problem is None), None) if answer else None
        return (Answered(number=received.number, submitted_on=received.on, answer=answer, letter=letter),)

    def _answered_by(self, message: Message, sent_on: date) -> bool:
        """Whoever answers may quote the mark. Without one, it is by its subject and claim, and of a later day."""
        body = message.body or ""
        if self.mark in body:
            return True
        mine = self.claim_number.reveal() if self.claim_number else None
        about = mine is None or any(same_number(each, mine) for each in message.claim_numbers)
        return about and message.received_on > sent_on and _REFERENCE not in body and self.answers(message.subject)


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
            and (self.claim_number is None or any(same_number(it, self.claim_number.reveal()) for it in claim_numbers))
            and (self.subject_line is None or same_subject(subject, self.subject_line.reveal()))
        )


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


class Answered(Filed):
    """A message of ours, with the first that the payer wrote to it."""

    answer: Message | None

    @property
    def standing(self) -> Standing:
        if self.answer is None:
            return Standing("not_answered")
        return Standing("answered", decided=True, decided_on=self.answer.received_on)


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
