"""What Availity's Notification Center states of the messages and notifications of a payer."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, integer, one_of, text, us_date
from bots.words import taken
from core.capabilities.messages import Enclosure, MessageKind, OpenedMessage, Paragraph
from core.capabilities.record import Record

KINDS = one_of({"Message": MessageKind.MESSAGE, "Notification": MessageKind.NOTIFICATION})


class NotificationCenterPage(Page, page="notification_center"):
    payer = Element()
    from_date = Element()
    to_date = Element()
    apply = Element()


class Card(Record):
    subject: str
    payer: str
    kind: MessageKind
    received_on: date
    read: bool
    claim_numbers: tuple[str, ...]
    files: int


class Inbox(Record):
    cards: tuple[Card, ...]
    total: int


class CardItem(Part[Card]):
    """Its subject may be cut off, and it has no number."""

    subject = Field(text)
    payer = Field(text)
    kind = Field(KINDS)
    received_on = Field(us_date)
    read = Field(one_of({"New": False, "Opened": True}))
    claim_numbers = Field(codes, optional=True, blank=())
    files = Field(integer)
    open = Element()


class InboxPage(ReadsInto[Inbox], page="inbox"):
    """Ten cards, and ten more with each click. The inbox of the search before stays until this one is there."""

    searched_payer = Field(text, identifies="payer")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    cards = Rows(CardItem)
    total = Field(taken("total", "count", parse=integer))
    more = Element()


class ParagraphItem(Part[Paragraph]):
    text = Field(text, optional=True, blank="")


class EnclosureButton(Part[Enclosure]):
    title = Field(text)
    get = Element()


class DrawerPage(ReadsInto[OpenedMessage], page="drawer"):
    """Empty once it is closed, so that it never shows the message before."""

    payer = Field(text, identifies="payer")
    kind = Field(KINDS, identifies="kind")
    received_on = Field(us_date, identifies="received_on")
    claim_numbers = Field(codes, optional=True, blank=(), identifies="claim_numbers")
    id = Field(text)
    subject = Field(text)
    sender = Field(text, optional=True)
    category = Field(text, optional=True)
    member_ids = Field(codes, optional=True, blank=())
    authorization_numbers = Field(codes, optional=True, blank=())
    paragraphs = Rows(ParagraphItem)
    enclosures = Rows(EnclosureButton)
    close = Element()
