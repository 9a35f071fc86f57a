"""What UCare's message center states of messages, and its bell of notifications."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any, Generic, TypeVar

from bots.identity import Proof
from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, integer, one_of, text, us_date, us_moment
from bots.portal import Portal
from core.capabilities.messages import Enclosure, OpenedMessage
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.sent_messages import ParagraphItem

L = TypeVar("L", bound="Listed")
F = TypeVar("F", bound="Folder[Any]")


def day_of(printed: str) -> date:
    """From "11/20/2026 03:05 PM"."""
    return us_moment(printed).date()


class MessageCenterPage(Page, page="message_center"):
    from_date = Element()
    to_date = Element()
    show = Element()


class Listed(Record):
    id: str


class Folder(Record, Generic[L]):
    messages: tuple[L, ...]
    total: int


class FolderPage(ReadsInto[F]):
    """Ten messages a page, with the days that were searched."""

    page_number = Field(integer, identifies="page")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(integer)
    next_page = Element()


async def each_row(
    portal: Portal, listed: FolderPage[Folder[L]], searched: Callable[[int], Proof]
) -> AsyncIterator[tuple[FolderPage[Folder[L]], int, L]]:
    """Page by page, with its place. What comes meanwhile pushes rows to the next page: each is told once."""
    seen: set[str] = set()
    number = 1
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.messages):
            if row.id not in seen:
                yield listed, place, row
        before = len(seen)
        seen |= {row.id for row in rows.messages}
        if len(seen) >= rows.total:
            return
        if len(seen) == before:
            raise PortalChanged(listed.page_name, "messages", detail="the list counts more rows than it shows")
        number += 1
        await listed.next_page.click()
        listed = await portal.landed_on(type(listed), about=searched(number))


class ListedMessage(Listed):
    read: bool
    claim_numbers: tuple[str, ...]
    received_on: date
    files: int


class MessageRow(Part[ListedMessage]):
    """Its subject is cut off: the message itself has it whole."""

    id = Field(text)
    read = Field(one_of({"Read": True, "Unread": False}))
    claim_numbers = Field(codes, optional=True, blank=())
    received_on = Field(us_date)
    files = Field(integer, optional=True, blank=0)
    open = Element()


class MessageListPage(FolderPage[Folder[ListedMessage]], page="message_list"):
    messages = Rows(MessageRow)


class EnclosureItem(Part[Enclosure]):
    title = Field(text)
    get = Element()


class MessagePage(ReadsInto[OpenedMessage], page="message"):
    """Beside the list; the message that was opened before stays until this one is there."""

    id = Field(text, identifies="id")
    subject = Field(text)
    sender = Field(text, optional=True)
    category = Field(text, optional=True)
    received_on = Field(day_of)
    received_at = Field(us_moment)
    claim_numbers = Field(codes, optional=True, blank=())
    member_ids = Field(codes, optional=True, blank=())
    authorization_numbers = Field(codes, optional=True, blank=())
    paragraphs = Rows(ParagraphItem)
    enclosures = Rows(EnclosureItem)


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
