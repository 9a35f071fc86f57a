"""What portals show of messages from payers: folders that fill while they are read, and the message itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any, Generic, TypeVar

from bots.identity import Proof
from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import codes, text
from bots.portal import Portal
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import Enclosure, OpenedMessage, Paragraph
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.lists import PagedPage

L = TypeVar("L", bound="Listed")
F = TypeVar("F", bound="Folder[Any]")


class Listed(Record):
    """A row of a folder."""

    id: str


class ListedMessage(Listed):
    subject: str | None = None
    """Perhaps cut off; None where the list is read without."""
    read: bool
    claim_numbers: tuple[str, ...]
    received_on: date
    files: int


class Folder(Record, Generic[L]):
    messages: tuple[L, ...]
    total: int


class FolderPage(PagedPage[F]): ...


async def each_opened(
    portal: Portal,
    listed: FolderPage[Folder[L]],
    about: Proof,
    wanted: Callable[[L], bool],
    *,
    comes_back: bool = False,
) -> AsyncIterator[L]:
    """Page by page, each row that is wanted is opened, and given to read the message; `comes_back` where the folder
    gives way to it, and comes up when it is left. What comes meanwhile pushes rows to the next page: each is given
    once. Raises PortalChanged when the folder counts more rows than it shows.
    """
    seen: set[str] = set()
    number = 1
    while True:
        rows = await listed.listing()
        for place, row in enumerate(rows.messages):
            if row.id not in seen and wanted(row):
                await listed.click_in("messages", place, "open")
                yield row
                if comes_back:
                    await portal.landed_on(type(listed), about={**about, "page": number})
        before = len(seen)
        seen |= {row.id for row in rows.messages}
        if len(seen) >= rows.total:
            return
        if len(seen) == before:
            raise PortalChanged(listed.page_name, "messages", detail="the list counts more rows than it shows")
        number += 1
        await listed.next_page.click()
        listed = await portal.landed_on(type(listed), about={**about, "page": number})


class ParagraphItem(Part[Paragraph]):
    text = Field(text, optional=True, blank="")


class EnclosureItem(Part[Enclosure]):
    title = Field(text)
    get = Element()


class OpenedPage(ReadsInto[OpenedMessage]):
    """One message, but for its day."""

    id = Field(text, identifies="id")
    subject = Field(text)
    sender = Field(text, optional=True)
    category = Field(text, optional=True)
    claim_numbers = Field(codes, optional=True, blank=())
    member_ids = Field(codes, optional=True, blank=())
    authorization_numbers = Field(codes, optional=True, blank=())
    paragraphs = Rows(ParagraphItem)
    enclosures = Rows(EnclosureItem)


async def attachments(page: OpenedPage, message: OpenedMessage, counted: int) -> list[Document]:
    """Each of them taken. Raises PortalChanged when they are not as many as the list counts."""
    if len(message.enclosures) != counted:
        raise PortalChanged(page.page_name, "enclosures", detail="not as many as the list counts")
    files = [await page.deliver_in("enclosures", place, "get") for place in range(counted)]
    return [each.document(DocumentKind.ATTACHMENT) for each in files]
