"""The in-page engine against markup in which the obvious way of reading gives a wrong value instead of none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page

from bots.dom import engine, locate

SPANS = """
<table id=t>
  <tr><th>Service</th><th colspan=2>In network</th><th>Limit</th></tr>
  <tr><th></th><th>Copay</th><th>Coinsurance</th><th></th></tr>
  <tr><td rowspan=2>Office visit</td><td>$25.00</td><td>10%</td><td rowspan=2>20 visits</td></tr>
  <tr><td>$40.00</td><td>30%</td></tr>
  <tr><td colspan=4>Copay</td></tr>
</table>"""


async def rows(page: Page, each: str, **columns: str) -> list[dict[str, str | None]]:
    fields = {name: [{"column": title}] for name, title in columns.items()}
    found = await engine(page.main_frame, "read", spec={"rows": {"all": {"each": [{"css": each}], "fields": fields}}})
    return [
        {name: field and field["text"] for name, field in row["fields"].items()} for row in found["rows"]["all"]["list"]
    ]


async def text(page: Page, **locator: str) -> Any:
    found = await engine(page.main_frame, "read", spec={"fields": {"it": [locator]}})
    return found["fields"]["it"] and found["fields"]["it"]["text"]


async def test_a_cell_that_spans_rows_does_not_shift_the_columns_of_the_next(blank: Page) -> None:
    await blank.set_content(SPANS)
    found = await rows(
        blank, "tr:has(td)", service="Service", copay="Copay", share="Coinsurance", limit="Limit", either="In network"
    )
    assert found[0] == {
        "service": "Office visit",
        "copay": "$25.00",
        "share": "10%",
        "limit": "20 visits",
        "either": None,
    }
    assert found[1] == {**found[0], "copay": "$40.00", "share": "30%"}
    assert found[2]["copay"] is None, "a cell that spans the table is in its first column at most"


async def test_a_heading_that_stands_twice_names_no_column(blank: Page) -> None:
    await blank.set_content(
        "<table><tr><td>Amount</td><td>Code</td><td>Amount</td></tr><tr><td>$1</td><td>A</td><td>$2</td></tr>"
        "<tr><td>$3</td><td>B</td><td>$3</td></tr></table>"
    )
    assert await rows(blank, "tr:nth-child(n+2)", code="Code", amount="Amount") == [
        {"code": "A", "amount": None},
        {"code": "B", "amount": "$3"},
    ]


async def test_a_word_in_the_body_is_no_heading(blank: Page) -> None:
    await blank.set_content("<table><tr><th>Code</th></tr><tr><td>Paid</td></tr><tr><td>Denied</td></tr></table>")
    assert await rows(blank, "tr:has(td)", paid="Paid") == [{"paid": None}, {"paid": None}]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<b id=a>$25<sup>1</sup></b>", "$25¹"),
        ("<b id=a>$25.00<sup>*</sup> each</b>", "$25.00* each"),
        ("<b id=a><i>Tier</i> <sup hidden>9</sup><span>2<sup>12</sup></span></b>", "Tier 2¹²"),
    ],
)
async def test_a_footnote_number_does_not_become_part_of_an_amount(blank: Page, markup: str, expected: str) -> None:
    await blank.set_content(markup)
    assert await text(blank, css="#a") == expected


async def test_an_element_that_comes_late_is_waited_for(blank: Page) -> None:
    await blank.set_content("<p>Loading</p>")
    await blank.evaluate("setTimeout(() => document.body.innerHTML = '<input disabled>', 100)")
    await blank.evaluate("setTimeout(() => document.querySelector('input').disabled = false, 300)")
    handle = await locate(blank.main_frame, ({"css": "input"},), milliseconds=5000)
    assert handle is not None
    assert await handle.is_enabled()
    assert await locate(blank.main_frame, ({"css": "textarea"},), milliseconds=100) is None


async def test_a_change_inside_a_shadow_root_is_a_change(blank: Page) -> None:
    await blank.set_content("<div id=host></div>")
    await blank.evaluate(
        "{ const root = document.getElementById('host').attachShadow({mode: 'open'}); root.innerHTML = '<b>0</b>';"
        "let n = 0; const t = setInterval(() => { root.firstChild.textContent = ++n; if (n === 12) clearInterval(t); },"
        " 50) }"
    )
    quiet = asyncio.ensure_future(engine(blank.main_frame, "change", quiet=300))
    assert await quiet == "changed"


async def test_what_moved_after_it_was_covered_is_told(blank: Page) -> None:
    await blank.set_content("<p>Zoe Nunez</p><p id=clock>1</p>")
    shot = {"elements": [], "values": ["zoe nunez"]}
    await engine(blank.main_frame, "cover", **shot)
    await blank.evaluate("document.getElementById('clock').textContent = '2'")
    assert await engine(blank.main_frame, "uncover", **shot)
    await engine(blank.main_frame, "cover", **shot)
    await blank.evaluate("document.getElementById('clock').textContent = 'for Zoe Nunez'")
    assert not await engine(blank.main_frame, "uncover", **shot)
    assert not await engine(blank.main_frame, "uncover", **shot), "no cover, no promise"


LINES = """<title>Plan: of the week</title><body>
<div style="display:none">Member&nbsp;No.: W0<br></div>
<font face=courier>Member&nbsp;No.:&nbsp;<b>W1</b>-00<br>Name: &nbsp;ROE,
  ZOE<br>Plan type: HMO<br>Plan:&nbsp;GOLD<br>Thru:&nbsp;<br>Paid = (1.00)</font>
