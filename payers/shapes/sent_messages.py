"""What portals show of messages to payers: the page before the click, and the Sent folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import codes, text
from bots.words import word
from core.capabilities.messages import Paragraph
from core.capabilities.record import Record
from core.capabilities.sent_messages import OutgoingMessage, SentMessage, Topic
from core.errors import PortalChanged
from payers.shapes.messages import ParagraphItem
from payers.shapes.submissions import Named, NameItem, check_attached

R = TypeVar("R", bound=Record)

TOPIC = word("topic", Topic | None)
"""None: a reply has none, and pages say so."""


class Written(Record):
    """A message as it will be sent, or as it was."""

    paragraphs: tuple[Paragraph, ...]
    documents: tuple[Named, ...]

    @property
    def body(self) -> str:
        return "\n".join(each.text for each in self.paragraphs)


class Shown(Written):
    number: str
    subject: str
    topic: str | None
    submitted_on: date
    sent_at: datetime | None = None
    claim_numbers: tuple[str, ...]

    def message(self, *, sent_at: datetime | None = None) -> SentMessage:
        """`sent_at` with the portal's time zone."""
        known = {name: value for name, value in self if name in SentMessage.model_fields}
        names = tuple(each.name for each in self.documents)
        return SentMessage(**{**known, "body": self.body, "file_names": names, "sent_at": sent_at})


class WrittenPage(ReadsInto[R]):
    paragraphs = Rows(ParagraphItem)
    documents = Rows(NameItem)


class CheckPage(WrittenPage[Written]):
    """All that will be sent, and the button that sends it."""

    topic = Field(TOPIC, optional=True, identifies="topic")
    subject = Field(text, identifies="subject")
    claim_numbers = Field(codes, optional=True, blank=(), identifies="claim_numbers")
    send = Element(write=True)


class ShownPage(WrittenPage[Shown]):
    """One message of the Sent folder."""

    number = Field(text, identifies="number")
    subject = Field(text)
    topic = Field(text, optional=True)
    claim_numbers = Field(codes, optional=True, blank=())


def check_written(page: Page, wanted: OutgoingMessage, shown: Written) -> None:
    """The page before the click shows the whole text and the files that were handed over. Raises PortalChanged."""
    if shown.body.split() != wanted.text.split():
        raise PortalChanged(page.page_name, "paragraphs", detail="not the text that was written")
    check_attached(page, wanted, shown.documents)


def related(wanted: OutgoingMessage) -> Sequence[str] | None:
    """The claim that the page must name; None where any may stand there, as beside a reply."""
    return (wanted.claim_number.reveal().upper(),) if wanted.claim_number else None
