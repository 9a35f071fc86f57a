"""Old portals: a form in one frame and its answer in another, a claim in a window of its own, windows that close."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping

import pytest
from fixtures_portals import Kept
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Route
from strange_portal.visitor import Opened

from bots.lane import LaneBrowser
from bots.page import Element, Field, Page, ReadsInto
from bots.parse import text
from bots.portal import Portal
from core.capabilities.claim_status import Claims, ClaimStatusQuery
from core.capabilities.record import Record
from core.errors import PartUnavailable

PAGES = """
pages:
  search:
    frame: ["frame[name=form]"]
    here: {css: form}
    member_id: {css: "input[name=member]"}
    submit: {role: button, name: Find}
    look_up: {role: button, name: Look up}
  nobody:
    frame: &result ["frame[name=result]"]
    here: {text: No member}
  found:
    frame: *result
    here: {text: Coverage}
  window:
    frame: [popup]
    here: {text: Look-up}
    close: {role: button, name: Close}
  nobody_there:
    frame: [popup]
    here: {text: No claim}
  home:
    here: {text: Welcome}
  received:
    here: &received {dialog: Received}
    number: *received
"""
FRAMES = "<frameset rows='100,*'><frame name=form src=/form><frame name=result></frameset>"
FORM = """<form action=/find target=result><input name=member><input type=submit value=Find></form>
  <input type=button value="Look up"
    onclick="window.open('/look-up?member=' + document.forms[0].member.value, 'look-up')">"""
PLACES: Mapping[str, str] = {
    "/": FRAMES,
    "/form": FORM,
    "/find?member=X0": "No member has this number.",
    "/find?member=W1": "Coverage",
    "/look-up?member=X0": "No claim has this number.",
    "/look-up?member=W1": "Look-up <input type=button value=Close onclick='window.close()'>",
}
SLOW = ("/find?member=W1", "/look-up?member=W1")


class SearchPage(Page, page="search"):
    member_id = Element()
    submit = Element()
    look_up = Element()


class NobodyPage(Page, page="nobody"): ...


class FoundPage(Page, page="found"): ...


class WindowPage(Page, page="window"):
    close = Element()


class NobodyTherePage(Page, page="nobody_there"): ...


class HomePage(Page, page="home"): ...


class Receipt(Record):
    number: str


class ReceivedPage(ReadsInto[Receipt], page="received"):
    number = Field(text)


@pytest.fixture
async def old_portal(blank: BrowserPage) -> BrowserPage:
    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://portal.test")
        await asyncio.sleep(0.5 if path in SLOW else 0)
        await route.fulfill(content_type="text/html", body=PLACES[path])

    await blank.context.route("http://portal.test/**", answer)
    await blank.goto("http://portal.test/")
    return blank


async def test_what_the_frame_of_results_says_of_somebody_else_is_no_answer(
    old_portal: BrowserPage, opened: Opened
) -> None:
    portal = opened(PAGES)
    found: list[type[Page]] = []
    for member in ("X0", "W1", "X0"):
        form = SearchPage(portal, portal.pages["search"])
        await form.fill(member_id=member)
        await form.submit.click()
        found.append(type(await portal.landed_on(NobodyPage, FoundPage)))
    assert found == [NobodyPage, FoundPage, NobodyPage]


async def test_what_a_window_says_of_somebody_else_is_no_answer(old_portal: BrowserPage, opened: Opened) -> None:
    """The window stays open, and the next question is answered in it."""
    portal = opened(PAGES)
    found: list[type[Page]] = []
    for member in ("X0", "W1"):
        form = SearchPage(portal, portal.pages["search"])
        await form.fill(member_id=member)
        await form.look_up.click()
        found.append(type(await portal.landed_on(NobodyTherePage, WindowPage)))
    assert found == [NobodyTherePage, WindowPage]


async def test_a_window_that_closes_itself_is_no_browser_that_died(old_portal: BrowserPage, opened: Opened) -> None:
    """It is watched while it closes: a door in a window of its own leads into the one that opened it."""
    portal = opened(PAGES)
    await SearchPage(portal, portal.pages["search"]).fill(member_id="W1")
    await SearchPage(portal, portal.pages["search"]).look_up.click()
    window = await portal.landed_on(WindowPage)
    await window.close.click()
    await old_portal.evaluate("setTimeout(() => { document.documentElement.innerHTML = '<body>Welcome</body>' }, 600)")
    await portal.landed_on(HomePage, WindowPage)


async def test_the_window_that_the_fleet_opened_is_the_browser(old_portal: BrowserPage, opened: Opened) -> None:
    portal = opened(PAGES)
    await old_portal.context.new_page()
    await old_portal.close()
    with pytest.raises(PartUnavailable, match="closed unexpectedly"):
        await portal.landed_on(HomePage)


async def test_a_number_that_stands_in_a_dialog_alone_is_read(blank: BrowserPage, opened: Opened) -> None:
    portal = opened(PAGES)
    await blank.evaluate("alert('Received. Confirmation no. AP-7')")
    assert (await (await portal.landed_on(ReceivedPage)).read()).number.endswith("AP-7")
    assert portal.window.dialogs.unheeded == []


async def test_a_dialog_that_nothing_expects_is_told_with_the_answer(lane: LaneBrowser) -> None:
    async def ask(portal: Portal, _: ClaimStatusQuery) -> Claims:
        await portal.window.page.evaluate("alert('Incomplete: claims of STONE, ROY could not be loaded.')")
        return Claims(claims=())

    lane.definition = dataclasses.replace(lane.definition, journeys={"claim_status": ask})
    kept = Kept()
    answer = await lane.perform("claim_status", "COM", ClaimStatusQuery.model_validate({"claim_number": "7"}), kept)
    assert isinstance(answer, Claims)
    assert len(answer.notes) == 1
    assert [step.note for step in kept.steps] == ["a dialog said what nothing expects"]
    assert [b"ROY" in piece.data for piece in kept.evidence if piece.page == "dialog"] == [True]
    assert "ROY" not in answer.notes[0]


async def test_a_button_that_slept_before_its_click_is_not_pressed_twice(blank: BrowserPage, opened: Opened) -> None:
    """What it sets off is waited for from the click on, not from when the button was first looked for."""
    portal = opened(PAGES)
    await blank.set_content("<iframe name=form></iframe>")
    await blank.evaluate(
        """() => {
             const inside = document.querySelector('iframe').contentDocument;
             inside.body.innerHTML = '<form><input name=member><input type=submit value=Find disabled></form>';
             window.pressed = 0;
             inside.forms[0].onsubmit = (event) => {
               event.preventDefault();
               window.pressed += 1;
               setTimeout(() => { document.body.append('Welcome') }, 1500);
             };
             setTimeout(() => { inside.querySelector('[type=submit]').disabled = false }, 3500);
           }"""
    )
    spec = dataclasses.replace(portal.pages["search"], frame=("iframe",))
    await SearchPage(portal, spec).submit.click()
    await portal.landed_on(HomePage)
    assert await blank.evaluate("window.pressed") == 1