<table><tr><td>Group:</td><td>77</td></tr></table>Plan B: none"""


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Member No.", "W1-00"),
        ("name:", "ROE, ZOE"),
        ("Plan", "GOLD"),
        ("Thru", ""),
        ("Paid", "(1.00)"),
        ("Group", ""),
        ("ZOE", None),
    ],
)
async def test_what_is_printed_without_elements_is_read_line_by_line(blank: Page, label: str, says: str | None) -> None:
    """The label is the whole of what stands before its colon, and the value ends with the line."""
    await blank.set_content(LINES)
    assert await text(blank, line=label) == says


async def test_two_lines_of_one_label_are_no_value(blank: Page) -> None:
    await blank.set_content("Plan: GOLD<br>Plan: SILVER")
    assert await text(blank, line="Plan") is None


NONE = "<td colspan=2>No data available</td>"


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (f"<tr>{NONE}", 0),
        ("<tr><td>A1<td>No data available", 1),
        (f"<tr><td>A1<td>open<tr>{NONE}", 2),
    ],
)
@pytest.mark.parametrize("word", [{"text": "No data available"}, {"css": "[colspan]"}, {"css": "tr:has([colspan])"}])
@pytest.mark.parametrize("within", [[], [{"css": "table"}]])
async def test_a_row_that_says_that_there_is_none_is_none(
    blank: Page, rows: str, count: int, word: dict[str, str], within: list[dict[str, str]]
) -> None:
    """A row that says so of one of its cells is one."""
    await blank.set_content(f"<table><tbody>{rows}</table>")
    part = {"within": within, "each": [{"css": "tbody tr"}], "empty": [word]}
    found = (await engine(blank.main_frame, "read", spec={"rows": {"all": part}}))["rows"]["all"]
    assert (found["there"], len(found["list"])) == (True, count)


@pytest.mark.parametrize(
    ("row", "empty", "there"),
    [
        ("<tr class=renamed><td>A1</td></tr>", "None on file", False),
        ("<tr class=renamed><td>A1</td></tr>", "None listed", True),
        ("<tr><th>Claim</th></tr>", "None on file", True),
    ],
)
async def test_cells_that_are_no_rows_are_no_empty_list(blank: Page, row: str, empty: str, there: bool) -> None:
    """The rows may be called otherwise by now; a portal that says that there are none is believed."""
    await blank.set_content(f"<table>{row}</table><p>None listed</p>")
    part = {"within": [{"css": "table"}], "each": [{"css": "tr.claim"}], "empty": [{"text": empty}]}
    found = await engine(blank.main_frame, "read", spec={"rows": {"all": part}})
    assert found["rows"]["all"]["there"] is there
