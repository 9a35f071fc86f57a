"""Lists that draw the rows in view, or fetch more when one scrolls: whole, or not at all."""

from __future__ import annotations

import pytest
from playwright.async_api import Page as BrowserPage
from strange_portal.visitor import Opened

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import text
from core.capabilities.record import Record
from core.errors import PortalChanged

COUNT = 40
GRID = f"""
<p id=opened></p>
<div role=grid aria-rowcount={COUNT + 1}>
  <div role=row class=h><span role=columnheader>Claim</span></div>
  <div id=box style="height:150px;overflow:auto;position:relative">
    <div style="height:{COUNT * 30}px"></div><div id=window style="position:absolute;width:100%"></div>
  </div>
</div>
<script>
const box = document.getElementById("box"), drawn = document.getElementById("window");
const draw = () => {{
  const first = Math.floor(box.scrollTop / 30);
  drawn.style.top = first * 30 + "px";
  drawn.innerHTML = Array.from({{length: Math.min(6, {COUNT} - first)}}, (_, place) => `<div role=row
    style="height:30px"><span role=gridcell>C-${{first + place}}</span><a href="#">Open</a></div>`).join("");
}};
box.addEventListener("scroll", () => setTimeout(draw, 20));
box.addEventListener("click", (event) => {{
  document.getElementById("opened").textContent = event.target.previousElementSibling.textContent;
}});
draw();
</script>
"""
FEED = f"""
<div id=box style="height:150px;overflow:auto"><ul></ul></div>
<script>
const box = document.getElementById("box"), list = document.querySelector("ul");
const more = () => {{
  const from = list.children.length;
  for (let n = from; n < Math.min(from + 10, {COUNT}); n += 1)
    list.insertAdjacentHTML("beforeend", `<li role=row style="height:30px"><span>C-${{n}}</span><a>Open</a></li>`);
  busy = false;
}};
let busy = false;
box.addEventListener("scroll", () => {{
  if (!busy && box.scrollTop + box.clientHeight > box.scrollHeight - 5) {{ busy = true; setTimeout(more, 300); }}
}});
more();
</script>
"""
PAGES = """
pages:
  list:
    here: {css: "#box"}
    claims:
      within: {css: "#box"}
      each: {css: "[role=row]"}
      scrolls: {css: "#box"}
      number: {css: span}
      open: {css: a}
"""


class Claim(Record):
    number: str


class Claims(Record):
    claims: tuple[Claim, ...]


class ClaimRow(Part[Claim]):
    number = Field(text)
    open = Element()


class ListPage(ReadsInto[Claims], page="list"):
    claims = Rows(ClaimRow)


@pytest.mark.parametrize("markup", [GRID, FEED], ids=["draws what is in view", "fetches more"])
async def test_all_rows_are_read_once_and_in_order(blank: BrowserPage, opened: Opened, markup: str) -> None:
    await blank.set_content(markup)
    portal = opened(PAGES)
    page = ListPage(portal, portal.spec(ListPage))
    assert [claim.number for claim in (await page.read()).claims] == [f"C-{n}" for n in range(COUNT)]


@pytest.mark.parametrize("place", [0, 7, COUNT - 1, 20])
async def test_a_row_is_opened_wherever_it_stands(blank: BrowserPage, opened: Opened, place: int) -> None:
    await blank.set_content(GRID)
    portal = opened(PAGES)
    page = ListPage(portal, portal.spec(ListPage))
    await page.read()
    await page.click_in("claims", place, "open")
    assert await blank.text_content("#opened") == f"C-{place}"
    await page.click_in("claims", 3, "open")
    assert await blank.text_content("#opened") == "C-3"


@pytest.mark.parametrize("place", [0, 20])
async def test_a_row_is_opened_in_its_own_page_where_another_list_scrolls_beside_it(
    blank: BrowserPage, opened: Opened, place: int
) -> None:
    other = (
        "<div class=list style='height:50px;overflow:auto'><div role=row style='height:90px'><a>Open</a></div></div>"
    )
    await blank.set_content(f"{other}<main>{GRID.replace('id=box', 'id=box class=list')}</main>{other}")
    portal = opened(
        """
        pages:
          list:
            here: {css: "#box"}
            within: {css: main}
            claims: {each: {css: ".list [role=row]"}, scrolls: {css: .list}, number: {css: span}, open: {css: a}}
        """
    )
    page = ListPage(portal, portal.spec(ListPage))
    assert [claim.number for claim in (await page.read()).claims] == [f"C-{n}" for n in range(COUNT)]
    await page.click_in("claims", place, "open")
    assert await blank.text_content("#opened") == f"C-{place}"


async def test_a_row_that_is_clicked_is_the_row_that_was_read(blank: BrowserPage, opened: Opened) -> None:
    """Tables beside the results have rows that look the same."""
    table = "<table><tbody><tr onclick='document.title=`{0}`'><td>{0}<td><a href=#>Open</a></table>"
    await blank.set_content(f"{table.format('recent')}<div id=results>{table.format('C-1')}</div>")
    portal = opened(
        """
        pages:
          list:
            here: {css: "#results"}
            within: {css: "#results"}
            claims: {each: {css: tbody tr}, number: {css: "td:first-child"}, open: {css: a}}
        """
    )
    page = ListPage(portal, portal.spec(ListPage))
    assert [claim.number for claim in (await page.read()).claims] == ["C-1"]
    await page.click_in("claims", 0, "open")
    assert await blank.title() == "C-1"


async def test_a_part_of_a_list_is_never_taken_for_the_whole(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(GRID)
    portal = opened(PAGES.replace('      scrolls: {css: "#box"}\n', ""))
    page = ListPage(portal, portal.spec(ListPage))
    with pytest.raises(PortalChanged) as caught:
        await page.read()
    assert "only the rows in view are drawn" in (caught.value.reference or "")


async def test_a_grid_that_shows_one_page_of_many_rows_is_whole(blank: BrowserPage, opened: Opened) -> None:
    """Its count is that of all pages."""
    rows = "".join(f"<div role=row style='height:30px'><span>C-{n}</span></div>" for n in range(10))
    await blank.set_content(
        f"<div role=grid aria-rowcount=500><div id=box style='height:90px;overflow:auto'>{rows}</div></div>"
    )
    portal = opened(PAGES.replace('      scrolls: {css: "#box"}\n', ""))
    page = ListPage(portal, portal.spec(ListPage))
    assert len((await page.read()).claims) == 10
