"""What journeys that send something have in common: what pages must show of it, and how portals print its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bots.identity import proof_of
from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text
from bots.portal import Portal
from core.capabilities.record import Query, Record
from core.capabilities.submissions import Submission
from core.errors import PortalChanged, RequestInvalid


class Named(Record):
    name: str


class NameItem(Part[Named]):
    """A file, by the name that a portal prints of it."""

    name = Field(text)


class Sending(Record):
    documents: tuple[Named, ...]


class SendingPage(ReadsInto[Sending]):
    """All that will be sent, and the button that sends it."""

    documents = Rows(NameItem)
    send = Element(write=True)


def about(query: Query, **more: Any) -> dict[str, Any]:
    """What the pages must show of what was asked for, and `more`."""
    return {**proof_of(query), **more}


def printed(portal: Portal, kind: str, value: str | None) -> str:
    """What the portal prints for a value of ours, folded; nothing for none. Raises RequestInvalid where it has no word
    for it.
    """
    if value is None:
        return ""
    words = portal.definition.selectors.vocabulary.words.get(kind, {})
    for word, stands_for in words.items():
        if stands_for == value:
            return word
    sentence = f"{portal.definition.manifest.name} has no word for “{value}”; it knows {', '.join(words.values())}."
    raise RequestInvalid(sentence, field=kind)


def check_attached(page: Page, wanted: Submission, shown: Iterable[Named]) -> None:
    """The page before the click shows the files that were handed over, all of them and no other. Raises
    PortalChanged.
    """
    if sorted(each.name for each in shown) != sorted(file.name for file in wanted.files):
        raise PortalChanged(page.page_name, "documents", detail="not the files that were handed over")
