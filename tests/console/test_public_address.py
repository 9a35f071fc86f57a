"""The console behind a proxy that ends TLS: opened under the address that it was given, and under no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import ValidationError

from console.app import create_app
from core.settings import Settings
from lanes import people
from lanes.assembly import Fleet
from store.people import Keeper, Role
from tests.console.conftest import PASSWORD, Browser
from tests.console.provider import Provider, running
from tests.console.test_single_sign_on import back_from, with_provider

PUBLIC = "https://fleet.example.org"
KEPT, REWRITTEN = "fleet.example.org", "127.0.0.1:8460"
"""The name that a proxy passes on: the browser's, as HAProxy does, or its own for us, as nginx does unless told."""


@pytest.fixture
def public(fleet: Fleet) -> Fleet:
    return replace(fleet, settings=fleet.settings.model_copy(update={"console_url": PUBLIC}))


@pytest.fixture(params=[KEPT, REWRITTEN])
async def browser(public: Fleet, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    async with behind_a_proxy(public, request.param) as client:
        yield Browser(client)


def behind_a_proxy(house: Fleet, host: str) -> httpx.AsyncClient:
    """A browser that is at the public address, as the console hears it: in clear, from this machine."""
    proxied = {"host": host, "origin": PUBLIC, "sec-fetch-site": "same-origin", "x-forwarded-proto": "https"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(house)), base_url=PUBLIC, headers=proxied)


async def test_people_sign_in_at_the_public_address_and_their_cookie_never_goes_in_clear(
    browser: Browser, public: Fleet
) -> None:
    await people.add(public, "kim", PASSWORD, roles=frozenset({Role.BILLER}), tins=None, by=Keeper("tests"))
    shown = await browser.get("/sign-in")
    assert (shown.status_code, shown.headers["strict-transport-security"]) == (200, "max-age=31536000")
    step = await browser.post("/sign-in", name="kim", password=PASSWORD.reveal())
    assert step.headers["location"] == "/sign-in/password"
    assert "; Secure" in step.headers["set-cookie"]
    assert (await browser.follow(step)).status_code == 200


@pytest.mark.parametrize("host", [KEPT, REWRITTEN])
@pytest.mark.parametrize(
    "origin", ["https://evil.example.org", "http://fleet.example.org", "https://fleet.example.org:8443", "null", "x["]
)
async def test_forms_of_any_other_address_are_refused(public: Fleet, host: str, origin: str) -> None:
    async with behind_a_proxy(public, host) as client:
        refused = await client.post("/sign-in", data={"name": "kim"}, headers={"origin": origin})
        assert refused.status_code == 403


async def test_other_names_are_refused_and_this_machine_still_gets_in(public: Fleet) -> None:
    for host, status in (("evil.example.org", 400), ("example.org", 400), ("127.0.0.1:8460", 200), ("localhost", 200)):
        async with behind_a_proxy(public, host) as client:
            assert (await client.get("/sign-in")).status_code == status, host
    here = {"host": REWRITTEN, "origin": f"http://{REWRITTEN}"}
    async with behind_a_proxy(public, REWRITTEN) as client:
        assert (await client.post("/sign-in", data={"name": "kim"}, headers=here)).status_code == 401


async def test_without_a_public_address_no_proxy_is_believed(fleet: Fleet) -> None:
    for host, status in ((KEPT, 400), (REWRITTEN, 403)):
        async with behind_a_proxy(fleet, host) as client:
            assert (await client.post("/sign-in", data={"name": "kim"})).status_code == status


async def test_single_sign_on_comes_back_to_the_public_address(public: Fleet, tmp_path: Path) -> None:
    async with running(Provider()) as provider:
        house = await with_provider(public, provider, tmp_path)
        for host in (KEPT, REWRITTEN):
            async with behind_a_proxy(house, host) as client:
                browser = Browser(client)
                begun = await browser.get("/sign-in/sso")
                asked = parse_qs(urlsplit(begun.headers["location"]).query)
                assert asked["redirect_uri"] == [f"{PUBLIC}/sign-in/sso/back"]
                assert "; Secure" in begun.headers["set-cookie"]
                back = await back_from(begun.headers["location"], "pat")
                assert back.startswith(f"{PUBLIC}/sign-in/sso/back?")
                cookies = (await browser.get(back)).headers.get_list("set-cookie")
                assert any("fleet_session=" in each and "; Secure" in each for each in cookies)
                assert (await browser.get("/answers")).status_code == 200
                out = (await browser.get("/sign-in/sso/out")).text
                assert "post_logout_redirect_uri=https%3A%2F%2Ffleet.example.org%2Fsign-in" in out


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://Fleet.Example.org/", PUBLIC),
        ("https://fleet.example.org:443", PUBLIC),
        ("https://fleet.example.org:8443", "https://fleet.example.org:8443"),
    ],
)
def test_the_setting_is_kept_as_browsers_write_an_origin(given: str, kept: str) -> None:
    assert Settings(console_url=given).console_url == kept


@pytest.mark.parametrize(
    "given",
    [
        *("http://fleet.example.org", "fleet.example.org", "https://", "https://fleet.example.org/console"),
        *("https://kim:secret@fleet.example.org", "https://fleet.example.org:port", "https://*.example.org", ""),
    ],
)
def test_what_is_no_https_address_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="https://HOST"):
        Settings(console_url=given)
