from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bots.host import find_chromium


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
