"""What the mailbox states of messages: a list by sender, and a page for each message."""

from datetime import date, datetime

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, integer, one_of, text
from bots.words import taken
from core.capabilities.common import NoAnswerNow
from core.capabilities.messages import Enclosure, OpenedMessage, Paragraph
from core.capabilities.record import Record
from payers.shapes.refusals import RefusalPage


def moment(printed: str) -> datetime:
    """From "11/20/2026 15:05", by the state's clock."""
    return datetime.strptime(printed, "%m/%d/%Y %H:%M")  # noqa: DTZ007 - the manifest knows the zone


def day_of(printed: str) -> date:
    return moment(printed).date()


class MenuPage(Page, page="menu"):
    """On the left of every page."""

    mailbox = Element()


class MailboxDownPage(RefusalPage[NoAnswerNow], page="mailbox_down"):
    means = NoAnswerNow


class ListedMessage(Record):
    id: str
    read: bool
    claim_numbers: tuple[str, ...]
    received_on: date
    files: int


class ListedMessages(Record):
    messages: tuple[ListedMessage, ...]
    total: int


class MessageRow(Part[ListedMessage]):
    id = Field(text)
    read = Field(one_of({"New": False, "Read": True}))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(day_of)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MailboxPage(ReadsInto[ListedMessages], page="mailbox"):
    """Ten messages a page, by sender: one of any day can be on any of them."""

    place = Field(taken("page", "number", parse=text), identifies="place")
    messages = Rows(MessageRow)
    total = Field(integer)
    next_page = Element()


class ParagraphItem(Part[Paragraph]):
    text = Field(text, optional=True, blank="")


class FileItem(Part[Enclosure]):
    title = Field(text)
    get = Element()


class MessagePage(ReadsInto[OpenedMessage], page="message"):
    id = Field(text, identifies="id")
    subject = Field(text)
    sender = Field(text, optional=True)
    category = Field(text, optional=True)
    received_on = Field(day_of)
    received_at = Field(moment)
    claim_numbers = Field(codes, optional=True, blank=())
    member_ids = Field(codes, optional=True, blank=())
    authorization_numbers = Field(codes, optional=True, blank=())
    paragraphs = Rows(ParagraphItem)
    enclosures = Rows(FileItem)
    back = Element()
