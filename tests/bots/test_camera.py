"""Pictures: taken of what holds still, with patients covered and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fixtures_portals import Kept
from PIL import Image
from playwright.async_api import Page

from bots.camera import Camera
from bots.dom import Window
from bots.selectors import ElementSpec, PageSpec, PortalSelectors

CLAIM = PageSpec(elements={"account": ElementSpec(({"term": "Account"},), phi=True)}, parts={}, name="claim")
FILLS_WHEN_COVERED = """
new MutationObserver((_, itself) => { itself.disconnect(); document.body.append("Zoe Nunez"); })
  .observe(document.documentElement, { childList: true })
"""


def camera_at(page: Page, kept: Kept, known: list[str]) -> Camera:
    return Camera(Window(page, PortalSelectors({}, (), (), {}), Path("unused")), {"claim": CLAIM}, kept, known)


async def test_a_page_that_fills_while_it_is_taken_is_taken_again(blank: Page) -> None:
    await blank.set_content("<p>Members</p>")
    await blank.evaluate(FILLS_WHEN_COVERED)
    kept = Kept()
    await camera_at(blank, kept, ["zoe nunez"]).shoot(CLAIM)
    assert [piece.kind for piece in kept.evidence] == ["screenshot"]
    assert await blank.get_by_text("Zoe Nunez").is_visible()


async def test_what_is_not_stated_is_nobody(blank: Page) -> None:
    """The same words stand for every amount that a pending claim does not have yet."""
    await blank.set_content("<dl><dt>Account<dd>Not available<dt>Paid<dd id=paid>Not available</dl>")
    kept = Kept()
    camera = camera_at(blank, kept, [])
    camera.learn(CLAIM, {"fields": {"account": {"text": "Not available"}}, "parts": {}, "rows": {}})
    await camera.shoot(CLAIM)
    box = await blank.locator("#paid").bounding_box()
    assert box is not None
    x, y = round(box["x"]), round(box["y"])
    picture = Image.open(io.BytesIO(kept.evidence[0].data)).convert("L")
    assert picture.crop((x, y, x + 80, y + 18)).getextrema()[1] > 200


@pytest.mark.parametrize(
    "printed", ["02/03/1980", "2/3/1980", "Feb 3, 1980", "February 3, 1980", "03FEB1980", "03-FEB-80"]
)
async def test_a_birth_date_is_covered_however_it_is_printed(blank: Page, printed: str) -> None:
    await blank.set_content(f"<b id=born style='background:#fff'>{printed}</b>")
    kept = Kept()
    await camera_at(blank, kept, ["1980-02-03"]).shoot(CLAIM)
    box = await blank.locator("#born").bounding_box()
    assert box is not None
    place = (round(box["x"]), round(box["y"]), round(box["x"] + box["width"]), round(box["y"] + box["height"]))
    picture = Image.open(io.BytesIO(kept.evidence[0].data)).convert("L")
    assert picture.crop(place).getextrema()[1] < 100


async def test_the_patient_of_the_question_before_stays_covered(blank: Page) -> None:
    """An error page may name whoever was looked up last."""
    await blank.set_content("<b id=who style='background:#fff'>ORA-01403: no data found, ROE, ZOE</b>")
    kept = Kept()
    before = camera_at(blank, kept, ["ROE, ZOE"])
    await Camera(before._window, {"claim": CLAIM}, kept, []).shoot(CLAIM)
    box = await blank.locator("#who").bounding_box()
    assert box is not None
    right, y = round(box["x"] + box["width"]), round(box["y"])
    picture = Image.open(io.BytesIO(kept.evidence[0].data)).convert("L")
    assert picture.crop((right - 50, y, right, y + round(box["height"]))).getextrema()[1] < 100
