"""A list with “Load more” and no total, whose button goes away while it loads, as if that were the end."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest
from fixtures_portals import Kept
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Route
from strange_portal.visitor import Strange

from bots.dom import Window
from bots.page import Field, Part, Rows
from bots.parse import text
from bots.portal import Portal
from bots.selectors import ElementSpec, PageSpec, PartSpec, PortalSelectors
from core.capabilities.record import Record
from payers.shapes.lists import GrowingPage, whole

LIST = PageSpec(
    elements={"more": ElementSpec(({"css": "#more"},)), "member_id": ElementSpec(({"css": "i"},))},
    parts={"rows": PartSpec({"number": ElementSpec(({"css": "b"},))}, {}, (), each=({"css": "li"},))},
    name="list",
    here=({"css": "section"},),
)
PAGE = """<!doctype html><section><h1>Claims of <i>XOH1</i></h1><ul></ul>
<button id=more>Load more</button></section><script>
const more = document.querySelector('#more');
let shown = 0;
async function grow() {
  more.hidden = true;
  const rows = await (await fetch('/rows?after=' + shown)).json();
  for (const row of rows) document.querySelector('ul').insertAdjacentHTML('beforeend', `<li><b>${row}</b></li>`);
  shown += rows.length;
  more.hidden = rows.length < 2;
}
more.addEventListener('click', grow);
grow();
</script>"""


class Line(Record):
    number: str


class Listed(Record):
    member_id: str
    rows: tuple[Line, ...]


class LinePart(Part[Line]):
    number = Field(text)


class ListPage(GrowingPage[Listed], page="list"):
    counted = False
    member_id = Field(text, identifies="member_id")
    rows = Rows(LinePart)


@pytest.mark.parametrize("numbers", [["1", "2", "3", "4", "5"], ["1", "2", "3", "4"], ["1"]])
async def test_a_list_is_whole_when_its_last_rows_have_come(
    blank: BrowserPage, strange_host: Strange, numbers: list[str]
) -> None:
    async def answer(route: Route) -> None:
        _, _, after = route.request.url.partition("after=")
        if not after:
            await route.fulfill(content_type="text/html", body=PAGE)
            return
        await asyncio.sleep(1)  # longer than a page rests
        await route.fulfill(json=numbers[int(after) : int(after) + 2])

    await blank.context.route("http://portal.test/**", answer)
    selectors = PortalSelectors({"claims": {"list": LIST}}, (), (), {})
    definition = dataclasses.replace(strange_host.definition, selectors=selectors)
    portal = Portal(definition, Window(blank, selectors, Path("unused")), Kept(), chapter="claims")
    await blank.goto("http://portal.test/")
    listed = await whole(portal, await portal.landed_on(ListPage, about={"member_id": "XOH1"}), "rows")
    assert [each.number for each in listed.rows] == numbers
