"""What a window of the portal owes, as far as anybody is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Page, Route

from bots.dom import Window
from bots.selectors import PortalSelectors

NO_SELECTORS = PortalSelectors({}, (), (), {})
PAGES: Mapping[str, str] = {"/": "<p>portal</p>", "/lookup": "<script src=/slow></script>"}


async def test_a_window_that_closed_owes_nothing(blank: Page) -> None:
    """A look-up that closes itself while one of its own requests is on its way: nobody tells how that ended."""

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://portal.test")
        if path in PAGES:
            await route.fulfill(content_type="text/html", body=PAGES[path])

    await blank.context.route("http://portal.test/**", answer)
    await blank.goto("http://portal.test/")
    window = Window(blank, NO_SELECTORS, Path("unused"))
    async with blank.context.expect_event("request", lambda request: request.url.endswith("/slow")):
        await blank.evaluate("() => { window.open('/lookup', 'lookup', 'width=300,height=200') }")
    assert window.traffic.owes
    await window.front.close()
    assert not window.traffic.owes
    await window.traffic.rest(seconds=5)
