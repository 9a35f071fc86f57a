"""A secret is typed into the portal's own documents and nowhere else, and no error repeats it."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.async_api import ElementHandle, Page, Route
from strange_portal.visitor import Strange

from bots.definition import PortalDefinition
from bots.secret import secret_fill
from core.errors import AutomationBlocked, FleetError, PartUnavailable, PortalChanged
from core.phi import Secret

PASSWORD = "S3cr3t-Pa55"
OWN, STRANGER = "http://portal.localhost", "http://portal.localhost.evil.localhost"


@pytest.fixture
def definition(strange_host: Strange) -> PortalDefinition:
    return dataclasses.replace(strange_host.definition, url=OWN, hosts=("portal.localhost", "*.sso.localhost"))


async def visit(page: Page, url: str, markup: str) -> None:
    """The page of any address, without a server."""

    async def answer(route: Route) -> None:
        own = route.request.is_navigation_request() and route.request.frame.parent_frame is None
        await route.fulfill(content_type="text/html", body=markup if own else "<input type=password id=p>")

    await page.route("**/*", answer)
    await page.goto(url)


async def the(page: Page, css: str) -> ElementHandle:
    return await page.wait_for_selector(css, state="attached")


async def fill(handle: ElementHandle, definition: PortalDefinition, *, by_keys: bool = False) -> None:
    await secret_fill(handle, Secret(PASSWORD), definition, page="sign_in", element="password", by_keys=by_keys)


def assert_silent(error: BaseException) -> None:
    chain: BaseException | None = error
    while chain is not None:
        texts = [str(chain), repr(chain), getattr(chain, "reference", "")]
        assert not any(PASSWORD in text for text in texts)
        chain = chain.__cause__


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://portal.localhost/login", True),
        ("http://PORTAL.localhost/login", True),
        ("http://eu.sso.localhost/", True),
        ("http://sso.localhost/", False),
        ("http://eu.sso.localhost.evil/", False),
        ("http://notsso.localhost/", False),
        ("http://portal.localhost.evil/", False),
        ("http://portal.localhost@evil/", False),
        ("http://me@portal.localhost/", False),
        ("http://portal.localhost./", False),
        ("https://portal.localhost/", False),
        ("http://portal.localhost:8443/", False),
        ("http://portal.localhost:99999/", False),
        ("http://xn--prtal-jua.localhost/", False),
        ("http://p\u043ertal.localhost/", False),
        ("http://[::1/", False),
        ("data:text/html,portal.localhost", False),
        ("blob:http://portal.localhost/1", False),
        ("about:blank", False),
        ("about:srcdoc", False),
        ("", False),
    ],
)
def test_look_alikes_are_strangers(definition: PortalDefinition, url: str, *, allowed: bool) -> None:
    assert definition.allows(url) is allowed


@pytest.mark.parametrize("by_keys", [False, True])
async def test_types_into_the_portals_own_page(blank: Page, definition: PortalDefinition, *, by_keys: bool) -> None:
    await visit(blank, OWN, "<input type=password id=p>")
    await fill(await the(blank, "#p"), definition, by_keys=by_keys)
    assert await blank.input_value("#p") == PASSWORD


@pytest.mark.parametrize("by_keys", [False, True])
async def test_a_stranger_gets_nothing(blank: Page, definition: PortalDefinition, *, by_keys: bool) -> None:
    await visit(blank, STRANGER, "<input type=password id=p>")
    with pytest.raises(AutomationBlocked) as caught:
        await fill(await the(blank, "#p"), definition, by_keys=by_keys)
    assert_silent(caught.value)
    assert await blank.input_value("#p") == ""


@pytest.mark.parametrize(
    ("page", "frame"), [(OWN, STRANGER), (STRANGER, OWN), (OWN, "about:srcdoc")], ids=["frame", "page", "srcdoc"]
)
async def test_every_frame_around_it_must_be_the_portals(
    blank: Page, definition: PortalDefinition, page: str, frame: str
) -> None:
    source = "srcdoc='<input id=p>'" if frame == "about:srcdoc" else f"src={frame}/inner"
    await visit(blank, f"{page}/", f"<iframe {source}></iframe>")
    inner = blank.frames[1]
    handle = await inner.wait_for_selector("#p")
    with pytest.raises(AutomationBlocked):
        await fill(handle, definition)
    assert await inner.input_value("#p") == ""


@pytest.mark.parametrize("by_keys", [False, True])
@pytest.mark.parametrize(
    "markup",
    [
        "<input type=password id=p disabled>",
        "<input type=password id=p readonly>",
        "<input type=number id=p>",
        "<div id=p>Password</div><input id=other autofocus>",
        "<input type=checkbox id=p>",
        "<input id=p oninput='this.value = this.value.slice(0, 3)'>",
        "<input id=p onfocus='other.focus()'><iframe id=other srcdoc='<input autofocus>'></iframe>",
    ],
)
async def test_a_place_that_does_not_take_it_is_a_changed_portal(
    blank: Page, definition: PortalDefinition, markup: str, *, by_keys: bool
) -> None:
    steals_focus = "onfocus" in markup
    await visit(blank, OWN, markup)
    handle = await the(blank, "#p")
    if steals_focus and not by_keys:
        await fill(handle, definition)
        return
    with pytest.raises(PortalChanged) as caught:
        await fill(handle, definition, by_keys=by_keys)
    assert_silent(caught.value)
    if not markup.startswith("<input id=p oninput"):
        assert PASSWORD[:2] not in await blank.evaluate(
            "[...document.querySelectorAll('input')].map(i => i.value).join()"
        )


@pytest.mark.parametrize("by_keys", [False, True])
async def test_an_element_of_a_page_that_went_away_takes_nothing_into_the_next(
    blank: Page, definition: PortalDefinition, *, by_keys: bool
) -> None:
    await visit(blank, OWN, "<input type=password id=p autofocus>")
    handle = await the(blank, "#p")
    await blank.goto(f"{OWN}/next")
    with pytest.raises(FleetError) as caught:
        await fill(handle, definition, by_keys=by_keys)
    assert_silent(caught.value)
    assert await blank.input_value("#p") == ""


async def test_a_page_that_goes_away_while_keys_are_typed_gets_no_more_of_them(
    blank: Page, definition: PortalDefinition
) -> None:
    await visit(blank, OWN, f"<input id=p oninput='if (this.value.length === 3) location = \"{STRANGER}/\"'>")
    with pytest.raises(FleetError) as caught:
        await fill(await the(blank, "#p"), definition, by_keys=True)
    assert_silent(caught.value)
    await blank.wait_for_url(f"{STRANGER}/**")
    assert await blank.input_value("#p") in {"", PASSWORD[3], PASSWORD[3:5]}


async def test_a_detached_element_takes_nothing(blank: Page, definition: PortalDefinition) -> None:
    await visit(blank, OWN, "<input type=password id=p>")
    handle = await the(blank, "#p")
    await blank.evaluate("document.getElementById('p').remove()")
    with pytest.raises(FleetError) as caught:
        await fill(handle, definition, by_keys=True)
    assert_silent(caught.value)


async def test_boxes_that_advance_and_submit_by_themselves(blank: Page, definition: PortalDefinition) -> None:
    boxes = "".join("<input class=b maxlength=1>" for _ in PASSWORD)
    await visit(blank, OWN, f"<form>{boxes}</form>")
    await blank.evaluate(
        "document.querySelectorAll('.b').forEach((box, at, all) => box.addEventListener('input', () =>"
        " all[at + 1] ? all[at + 1].focus() : location.assign('/done')))"
    )
    await fill(await the(blank, ".b"), definition, by_keys=True)
    await blank.wait_for_url("**/done")


@pytest.mark.parametrize("by_keys", [False, True], ids=["set", "keys"])
async def test_a_browser_that_dies_has_not_changed_the_portal(
    blank: Page, definition: PortalDefinition, *, by_keys: bool
) -> None:
    await visit(blank, OWN, "<input type=password id=p>")
    handle = await the(blank, "#p")
    await blank.close()
    with pytest.raises(PartUnavailable) as caught:
        await fill(handle, definition, by_keys=by_keys)
    assert caught.value.part == "browser"
    assert_silent(caught.value)
