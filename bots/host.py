"""One Chromium per portal, which can reach that portal's hosts and no other."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from bots.contracts import SessionState
from bots.definition import PortalDefinition
from bots.dom import CLOSED, translated
from bots.lane import LaneBrowser
from core.errors import PartUnavailable

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",  # there is none; a process that pretends to be one costs a tenth of the work
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
)
_NO_BROWSER = (
    "No browser was found. Install Debian's package (apt-get install chromium) or run `playwright install chromium`; "
    "`fleet doctor` checks it."
)
_NO_START = "The browser is installed but did not start; `fleet doctor` starts one and says why."


_LONGEST_TMP = 60
"""Chromium binds a unix socket some 45 bytes below TMPDIR, and the address of one holds 108; else it ends at once."""


def find_chromium() -> Path | None:
    """An installed Chromium; None leaves it to Playwright's own download.

    The shell without windows first: it starts a lane with a quarter of the work.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    return None


class BrowserHost:
    """Starts its Chromium when the first lane asks, and again when it died."""

    def __init__(self, definition: PortalDefinition, tmp: Path) -> None:
        self.definition = definition
        self._tmp = tmp
        self._downloads = tmp / "downloads"
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._way_to_tmp: int | None = None
        self._alone = asyncio.Lock()

    async def lane(self, state: SessionState | None) -> LaneBrowser:
        """A context of its own: own cookies, own window. Raises PartUnavailable."""
        browser = await self._running()
        try:
            return await self._opened(browser, state)
        except PlaywrightError as error:
            problem = translated(error)
            if not isinstance(problem, PartUnavailable) or problem.reference != CLOSED:
                raise problem from None
        await self._forget(browser)  # it was killed, or its driver, and nobody had noticed
        try:
            return await self._opened(await self._running(), state)
        except PlaywrightError as error:
            raise translated(error) from None

    async def _opened(self, browser: Browser, state: SessionState | None) -> LaneBrowser:
        context = await browser.new_context(
            accept_downloads=True,
            service_workers="block",
            viewport={"width": 1280, "height": 900},
            locale="en-US",
            storage_state=state.storage if state is not None else None,  # type: ignore[arg-type]
        )
        try:
            return await LaneBrowser.open(self.definition, context, state, self._downloads)
        except BaseException:  # nobody else could close it
            await context.close()
            raise

    async def close(self) -> None:
        try:
            if self._browser is not None:
                await self._browser.close()
        except PlaywrightError:
            pass  # it is gone already, which is what was wanted
        finally:
            self._browser = None
            if self._playwright is not None:
                await self._playwright.stop()
                self._playwright = None
            if self._way_to_tmp is not None:
                os.close(self._way_to_tmp)
                self._way_to_tmp = None

    async def _forget(self, browser: Browser) -> None:
        async with self._alone:
            if self._browser is browser:
                await self.close()

    async def _running(self) -> Browser:
        """One for all lanes, also for those that open at once."""
        async with self._alone:
            if self._browser is None or not self._browser.is_connected():
                self._browser = await self._launched()
            return self._browser

    async def _launched(self) -> Browser:
        rules = ", ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in self.definition.hosts)])
        arguments = [*_QUIET, f"--host-resolver-rules={rules}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        executable = find_chromium()
        try:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            return await self._playwright.chromium.launch(
                executable_path=executable,
                args=arguments,
                downloads_path=self._downloads,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                env={"HOME": str(self._tmp), "TMPDIR": self._brief_tmp(), "PATH": os.environ.get("PATH", "")},
            )
        except PlaywrightError as error:
            missing = executable is None and "Executable doesn't exist" in error.message
            sentence = _NO_BROWSER if missing else _NO_START
            await self.close()  # its driver too: one that was killed starts nothing any more
            raise PartUnavailable("browser", sentence, reference=type(error).__name__) from None

    def _brief_tmp(self) -> str:
        """The folder by its own name, or through this process where that is too long."""
        if len(os.fsencode(self._tmp)) <= _LONGEST_TMP:
            return str(self._tmp)
        if self._way_to_tmp is None:
            self._way_to_tmp = os.open(self._tmp, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/{os.getpid()}/fd/{self._way_to_tmp}"
