from __future__ import annotations

import copy
import dataclasses
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fixtures_portals import Kept
from playwright.async_api import Browser, Page
from strange_portal.eligibility import check_eligibility
from strange_portal.sign_in import LOGIN
from strange_portal.site import HOST, open_for_business
from strange_portal.visitor import MANIFEST, Opened, Strange, secrets

from bots.contracts import SessionState
from bots.definition import PortalDefinition
from bots.dom import Window
from bots.host import BrowserHost
from bots.lane import LaneBrowser
from bots.portal import Portal
from bots.selectors import load_selectors
from bots.signals import check_signals
from core.manifest import Manifest


@pytest.fixture
async def blank(chromium: Browser) -> AsyncIterator[Page]:
    """An empty page that tests write their markup into."""
    context = await chromium.new_context(viewport={"width": 1000, "height": 700})
    yield await context.new_page()
    await context.close()


@pytest.fixture
def opened(blank: Page, strange_host: Strange, tmp_path: Path) -> Opened:
    """The blank page as a journey sees it, by selector data of one chapter: the `pages` of a file, as YAML, and what
    `signals.yaml` would hold behind a line of dashes.
    """

    def portal(data: str) -> Portal:
        for name, text in zip(("chapter", "signals"), data.split("---\n"), strict=False):
            (tmp_path / f"{name}.yaml").write_text(f"verified: 2026-11-22\n{textwrap.dedent(text)}", "utf-8")
        selectors = load_selectors(tmp_path)
        definition = dataclasses.replace(strange_host.definition, selectors=selectors)
        window = Window(blank, selectors, Path("unused"))
        window.begin_action()
        return Portal(definition, window, Kept(), chapter="chapter")

    return portal


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


@pytest.fixture(scope="session")
async def signed_in(strange_host: Strange) -> tuple[SessionState, dict[str, Any]]:
    """A session for all tests, and what the site knows of it."""
    lane = await strange_host.host.lane(None)
    strange_host.site.weather["mfa"] = "home"
    await lane.log_in(secrets(), Kept())
    known = await lane.session_state(), dict(strange_host.site.sessions)
    await lane.close()
    return known


@pytest.fixture
async def lane(signed_in: tuple[SessionState, dict[str, Any]], strange: Strange) -> AsyncIterator[LaneBrowser]:
    """A browser that is signed in."""
    state, sessions = signed_in
    strange.site.sessions |= copy.deepcopy(sessions)
    opened = await strange.host.lane(state)
    yield opened
    await opened.close()
