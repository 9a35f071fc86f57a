"""What UCare's message center states of messages, and its bell of notifications."""

from datetime import date
from typing import Any, TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, integer, one_of, text, us_date, us_moment
from core.capabilities.record import Record
from payers.shapes.messages import Folder, FolderPage, ListedMessage, OpenedPage

F = TypeVar("F", bound=Folder[Any])


def day_of(printed: str) -> date:
    """From "11/20/2026 03:05 PM"."""
    return us_moment(printed).date()


class MessageCenterPage(Page, page="message_center"):
    from_date = Element()
    to_date = Element()
    show = Element()


class DaysPage(FolderPage[F]):
    """Ten messages a page, with the days that were searched."""

    page_number = Field(integer, identifies="page")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(integer)


class MessageRow(Part[ListedMessage]):
    """Its subject is cut off: the message itself has it whole."""

    id = Field(text)
    subject = Field(text)
    read = Field(one_of({"Read": True, "Unread": False}))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(us_date)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MessageListPage(DaysPage[Folder[ListedMessage]], page="message_list"):
    messages = Rows(MessageRow)


class MessagePage(OpenedPage, page="message"):
    """Beside the list; the message that was opened before stays until this one is there."""

    received_on = Field(day_of)
    received_at = Field(us_moment)


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
