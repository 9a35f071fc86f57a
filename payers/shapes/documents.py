"""What portals state of the documents that they keep, where they print the last day of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bots.page import Element, Field, Page, Part
from bots.parse import text, us_date
from core.capabilities.documents import Category, KeptBy, ListedDocument
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record


class Listed(Record):
    """A row of the list."""

    title: str
    folder: str
    category: Category
    posted_on: date
    kept_until: date


class ListedPart(Part[Listed]):
    """But for its category, which is the folder in words of ours."""

    title = Field(text)
    folder = Field(text)
    posted_on = Field(us_date)
    kept_until = Field(us_date)
    download = Element()


async def downloaded(page: Page, rows: Iterable[Listed]) -> list[ListedDocument]:
    """All `documents` that a page lists, each with its file."""
    found = []
    for place, row in enumerate(rows):
        file = await page.deliver_in("documents", place, "download")
        document = file.document(DocumentKind.LISTED)
        found.append(ListedDocument(**dict(row), kept_by=KeptBy.PORTAL, document=document))
    return found
