"""What Availity's Notification Center states of the messages and notifications of a payer."""

from datetime import date
from typing import Any, Generic, TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, integer, one_of, text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.messages import Enclosure, MessageKind, OpenedMessage
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.sent_messages import ParagraphItem

C = TypeVar("C", bound=Record)
L = TypeVar("L", bound="Cards[Any]")

KINDS = one_of({"Message": MessageKind.MESSAGE, "Notification": MessageKind.NOTIFICATION})


class NotificationCenterPage(Page, page="notification_center"):
    payer = Element()
    from_date = Element()
    to_date = Element()
    apply = Element()


class Cards(Record, Generic[C]):
    cards: tuple[C, ...]
    total: int


class CardsPage(ReadsInto[L]):
    """Ten cards, and ten more with each click. The cards of the search before stay until these are there."""

    searched_payer = Field(text, identifies="payer")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(taken("total", "count", parse=integer))
    more = Element()


async def whole(portal: Portal, page: CardsPage[Cards[C]]) -> Cards[C]:
    rows = await page.read()
    while len(rows.cards) < rows.total:
        shown = len(rows.cards)
        await page.more.click()
        rows = await (await portal.landed_on(type(page))).read()
        if len(rows.cards) <= shown:
            raise PortalChanged(page.page_name, "cards", detail="it counts more cards than it shows")
    return rows


class Card(Record):
    subject: str
    payer: str
    kind: MessageKind
    received_on: date
    read: bool
    claim_numbers: tuple[str, ...]
    files: int


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


class InboxPage(CardsPage[Cards[Card]], page="inbox"):
    cards = Rows(CardItem)


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
