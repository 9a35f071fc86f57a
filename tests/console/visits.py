"""A person in front of a real browser, and the house served to it. With PICTURES=folder every page is kept as well,
light and dark, wide and narrow, for people to look at.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from pyotp.totp import TOTP

from console.app import create_app
from lanes.assembly import Fleet
from tests.console.conftest import PASSWORD

OWN = "a password of my own"
PICTURES = os.environ.get("PICTURES")
SERIOUS = ("moderate", "serious", "critical")
SHADES: dict[str, dict[str, Any]] = {"light": {}}
if "THOROUGH" in os.environ:  # else tests/console/test_every_page_in_a_browser.py has a look
    SHADES["dark"] = {"runOnly": ["color-contrast"]}
SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


class Visit:
    looked_at: ClassVar[set[str]] = set()
    """By any of them: a page of these visits is checked once."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.homes = [address]
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda asked: self._home(asked.url))
        self._seed = ""

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)
        await self.keep(path)

    async def sign_in(self, name: str) -> None:
        page = self.page
        await self.open("/")
        await page.get_by_label("Name").fill(name)
        await page.get_by_label("Password").fill(PASSWORD.reveal())
        await page.keyboard.press("Enter")
        await page.get_by_label("New password").fill(OWN)
        await page.get_by_label("The same again").fill(OWN)
        await self.keep("/sign-in/password")
        await page.keyboard.press("Enter")
        await page.get_by_text("Type a key instead").click()
        self._seed = (await page.locator(".seed").inner_text()).replace(" ", "")
        await self.keep("/sign-in/app")
        await page.get_by_label("Code").fill(TOTP(self._seed).at(datetime.now(UTC)))
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Sign out").wait_for(state="attached")

    async def keep(self, path: str) -> None:
        if path not in self.looked_at:
            self.looked_at.add(path)
            await self._check_access(path)
        await pictures_of(self.page, path)

    async def _check_access(self, path: str) -> None:
        """What axe holds to be serious is a trouble. Shades differ in colours alone."""
        for shade, options in SHADES.items():
            await self.page.emulate_media(color_scheme=shade)  # type: ignore[arg-type]
            told = await Axe().run(self.page, options={"resultTypes": ["violations"], **options})
            self.troubles += [
                f"{path}, {shade}: {found['id']} at {node['target']}"
                for found in told.response["violations"]
                if found["impact"] in SERIOUS
                for node in found["nodes"]
            ]
        await self.page.emulate_media(color_scheme="light")

    def _home(self, url: str) -> None:
        if not url.startswith(tuple(self.homes)):
            self.troubles.append(f"asked for {url}")


async def pictures_of(page: Page, path: str) -> None:
    """Kept where PICTURES says; the page is light and wide again afterwards."""
    name = path.strip("/").replace("/", "-").split("?")[0] or "overview"
    for shade in ("dark", "light") if PICTURES else ():
        await page.emulate_media(color_scheme=shade)  # type: ignore[arg-type]
        for size, (width, height) in reversed(SIZES.items()):
            await page.set_viewport_size({"width": width, "height": height})
            await page.screenshot(path=Path(PICTURES or "") / f"{name[:90]}-{size}-{shade}.png", full_page=True)


@asynccontextmanager
async def served(fleet: Fleet) -> AsyncIterator[str]:
    fleet.settings.layout.run.mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(fleet), log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving
