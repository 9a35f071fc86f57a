"""What UCare's message center states of messages, and its bell of notifications."""

from datetime import date, datetime

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, one_of, text, us_date, us_moment
from core.capabilities.record import Record


class MessageCenterPage(Page, page="message_center"):
    from_date = Element()
    to_date = Element()
    show = Element()


class ListedMessage(Record):
    number: str
    read: bool
    claim_number: str | None
    received_on: date
    files: int


class ListedMessages(Record):
    messages: tuple[ListedMessage, ...]
    total: int


class MessageRow(Part[ListedMessage]):
    """Its subject is cut off: the message itself has it whole."""

    number = Field(text)
    read = Field(one_of({"Read": True, "Unread": False}))
    claim_number = Field(text, optional=True)
    received_on = Field(us_date)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MessageListPage(ReadsInto[ListedMessages], page="message_list"):
    """Ten messages a page, with the days that were searched."""

    page_number = Field(integer, identifies="page")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    messages = Rows(MessageRow)
    total = Field(integer)
    next_page = Element()


class Paragraph(Record):
    text: str


class ParagraphItem(Part[Paragraph]):
    text = Field(text, optional=True, blank="")


class Enclosure(Record):
    title: str


class EnclosureItem(Part[Enclosure]):
    title = Field(text)
    get = Element()


class OpenMessage(Record):
    number: str
    subject: str
    sender: str | None
    category: str | None
    received_at: datetime
    claim_number: str | None
    member_id: str | None
    authorization_number: str | None
    paragraphs: tuple[Paragraph, ...]
    attachments: tuple[Enclosure, ...]


class MessagePage(ReadsInto[OpenMessage], page="message"):
    """Beside the list; the message that was opened before stays until this one is there."""

    number = Field(text, identifies="number")
    subject = Field(text)
    sender = Field(text, optional=True)
    category = Field(text, optional=True)
    received_at = Field(us_moment)
    claim_number = Field(text, optional=True)
    member_id = Field(text, optional=True)
    authorization_number = Field(text, optional=True)
    paragraphs = Rows(ParagraphItem)
    attachments = Rows(EnclosureItem)


class Ring(Record):
    received_on: date
    subject: str
    claim_number: str


class Bell(Record):
    rings: tuple[Ring, ...]
    freshness: str


class RingItem(Part[Ring]):
    received_on = Field(us_date)
    subject = Field(text)
    claim_number = Field(text)


class NotificationsPage(ReadsInto[Bell], page="notifications"):
    """As of the log-in, however often it is loaded."""

    rings = Rows(RingItem)
    freshness = Field(text)
