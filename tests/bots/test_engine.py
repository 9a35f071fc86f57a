"""The in-page engine against markup as portals write it."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, Route

from bots.dom import engine

FORM = """
<h1>Check   eligibility</h1>
<label for=m>Member ID <span>*</span></label><input id=m>
<label>Date of birth: <input name=dob></label>
<span id=lbl>Payer</span><input role=combobox aria-labelledby=lbl>
<input placeholder="Last name"><div data-testid="Claim Number Panel">E12</div>
<button disabled>Search</button><button>Check eligibility</button><input type=submit value=Send>
<div role=alert>No member found. Check the ID.</div>
<dl><dt>Plan</dt><dd>Gold PPO</dd></dl>
<table><thead><tr><th>Code<th>Billed</thead><tbody><tr><td>99213<td>$10.00<tr><td>99214<td>$20.00</tbody></table>
<table><tr><th>Group<td>0042</table>
<div class=pair><span>Copay:</span><b>$25</b></div>
<p hidden data-testid=ghost>unseen</p>
"""


async def read(page: Page, **fields: list[dict[str, str]]) -> dict[str, Any]:
    result = await engine(page.main_frame, "read", spec={"fields": fields})
    return {name: found and found["text"] for name, found in result["fields"].items()}


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ({"role": "heading", "name": "check eligibility"}, "Check eligibility"),
        ({"role": "alert", "text": "no member found"}, "No member found. Check the ID."),
        ({"testid": "Claim Number Panel"}, "E12"),
        ({"term": "Plan"}, "Gold PPO"),
        ({"term": "Group"}, "0042"),
        ({"term": "Copay"}, "$25"),
        ({"css": ".pair b"}, "$25"),
        ({"text": "Check the ID"}, "No member found. Check the ID."),
        ({"testid": "ghost"}, None),
        ({"role": "heading", "name": "Check"}, None),
    ],
)
async def test_reads_by_each_kind_of_locator(blank: Page, locator: dict[str, str], text: str | None) -> None:
    await blank.set_content(FORM)
    assert (await read(blank, it=[locator]))["it"] == text


async def test_reads_rows_by_column_heading_wherever_the_column_stands(blank: Page) -> None:
    spec = {
        "rows": {
            "lines": {
                "each": [{"css": "tbody tr"}],
                "within": [{"css": "table:has(thead)"}],
                "fields": {"billed": [{"column": "Billed"}], "code": [{"column": "Code"}]},
            }
        }
    }
    for heading in ("<th>Code<th>Billed", "<th>Billed<th>Code"):
        cells = "<td>99213<td>$10" if heading.startswith("<th>Code") else "<td>$10<td>99213"
        await blank.set_content(f"<table><thead><tr>{heading}</thead><tbody><tr>{cells}</tbody></table>")
        found = await engine(blank.main_frame, "read", spec=spec)
        (line,) = found["rows"]["lines"]["list"]
        assert (line["fields"]["code"]["text"], line["fields"]["billed"]["text"]) == ("99213", "$10")


async def test_fills_a_form_in_one_call_and_says_which_locator_served(blank: Page) -> None:
    await blank.set_content(FORM)
    entries = [
        {"name": "member_id", "candidates": [{"testid": "gone"}, {"label": "Member ID"}], "value": "W1"},
        {"name": "dob", "candidates": [{"label": "Date of birth"}], "value": "01/02/1980"},
        {"name": "payer", "candidates": [{"label": "Payer"}], "value": "Aetna"},
        {"name": "last", "candidates": [{"placeholder": "Last name"}], "value": "O'Brien"},
    ]
    done = await engine(blank.main_frame, "fill", entries=entries, timeout=1000)
    assert [(each["name"], each["index"], each["done"]) for each in done] == [
        ("member_id", 1, True),
        ("dob", 0, True),
        ("payer", 0, True),
        ("last", 0, True),
    ]
    assert await blank.input_value("#m") == "W1"


async def test_two_that_fit_are_none(blank: Page) -> None:
    await blank.set_content(
        "<label>Member ID<input></label><label>Member ID<input></label><button>Go</button><button>Go</button>"
    )
    found = await engine(blank.main_frame, "click", candidates=[{"role": "button", "name": "Go"}], signs=[], timeout=50)
    assert (found["done"], found["crowd"]) == (False, 2)


async def test_click_waits_until_nothing_lies_over_the_button(blank: Page) -> None:
    await blank.set_content(
        "<button onclick='document.title=\"hit\"'>Go</button>"
        "<div id=veil style='position:fixed;inset:0;background:#fff8'></div>"
    )
    click = asyncio.ensure_future(
        engine(blank.main_frame, "click", candidates=[{"role": "button", "name": "Go"}], signs=[], timeout=5000)
    )
    done, _ = await asyncio.wait([click], timeout=0.3)
    assert not done
    await blank.evaluate("document.getElementById('veil').remove()")
    assert (await click)["done"]
    assert await blank.title() == "hit"


async def test_finds_inside_open_shadow_roots(blank: Page) -> None:
    await blank.set_content("<div id=host></div>")
    await blank.evaluate(
        "document.getElementById('host').attachShadow({mode:'open'})"
        ".innerHTML='<label>Member ID<input></label><h2>Inside</h2>'"
    )
    assert (await read(blank, it=[{"role": "heading", "name": "Inside"}]))["it"] == "Inside"
    done = await engine(
        blank.main_frame,
        "fill",
        entries=[{"name": "m", "candidates": [{"label": "Member ID"}], "value": "7"}],
        timeout=500,
    )
    assert done[0]["done"]


@pytest.mark.parametrize("proven", [True, False])
async def test_a_landing_is_new_only_after_it_changed(blank: Page, *, proven: bool) -> None:
    await blank.set_content("<div role=alert>No member found</div><button>Again</button>")
    here = [{"role": "alert"}]
    pages = {"no_match": {"here": here, "proven": proven}}
    await engine(blank.main_frame, "click", candidates=[{"role": "button"}], signs=[here], timeout=500)
    assert await engine(blank.main_frame, "landing", pages=pages, timeout=200, quiet=10_000) is None
    await blank.evaluate("setTimeout(() => document.querySelector('[role=alert]').textContent = 'No such member', 50)")
    seen = await engine(blank.main_frame, "landing", pages=pages, timeout=2000, quiet=10_000)
    assert seen == {"name": "no_match", "index": 0, "stale": False}


async def test_nothing_is_landed_on_before_its_scripts_listen(blank: Page) -> None:
    script = asyncio.Event()

    async def serve(route: Route) -> None:
        if route.request.url.endswith(".js"):
            await script.wait()
            await route.fulfill(body="window.listens = true", content_type="text/javascript")
        else:
            await route.fulfill(body="<h1>Claims</h1><script src=late.js></script>", content_type="text/html")

    await blank.route("http://portal.test/**", serve)
    await blank.goto("http://portal.test/", wait_until="commit")
    await blank.get_by_role("heading", name="Claims").wait_for()
    pages = {"claims": {"here": [{"role": "heading", "name": "Claims"}], "proven": False}}
    assert await engine(blank.main_frame, "landing", pages=pages, timeout=200, quiet=100) is None
    script.set()
    found = await engine(blank.main_frame, "landing", pages=pages, timeout=4_000, quiet=100)
    assert (found["name"], await blank.evaluate("window.listens")) == ("claims", True)


async def test_only_a_page_that_proves_itself_may_be_an_old_one(blank: Page) -> None:
    await blank.set_content("<div role=alert>No member found</div>")
    here = [{"role": "alert"}]
    await engine(blank.main_frame, "mark", signs=[here])
    for proven, expected in ((True, {"name": "it", "index": 0, "stale": True}), (False, None)):
        pages = {"it": {"here": here, "proven": proven}}
        assert await engine(blank.main_frame, "landing", pages=pages, timeout=300, quiet=100) == expected


async def test_covers_declared_elements_and_known_values_and_nothing_else(blank: Page) -> None:
    await blank.set_content(
        "<body style='margin:0;font:20px monospace'><p style='margin:0'>Patient <b id=n>Zoë Núñez</b> is active</p>"
        "<p style='margin:0' data-testid=rail>Somebody Else</p><input value='W123456' style='display:block'></body>"
    )
    covered = await engine(blank.main_frame, "cover", elements=[[{"testid": "rail"}]], values=["zoë núñez", "W123456"])
    assert covered == 3
    picture = Image.open(io.BytesIO(await blank.screenshot(type="png"))).convert("L")
    boxes = await blank.evaluate(
        "['#n','[data-testid=rail]','input'].map(s => {const b=document.querySelector(s).getBoundingClientRect();"
        "return [b.left+1,b.top+1,b.right-1,b.bottom-1]})"
    )
    for box in boxes:
        assert picture.crop(tuple(round(edge) for edge in box)).getextrema() == (0, 0)
    word = picture.crop((0, 0, 90, 22)).getextrema()
    assert word[1] == 255, "the word “Patient” must stay readable"
    await engine(blank.main_frame, "uncover")
    assert await blank.locator("[data-fleet-cover]").count() == 0


async def test_a_row_may_be_its_own_field(blank: Page) -> None:
    await blank.set_content("<ul><li>Subscriber is active.</li><li>No other <b>insurance</b> is on file.</li></ul>")
    row = {"each": [{"css": "li"}], "fields": {"said": [{"css": ":scope"}]}}
    found = await engine(blank.main_frame, "read", spec={"rows": {"sentences": row}})
    said = [each["fields"]["said"]["text"] for each in found["rows"]["sentences"]["list"]]
    assert said == ["Subscriber is active.", "No other insurance is on file."]


OPTIONS = ("", "Gold", "Gold PPO", "Silver (2026)")


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [("gold", "Gold"), ("Silver", "Silver (2026)"), ("PPO", "Gold PPO"), ("Gol", None), ("Tin", None)],
)
async def test_an_option_is_found_alike_in_a_select_and_in_a_list_of_the_portals_own(
    blank: Page, wanted: str, taken: str | None
) -> None:
    """By all of its text, or by a part that no other option has."""
    native = "".join(f"<option>{each}</option>" for each in OPTIONS)
    drawn = "".join(f"<li>{each}</li>" for each in OPTIONS)
    await blank.set_content(f"<select>{native}</select><ul>{drawn}</ul>")
    entry = {"name": "plan", "candidates": [{"css": "select"}], "value": wanted}
    (set_so,) = await engine(blank.main_frame, "fill", entries=[entry], timeout=150)
    stands = await blank.eval_on_selector("select", "(select) => select.value")
    order = {"candidates": [{"css": "li"}], "value": wanted, "timeout": 150, "quiet": 0}
    listed = await engine(blank.main_frame, "options", **order)
    assert (set_so["done"], stands) == (taken is not None, taken or "")
    assert listed == (taken and {"wanted": OPTIONS.index(taken), "marked": -1, "text": taken})
    assert await engine(blank.main_frame, "chosen", entries=[entry]) == ["taken" if taken else "native"]


async def test_an_option_that_comes_late_is_waited_for(blank: Page) -> None:
    await blank.set_content("<select><option>Loading</option></select>")
    await blank.evaluate("setTimeout(() => document.querySelector('select').innerHTML = '<option><option>Gold', 300)")
    entry = {"name": "plan", "candidates": [{"css": "select"}], "value": "Gold"}
    (done,) = await engine(blank.main_frame, "fill", entries=[entry], timeout=5000)
    assert done["done"]


async def test_two_looks_at_a_new_document_at_once_both_see_it(blank: Page) -> None:
    await blank.goto("about:blank")
    seen = await asyncio.gather(*(engine(blank.main_frame, "present", pages={"it": [{"css": "body"}]}) for _ in "ab"))
    assert seen == [["it"], ["it"]]
