"""One Chromium for every test of a worker that wants a browser without a portal's restrictions."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from bots.host import find_chromium


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        await browser.close()
