"""Pages that are made of web components: what stands in a shadow is found, read and kept as anything else."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page as BrowserPage

from bots.dom import engine

COMPONENTS = """
<h1>Coverage</h1><x-card><p slot=note>From the page</p></x-card>
<script>
const make = (name, inner) => customElements.get(name) || customElements.define(name, class extends HTMLElement {
  connectedCallback() { this.attachShadow({mode: "open"}).innerHTML = inner; }
});
make("x-money", "<span>$1,200.00</span>");
make("x-card", `<section><dl><dt>Plan<dd>Gold PPO<dt>Deductible<dd><x-money></x-money></dl>
  <table><thead><tr><th>Service<th>Copay</thead><tbody><tr><td>Office<td><x-money></x-money></tbody></table>
  <p role=status>2 plans were found</p><slot name=note></slot></section>`);
</script>
"""


@pytest.fixture
async def page(blank: BrowserPage) -> BrowserPage:
    await blank.set_content(COMPONENTS)
    return blank


@pytest.mark.parametrize("within", [[], [{"css": "x-card"}], [{"css": "section"}]], ids=["page", "host", "inside"])
@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ({"term": "Plan"}, "Gold PPO"),
        ({"term": "Deductible"}, "$1,200.00"),
        ({"css": "dl x-money"}, "$1,200.00"),
        ({"text": "plans were found"}, "2 plans were found"),
        ({"role": "status", "text": "plans"}, "2 plans were found"),
    ],
    ids=str,
)
async def test_reads_what_stands_in_a_shadow(
    page: BrowserPage, within: list[dict[str, str]], locator: dict[str, str], text: str
) -> None:
    read = await engine(page.main_frame, "read", spec={"within": within, "fields": {"it": [locator]}})
    assert read["fields"]["it"]["text"] == text


async def test_rows_and_the_whole_of_a_component_are_read(page: BrowserPage) -> None:
    rows = {"each": [{"css": "tbody tr"}], "within": [{"css": "table"}], "fields": {"copay": [{"column": "Copay"}]}}
    read = await engine(
        page.main_frame,
        "read",
        spec={"within": [{"css": "x-card"}], "fields": {"all": [{"css": ":scope"}]}, "rows": {"copays": rows}},
        source=True,
    )
    assert [row["fields"]["copay"]["text"] for row in read["rows"]["copays"]["list"]] == ["$1,200.00"]
    whole = read["fields"]["all"]["text"]
    assert "Gold PPO" in whole
    assert "From the page" in whole
    assert "Gold PPO" in read["source"].partition("<script>")[0], "evidence holds what was read"


async def test_evidence_of_a_component_can_be_opened_and_read_again(page: BrowserPage) -> None:
    spec = {"fields": {"plan": [{"term": "Plan"}]}}
    source: Any = await engine(page.main_frame, "source")
    await page.set_content(source.partition("<script>")[0])
    read = await engine(page.main_frame, "read", spec=spec)
    assert read["fields"]["plan"]["text"] == "Gold PPO"


async def test_a_component_that_says_something_else_is_news(page: BrowserPage) -> None:
    sign = [{"css": "x-card"}]
    await engine(page.main_frame, "mark", signs=[sign])
    pages = {"it": {"here": sign, "proven": False}}
    assert await engine(page.main_frame, "landing", pages=pages, timeout=100, quiet=10) is None
    await page.evaluate("document.querySelector('x-card').shadowRoot.querySelector('dd').textContent = 'Silver'")
    found = await engine(page.main_frame, "landing", pages=pages, timeout=2000, quiet=10)
    assert found["name"] == "it"
