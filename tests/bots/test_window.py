"""What a window of the portal owes, as far as anybody is told."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page, Route

from bots.dom import Sign, Window, engine
from bots.selectors import PortalSelectors
from bots.traffic import QUIET_MS
from core.errors import PortalUnavailable

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


async def test_only_a_lost_request_of_the_portal_is_a_broken_connection(blank: Page) -> None:
    """A bot's resolver lets no other host be found, and a page gives up requests of its own."""

    async def answer(route: Route) -> None:
        url = route.request.url
        if url == "http://portal.test/":
            await route.fulfill(content_type="text/html", body="<p>portal</p>")
        elif url != "http://portal.test/given-up":
            await route.abort("namenotresolved" if "elsewhere" in url else "connectionreset")

    await blank.context.route("**/*", answer)
    window = Window(blank, NO_SELECTORS, Path("unused"))
    await blank.goto("http://portal.test/")
    await blank.evaluate("() => fetch('http://elsewhere.test/count').catch(() => null)")
    await blank.evaluate(
        """() => {
             const stop = new AbortController();
             const given_up = fetch('/given-up', {signal: stop.signal}).catch(() => null);
             stop.abort();
             return given_up;
           }"""
    )
    assert window.traffic.broken is None
    await blank.evaluate("() => fetch('/answer').catch(() => null)")
    broken = window.traffic.broken
    assert broken is not None
    assert broken.reference == "ERR_CONNECTION_RESET"


async def test_a_document_that_is_lost_on_its_way_is_not_waited_for(blank: Page) -> None:
    async def answer(route: Route) -> None:
        if route.request.url == "http://portal.test/":
            await route.fulfill(content_type="text/html", body="<p>portal</p>")
        else:
            await route.abort("connectionreset")

    await blank.context.route("http://portal.test/**", answer)
    window = Window(blank, NO_SELECTORS, Path("unused"))
    await blank.goto("http://portal.test/")
    window.begin_action()
    await blank.evaluate(
        "() => { document.body.append(Object.assign(document.createElement('iframe'), {src: '/app'})) }"
    )
    with pytest.raises(PortalUnavailable, match="connection"):
        await window.see({"app": Sign(({"css": "#app"},))}, seconds=20)


async def test_a_frame_that_was_hidden_and_kept_gives_its_place_to_another(blank: Page) -> None:
    """A workspace with tabs: each search opens one more, those of before stay where they were."""
    window = Window(blank, NO_SELECTORS, Path("unused"))
    path = ("iframe:visible",)
    await blank.set_content("<iframe srcdoc='<p>first</p>'></iframe>")
    shown = await window.frame(path)
    assert shown is not None
    assert await shown.text_content("p") == "first"
    await blank.evaluate(
        """() => {
             document.querySelector('iframe').hidden = true;
             const next = document.createElement('iframe');
             next.srcdoc = '<p>second</p>';
             document.body.append(next);
           }"""
    )
    shown = await window.frame(path)
    assert shown is not None
    assert await shown.text_content("p") == "second"
    await blank.evaluate("document.querySelectorAll('iframe').forEach((each) => { each.hidden = !each.hidden })")
    window.begin_action()
    shown = await window.frame(path)
    assert shown is not None
    assert await shown.text_content("p") == "first"


async def test_a_chat_that_is_out_of_order_is_no_fault_of_the_portal(blank: Page) -> None:
    """A frame of its own, which no answer waits for."""

    async def answer(route: Route) -> None:
        chat = route.request.url.endswith("/chat")
        await route.fulfill(status=503 if chat else 200, content_type="text/html", body="" if chat else "<p>portal</p>")

    await blank.context.route("http://portal.test/**", answer)
    window = Window(blank, dataclasses.replace(NO_SELECTORS, background=("/chat",)), Path("unused"))
    await blank.goto("http://portal.test/")
    window.begin_action()
    async with blank.context.expect_event("response", lambda response: response.status == 503):
        await blank.evaluate(
            "() => { document.body.append(Object.assign(document.createElement('iframe'), {src: '/chat'})) }"
        )
    await blank.evaluate("() => { document.body.append('Welcome') }")
    seen = await window.see({"home": Sign(({"text": "Welcome"},))}, seconds=20)
    assert seen is not None


async def test_the_error_page_of_a_frame_is_what_it_says(blank: Page) -> None:
    """And what stood around it before is no answer."""

    async def answer(route: Route) -> None:
        down = route.request.url.endswith("/app")
        body = "<h1>Scheduled maintenance</h1>" if down else "<h1 id=head>Member W1</h1>"
        await route.fulfill(status=503 if down else 200, content_type="text/html", body=body)

    await blank.context.route("http://portal.test/**", answer)
    window = Window(blank, NO_SELECTORS, Path("unused"))
    await blank.goto("http://portal.test/")
    head = Sign(({"css": "#head"},), proven=True)
    await engine(blank.main_frame, "mark", signs=[[*head.here]])
    window.begin_action()
    await blank.evaluate(
        "() => { document.body.append(Object.assign(document.createElement('iframe'), {src: '/app'})) }"
    )
    maintenance = Sign(({"text": "Scheduled maintenance"},), ("iframe",))
    seen = await window.see({"head": head, "maintenance": maintenance}, seconds=20)
    assert seen is not None
    assert seen.name == "maintenance"
    with pytest.raises(PortalUnavailable, match="server error"):
        await window.see({"head": head}, seconds=20)


async def test_an_error_page_that_comes_slowly_is_read_to_its_end(blank: Page) -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Busy\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html>")
        await writer.drain()
        await asyncio.sleep(2 * QUIET_MS / 1000)
        writer.write(b"<h1>Scheduled maintenance</h1>")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        window = Window(blank, NO_SELECTORS, Path("unused"))
        await window.goto(f"http://127.0.0.1:{port}/", seconds=20)
        maintenance = Sign(({"text": "Scheduled maintenance"},))
        seen = await window.see({"maintenance": maintenance}, seconds=20)
    assert seen is not None
