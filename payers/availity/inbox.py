"""What Availity's Notification Center states of the messages and notifications of a payer."""

from datetime import date
from typing import Any, Generic, TypeVar

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import codes, integer, one_of, text, us_date
from bots.words import taken
from core.capabilities.messages import MessageKind
from core.capabilities.record import Record
from payers.shapes.lists import GrowingPage
from payers.shapes.messages import OpenedPage

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


class CardsPage(GrowingPage[L]):
    """Ten cards, and ten more with each click. The cards of the search before stay until these are there."""

    searched_payer = Field(text, identifies="payer")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(taken("total", "count", parse=integer))


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


class DrawerPage(OpenedPage, page="drawer"):
    """Empty once it is closed, so that it never shows the message before."""

    id = Field(text)
    payer = Field(text, identifies="payer")
    kind = Field(KINDS, identifies="kind")
    received_on = Field(us_date, identifies="received_on")
    claim_numbers = Field(codes, optional=True, blank=(), identifies="claim_numbers")
    close = Element()
