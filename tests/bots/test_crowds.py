"""What fits several elements is never taken for what is not there."""

from __future__ import annotations

import pytest
from playwright.async_api import Page as BrowserPage
from strange_portal.visitor import Opened

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import text
from core.capabilities.record import Record
from core.errors import PortalChanged

PAGES = """
pages:
  list:
    here: {css: body}
    era: {css: .era}
    paid: {css: .paid}
    card: {within: {css: .card}, name: {css: b}}
    claims: {within: {css: .claims}, each: {css: li}, name: {css: ":scope"}}
"""


class Named(Record):
    name: str


class NamedPart(Part[Named]):
    name = Field(text)


class Listed(Record):
    paid: str | None
    card: Named | None
    claims: tuple[Named, ...]


class ListPage(ReadsInto[Listed], page="list"):
    era = Element()
    paid = Field(text, absent=True)
    card = One(NamedPart, absent=True)
    claims = Rows(NamedPart, absent=True)


def listed(opened: Opened) -> ListPage:
    portal = opened(PAGES)
    return ListPage(portal, portal.spec(ListPage))


async def test_what_may_be_absent_may_be_absent(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content("<p>Nothing</p>")
    page = listed(opened)
    assert await page.read() == Listed(paid=None, card=None, claims=())
    assert not await page.era.there()
    assert await page.era.text_or_none() is None


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("paid", "<i class=paid>$1</i><i class=paid>$2</i>"),
        ("card", "<p class=card><b>Ann</b></p><p class=card><b>Bob</b></p>"),
        ("claims", "<ul class=claims><li>C-1</ul><ul class=claims><li>C-2</ul>"),
    ],
)
async def test_several_are_not_none(blank: BrowserPage, opened: Opened, name: str, markup: str) -> None:
    await blank.set_content(markup)
    with pytest.raises(PortalChanged) as changed:
        await listed(opened).read()
    assert (changed.value.element, changed.value.reference) == (name, "fits several elements")


async def test_two_links_are_not_no_link(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content("<a class=era href=#>Next</a><p>Rows</p><a class=era href=#>Next</a>")
    page = listed(opened)
    for look in (page.era.there, page.era.text_or_none):
        with pytest.raises(PortalChanged) as changed:
            await look()
        assert changed.value.reference == "fits several elements"


@pytest.mark.parametrize(
    ("markup", "usable"),
    [
        ("<a class=era href=#>Next</a>", True),
        ("<button class=era>Next</button>", True),
        ("<x-button class=era disabled=false>Next</x-button>", True),
        ("<p class=era></p>", True),
        ("<button class=era disabled>Next</button>", False),
        ("<a class=era disabled=disabled>Next</a>", False),
        ("<a class=era href=# aria-disabled=true>Next</a>", False),
        ("<li aria-disabled=true><a class=era href=#>Next</a></li>", False),
        ("<fieldset disabled><button class=era>Next</button></fieldset>", False),
        ("<div inert><a class=era href=#>Next</a></div>", False),
    ],
)
async def test_what_is_greyed_out_offers_nothing(
    blank: BrowserPage, opened: Opened, markup: str, *, usable: bool
) -> None:
    """A pager keeps “Next” on its last page."""
    await blank.set_content(f"<p>Rows</p>{markup}")
    assert await listed(opened).era.there() is usable
