from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures_portals import Kept, short_of_time
from playwright.async_api import Browser, Page, async_playwright
from strange_portal.eligibility import check_eligibility
from strange_portal.sign_in import LOGIN
from strange_portal.site import CODE, HOST, PASSWORD, USER, Site, open_for_business

from bots.contracts import LoginSecrets
from bots.definition import PortalDefinition
from bots.host import BrowserHost, find_chromium
from bots.lane import LaneBrowser
from bots.selectors import load_selectors
from bots.signals import check_signals
from core.capabilities.eligibility import EligibilityQuery
from core.capabilities.record import Answer
from core.manifest import Manifest
from core.phi import Secret


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
async def blank(chromium: Browser) -> AsyncIterator[Page]:
    """An empty page that tests write their markup into."""
    context = await chromium.new_context(viewport={"width": 1000, "height": 700})
    yield await context.new_page()
    await context.close()


MANIFEST = {
    "id": "strange",
    "name": "Lakes & Prairies Health Network",
    "environments": {},
    "payers": [
        {"id": "COM", "name": "Commercial", "label": "Commercial"},
        {"id": "MA", "name": "Medical Assistance", "label": "Medical Assistance"},
        {"id": "DEN", "name": "Dental", "label": "Dental"},
    ],
    "capabilities": ["eligibility"],
    "mfa": ["totp", "email"],
    "session_minutes": 15,
    "session_source": "assumed",
    "answer_seconds": 12,
    "policy": {"stance": "unknown", "evidence": "none", "reviewed_on": "2026-11-22"},
    "rung": "draft",
}


class OneCode:
    """The authenticator of an account whose codes never change."""

    def __init__(self, code: str) -> None:
        self.code = code

    async def totp(self) -> Secret:
        return Secret(self.code)

    def portal_clock(self, offset_seconds: float) -> None:
        pass


def secrets(*, password: str = PASSWORD, code: str = CODE) -> LoginSecrets:
    return LoginSecrets(Secret(USER), Secret(password), OneCode(code))


@dataclass
class Strange:
    """The strange portal with a browser host that may visit it."""

    site: Site
    definition: PortalDefinition
    host: BrowserHost

    def short_of_time(self, seconds: float) -> PortalDefinition:
        return short_of_time(self.definition, seconds)

    async def ask(
        self,
        lane: LaneBrowser,
        payer: str,
        member_id: str,
        born: str,
        kept: Kept | None = None,
        day: str = "2026-11-22",
    ) -> Answer:
        query = EligibilityQuery.model_validate({"member_id": member_id, "birth_date": born, "service_date": day})
        return await lane.perform("eligibility", payer, query, kept or Kept())


@pytest.fixture(scope="session")
async def strange_host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Strange]:
    selectors = load_selectors(Path(__file__).parent / "strange_portal" / "selectors")
    check_signals(selectors)
    async with open_for_business() as site:
        definition = PortalDefinition(
            Manifest.model_validate(MANIFEST), selectors, LOGIN, {"eligibility": check_eligibility}, site.url, (HOST,)
        )
        host = BrowserHost(definition, tmp_path_factory.mktemp("strange"))
        yield Strange(site, definition, host)
        await host.close()


@pytest.fixture
async def strange(strange_host: Strange) -> Strange:
    """On a fine day, and nobody is signed in."""
    strange_host.site.weather.clear()
    strange_host.site.tally.clear()
    strange_host.site.sessions.clear()
    return strange_host


@pytest.fixture
async def lane(strange: Strange) -> AsyncIterator[LaneBrowser]:
    """A browser that is signed in."""
    opened = await strange.host.lane(None)
    strange.site.weather["mfa"] = "home"
    await opened.log_in(secrets(), Kept())
    yield opened
    await opened.close()
