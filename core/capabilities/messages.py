"""Messages and notifications: what a payer writes to the practice, with what it attaches. None means "the portal does
not state it".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.files import Document
from core.capabilities.record import Answer, Query, Record, Sought
from core.checks import known_npi, ordered, service_day
from core.counted import counted
from core.identifiers import same_number
from core.phi import Phi

_REPLY = "re: "
LONGEST_RANGE = timedelta(days=92)
"""Each message is opened and its attachments are taken: a quarter at a time."""
_window = service_day(back=timedelta(days=3 * 366), ahead=timedelta(days=1))


class MessageKind(StrEnum):
    MESSAGE = "message"
    """Has a text of its own, often a sender, and can be opened."""
    NOTIFICATION = "notification"
    """One sentence, as behind a portal's bell."""


class MessagesQuery(Query):
    """By the days on which they came, both inclusive, in the portal's own calendar."""

    from_date: date
    to_date: date
    kind: MessageKind | None = None
    """Both when None."""
    unread_only: bool = False
    claim_number: Phi[str] | None = None
    """Only what the portal relates to this claim, by its whole number."""
    provider_npi: str | None = None
    subject_line: Phi[str] | None = None
    """Only messages with this subject, and replies to such."""

    _from_date = field_validator("from_date")(_window)
    _to_date = field_validator("to_date")(_window)
    _provider_npi = field_validator("provider_npi")(known_npi)

    @model_validator(mode="after")
    def _a_range(self) -> MessagesQuery:
        ordered(self.from_date, self.to_date, longest=LONGEST_RANGE)
        return self

    def sought(self) -> Sought:
        return Sought("to_date", self.to_date, (self.kind,) if self.kind else tuple(MessageKind))

    def about(self, claim_numbers: Iterable[str]) -> bool:
        """Whether what is related to these claims is asked for."""
        return self.claim_number is None or any(same_number(each, self.claim_number.reveal()) for each in claim_numbers)

    def titled(self, shown: str | None) -> bool:
        """Whether it may be asked for by its subject, as a list shows it: perhaps cut off (…), or not at all."""
        return self.subject_line is None or shown is None or same_subject(shown, self.subject_line.reveal())

    def wants(self, message: Message) -> bool:
        """For what a portal's own search cannot narrow."""
        unread = message.read is False or not self.unread_only
        meant = self.about(message.claim_numbers) and self.titled(message.subject)
        return meant and unread and self.from_date <= message.received_on <= self.to_date


def same_subject(shown: str, wanted: str) -> bool:
    """Or that of a reply to it. `shown` may be cut off (…)."""
    plain, words = " ".join(shown.split()).casefold(), " ".join(wanted.split()).casefold()
    cut = plain.removesuffix("…").removesuffix("...").rstrip()
    return any(whole == plain or (cut != plain and whole.startswith(cut)) for whole in (words, _REPLY + words))


class Message(Record):
    id: str | None = None
    """The portal's own."""
    kind: MessageKind
    subject: str
    """Whole, also where the list cuts it off."""
    sender: str | None = None
    received_on: date
    """As the portal's calendar has it."""
    received_at: datetime | None = None
    """With the portal's time zone, where it prints a time of day."""
    read: bool | None = None
    """As it was before the fleet opened the message, which marks it read for everyone who uses the account."""
    category: str | None = None
    """In the portal's words."""
    body: str | None = None
    """The full text, one line for each paragraph; None for a message without one."""
    claim_numbers: tuple[str, ...] = ()
    member_ids: tuple[str, ...] = ()
    authorization_numbers: tuple[str, ...] = ()
    attachments: tuple[Document, ...] = ()
    """What was refused, a web page in disguise for one, is among them with its problem."""


class Paragraph(Record):
    text: str


class Enclosure(Record):
    title: str


class OpenedMessage(Message):
    """A message on the page that shows it: its text in paragraphs, its attachments not taken yet."""

    paragraphs: tuple[Paragraph, ...]
    enclosures: tuple[Enclosure, ...]

    def whole(self, attachments: Iterable[Document], **known: Any) -> Message:
        """`known` is what its page does not state."""
        values = {name: value for name, value in self if name in Message.model_fields}
        body = "\n".join(each.text for each in self.paragraphs) or None
        return Message(**{**values, **known, "body": body, "attachments": tuple(attachments)})


class Messages(Answer):
    """All that came in those days, newest first. None at all is an answer too."""

    outcome: Literal["messages"] = "messages"
    messages: tuple[Message, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, messages: list[Message], *notes: str) -> Messages:
        """Says by itself that messages were opened which nobody had read."""
        opened = sum(each.read is False for each in messages)
        newest_first = sorted(messages, key=lambda each: (each.received_on, each.id or ""), reverse=True)
        told = (f"{opened} of them had not been read; the portal counts them as read now.",) if opened else ()
        return cls(messages=tuple(newest_first), notes=(*told, *notes))

    @property
    def sentence(self) -> str:
        count = len(self.messages)
        said = counted(count, "message", none="No")
        if unread := sum(each.read is False for each in self.messages):
            said += f", {unread} unread before"
        files = [document for each in self.messages for document in each.attachments]
        if files:
            refused = sum(each.problem is not None for each in files)
            said += f"; {counted(len(files), 'attachment')}" + (f", {refused} refused" if refused else "")
        return f"{said}."


MessagesAnswer = Annotated[Messages | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")]
