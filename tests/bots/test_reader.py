"""What is read and photographed while a page is given its moment to fill is kept only if it stood still."""

from __future__ import annotations

import asyncio
import dataclasses
import io
from pathlib import Path

import pytest
from fixtures_portals import Kept
from PIL import Image
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Route
from strange_portal.visitor import Strange

from bots.dom import Window
from bots.page import Field, ReadsInto
from bots.parse import text
from bots.portal import Portal
from bots.selectors import ElementSpec, PageSpec, PortalSelectors
from core.capabilities.record import Record

CLAIM = PageSpec(
    elements={"status": ElementSpec(({"css": "#status"},))}, parts={}, name="claim", here=({"css": "#status"},)
)


class Claim(Record):
    status: str


class ClaimPage(ReadsInto[Claim], page="claim"):
    status = Field(text)


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        ("", "Pending"),
        ("fetch('/status').then(() => { it.textContent = 'Paid'; it.style.background = '#000'; })", "Paid"),
    ],
    ids=["still", "changes"],
)
async def test_a_page_is_kept_as_it_stood_still(
    blank: BrowserPage, strange_host: Strange, later: str, shown: str
) -> None:
    async def answer(route: Route) -> None:
        await asyncio.sleep(0.06)
        await route.fulfill(content_type="text/html", body="<p>Claims</p>")

    await blank.context.route("http://portal.test/**", answer)
    await blank.goto("http://portal.test/")
    kept = Kept()
    selectors = PortalSelectors({"claims": {"claim": CLAIM}}, (), (), {})
    definition = dataclasses.replace(strange_host.definition, selectors=selectors)
    portal = Portal(definition, Window(blank, selectors, Path("unused")), kept, chapter="claims")
    await portal.mark(CLAIM)
    await blank.evaluate(
        f"""() => {{
          const it = Object.assign(document.createElement("p"), {{id: "status", textContent: "Pending"}});
          it.style.cssText = "position:fixed;inset:0;margin:0;background:#fff";
          document.body.append(it);
          {later}
        }}"""
    )
    page = await portal.landed_on(ClaimPage)
    assert (await page.read()).status == shown
    assert [piece.kind for piece in kept.evidence] == ["screenshot", "page"], "one landing, one picture"
    picture = Image.open(io.BytesIO(kept.evidence[0].data)).convert("L")
    assert (picture.getpixel((500, 600)) > 200) is (shown == "Pending")
    assert f">{shown}<" in kept.evidence[1].data.decode()
