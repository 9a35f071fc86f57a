"""The one boundary to Playwright's frames: calls the in-page engine and translates what goes wrong."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, ElementHandle, Frame, JSHandle, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from bots.dialogs import Dialogs
from bots.offers import Offers
from bots.selectors import Candidates, PortalSelectors
from bots.traffic import QUIET_MS, Traffic, connection_broke
from core.errors import FleetError, PartUnavailable, PortalUnavailable, RateLimited

_SCRIPTS = [(Path(__file__).parent / name).read_text("utf-8") for name in ("lookup.js", "engine.js")]
_ENGINE = "(command) => {\n" + "\n".join(_SCRIPTS) + "}"
_PLACE = 'Symbol.for("fleet.engine")'
_ABSENT = "this document has no fleet engine yet"
_CALL = f"""(command) => {{
  if (!window[{_PLACE}]) throw new Error("{_ABSENT}");
  return window[{_PLACE}](JSON.parse(command));
}}"""
_BRING = f"""(command) => {{
  Object.defineProperty(window, {_PLACE}, {{ value: {_ENGINE}, configurable: true }});
  return window[{_PLACE}](JSON.parse(command));
}}"""
_LOOK_SECONDS = 5
_ERRORS = (429, *range(500, 600))
IDLE_SECONDS = 15
"""A portal that neither works nor answers for so long will not: its page is another one than was expected."""
_GONE = ("Execution context was destroyed", "Frame was detached", "Frame has been detached", "Cannot find context")
_DEAD = ("has been closed", "Target closed", "crashed", "Connection closed", "Browser closed")
CLOSED = "closed"
"""The reference of a PartUnavailable: the browser is gone."""
_CLOSED_ITSELF = "The browser closed unexpectedly; the work is kept and goes on in a new one."
POPUP = "popup"


class Navigated(Exception):
    """The document went away while it was looked at. Internal to bots."""


def translated(error: PlaywrightError, page: Page | None = None) -> Exception:
    """Never carries Playwright's text: it can quote what was typed or what the page holds. `page`: where it came from.
    A window that closed itself has gone away, as a document does; the browser is another matter.
    """
    message = error.message
    if page is not None and page.is_closed() and page.context.pages:
        return Navigated()
    if any(sign in message for sign in _DEAD):
        return PartUnavailable("browser", _CLOSED_ITSELF, reference=CLOSED)
    if any(sign in message for sign in _GONE):
        return Navigated()
    if "net::ERR_" in message:
        code = message.split("net::", 1)[1].split()[0]
        return PortalUnavailable("The portal could not be reached; it is asked again later.", reference=code)
    if "Timeout" in type(error).__name__:
        return PortalUnavailable("The portal did not answer in time; it is asked again later.", reference="time-out")
    return PartUnavailable(
        "browser", "The browser refused a command; the run was ended and its work kept.", reference=type(error).__name__
    )


def around(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A frame and all that hold it, innermost first."""
    shortest = 1 if path[:1] == (POPUP,) else 0
    return [path[:length] for length in range(len(path), shortest - 1, -1)]


async def engine(frame: Frame, operation: str, **arguments: Any) -> Any:
    """Raises Navigated or a core error."""
    return await _called(frame, frame.evaluate, {"operation": operation, **arguments})


async def locate(
    frame: Frame, candidates: Candidates, *, milliseconds: float, row: Mapping[str, Any] | None = None
) -> ElementHandle | None:
    """The element itself, bound to this document, as soon as it is there and enabled."""
    return await element_of(frame, "locate", candidates=list(candidates), row=row, timeout=milliseconds)


async def element_of(frame: Frame, operation: str, **arguments: Any) -> ElementHandle | None:
    """Raises Navigated or a core error."""
    handle: JSHandle = await _called(frame, frame.evaluate_handle, {"operation": operation, **arguments})
    return handle.as_element()


async def _called(frame: Frame, evaluate: Callable[[str, Any], Awaitable[Any]], command: Mapping[str, Any]) -> Any:
    """The engine is brought to a document once: it is 30 kB, and a question calls it fifty times. What it is told is
    one string: Playwright would look at every value in it, in three processes.
    """
    told = json.dumps(command)
    try:
        try:
            return await evaluate(_CALL, told)
        except PlaywrightError as error:
            if _ABSENT not in error.message:
                raise
            return await evaluate(_BRING, told)
    except PlaywrightError as error:
        raise translated(error, frame.page) from None


@dataclass(frozen=True)
class Sign:
    """What to look for, and in which frame."""

    here: Candidates
    frame: tuple[str, ...] = ()
    _: KW_ONLY
    of_login: bool = False
    proven: bool = False
    """The page shows whom it is about, and that is checked: only then may it be one that was there before."""

    def data(self) -> dict[str, Any]:
        return {"here": list(self.here), "proven": self.proven}


@dataclass(frozen=True)
class Sighting:
    name: str
    fallback: int


class Window:
    """One browser page with the windows it opens: frames by path, traffic, dialogs, and the wait for whatever comes
    up next.
    """

    def __init__(self, page: Page, selectors: PortalSelectors, downloads: Path) -> None:
        self.page = page
        self.downloads = downloads
        """Where the browser puts files while they arrive, those of other windows too."""
        self.popups: list[Page] = []
        self.moved = asyncio.Event()
        """A document or window came or went, or a file was offered."""
        self.offers = Offers(self.moved)
        self.known: deque[str] = deque(maxlen=100)
        """Patient data of the questions of late: an error page may show it again."""
        self.clock_date: str | None = None
        """The Date header of the last document."""
        self.traffic = Traffic(selectors.background)
        self.dialogs = Dialogs(selectors)
        self.shown: dict[tuple[str, str], Any] = {}
        """What pages that prove whom they show last did show, by chapter and page. Patient data."""
        self._selectors = selectors
        self._devtools: dict[Page, CDPSession] = {}
        self._frames: dict[tuple[str, ...], Frame] = {}
        self._trouble: asyncio.Future[FleetError] = asyncio.get_running_loop().create_future()
        self._error_page: Response | None = None
        self._error_drawn = asyncio.Event()
        page.context.on("dialog", self.dialogs.answer)
        page.context.on("page", self._opened)
        self._follow(page)

    def _follow(self, page: Page) -> None:
        page.on("frameattached", lambda _: self._forget_frames())
        page.on("framenavigated", lambda _: self._navigated())
        page.on("download", self.offers.come)
        self.traffic.follow(page)
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _opened(self, popup: Page) -> None:
        self.popups.append(popup)
        self._forget_popup_frames()
        popup.on("close", self._closed)
        self._follow(popup)

    def _closed(self, popup: Page) -> None:
        self.popups.remove(popup)
        self.traffic.closed(popup)
        self._forget_popup_frames()

    def _navigated(self) -> None:
        self.moved.set()
        self._error_drawn.set()

    def _forget_frames(self) -> None:
        """One that was hidden and kept may have given its place to another."""
        self._frames.clear()
        self.moved.set()

    def _forget_popup_frames(self) -> None:
        self._frames = {path: frame for path, frame in self._frames.items() if path[0] != POPUP}
        self.moved.set()

    def _answered(self, response: Response) -> None:
        if not response.request.is_navigation_request() or self.traffic.in_background(response.request):
            return
        self.clock_date = response.headers.get("date", self.clock_date)
        if self._trouble.done() or response.status not in _ERRORS:
            return
        self._error_page = response
        self._error_drawn.clear()
        if response.status == 429:
            self._trouble.set_result(
                RateLimited("The portal asks for fewer requests; the fleet waits before it goes on.", reference="429")
            )
        else:
            sentence = "The portal answered with a server error; it is asked again later."
            self._trouble.set_result(PortalUnavailable(sentence, reference=str(response.status)))

    def _failed(self, request: Request) -> None:
        if request.is_navigation_request() and not self._trouble.done() and self.traffic.is_lost(request):
            self._trouble.set_result(connection_broke(request))

    def begin_action(self) -> None:
        """Forget the traffic of before: what counts is what the coming action sets off."""
        self.traffic.begin_action()
        self._frames.clear()
        self.dialogs.begin_action()
        if self._trouble.done():
            self._trouble, self._error_page = asyncio.get_running_loop().create_future(), None

    def page_of(self, path: tuple[str, ...]) -> Page | None:
        if path[:1] != (POPUP,):
            return self.page
        return self.popups[-1] if self.popups else None

    @property
    def front(self) -> Page:
        """What a person would see: the newest window that is open."""
        return self.popups[-1] if self.popups else self.page

    async def frame(self, path: tuple[str, ...]) -> Frame | None:
        page = self.page_of(path)
        if page is None or page.is_closed():
            if page is self.page:
                raise PartUnavailable("browser", _CLOSED_ITSELF, reference=CLOSED)
            return None
        if path in ((), (POPUP,)):
            return page.main_frame
        known = self._frames.get(path)
        if known is not None and not known.is_detached():
            return known
        frame = page.main_frame
        try:
            for css in path[1:] if path[0] == POPUP else path:
                holder = await frame.query_selector(css)
                inner = await holder.content_frame() if holder is not None else None
                if inner is None:
                    return None
                frame = inner
        except PlaywrightError as error:
            cause = translated(error, page)
            if isinstance(cause, Navigated):
                return None
            raise cause from None
        self._frames[path] = frame
        return frame

    async def picture(self, page: Page) -> bytes:
        """The viewport as JPEG, straight from the browser: in half the time of Playwright's own screenshot."""
        if page not in self._devtools:
            self._devtools[page] = await page.context.new_cdp_session(page)
        taken = await self._devtools[page].send(
            "Page.captureScreenshot", {"format": "jpeg", "quality": 80, "optimizeForSpeed": True}
        )
        return base64.b64decode(taken["data"])

    async def close_popups(self) -> None:
        try:
            for popup in (*self.popups,):
                await popup.close()
        except PlaywrightError as error:
            cause = translated(error)
            if not isinstance(cause, Navigated):
                raise cause from None

    async def goto(self, url: str, *, seconds: float) -> None:
        """Always a new document, also where only the part behind the # differs. Windows of before are closed."""
        self.begin_action()
        same_document = self.page.url.partition("#")[0] == url.partition("#")[0] and "#" in url
        await self.close_popups()
        try:
            await self.page.goto(url, wait_until="commit", timeout=seconds * 1000)
            if same_document:
                await self.page.reload(wait_until="commit", timeout=seconds * 1000)
        except PlaywrightError as error:
            cause = translated(error)
            if (
                not isinstance(cause, Navigated) and "net::ERR_ABORTED" not in error.message
            ):  # the portal leads elsewhere
                raise cause from None

    async def see(
        self, signs: Mapping[str, Sign], *, seconds: float, idle_seconds: float = IDLE_SECONDS
    ) -> Sighting | None:
        """The first sign to come up that is new since the last action; in order where several are there at once.

        None when the time is over, or the portal has been idle for so long. Raises PortalUnavailable or RateLimited
        when a document arrives as an error and no sign explains it.
        """
        groups: dict[tuple[str, ...], dict[str, Sign]] = {}
        for name, sign in signs.items():
            groups.setdefault(sign.frame, {})[name] = sign
        deadline = asyncio.get_running_loop().time() + seconds
        watchers = [
            asyncio.create_task(self._watch(path, group, deadline, idle_seconds)) for path, group in groups.items()
        ]
        listener = asyncio.create_task(self._listen(signs))
        pending: set[asyncio.Future[Any]] = {*watchers, listener, self._trouble}
        try:
            while any(watcher in pending for watcher in watchers):
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for watcher in (listener, *watchers):
                    if watcher in done and (sighting := watcher.result()) is not None:
                        return sighting
                if self._trouble in done:
                    return await self._explained(groups)
            return None
        finally:
            for watcher in (listener, *watchers):
                watcher.cancel()
            await asyncio.gather(listener, *watchers, return_exceptions=True)

    async def _listen(self, signs: Mapping[str, Sign]) -> Sighting:
        while True:
            for name, sign in signs.items():
                if self.dialogs.said(sign.here) is not None:
                    return Sighting(name, 0)
            self.dialogs.heard.clear()
            await self.dialogs.heard.wait()

    async def _explained(self, groups: Mapping[tuple[str, ...], Mapping[str, Sign]]) -> Sighting:
        """An error document that a declared sign recognises (a maintenance page) is that sign, in whatever frame."""
        with suppress(PlaywrightError, TimeoutError):  # it was answered before it has arrived and is drawn
            async with asyncio.timeout(_LOOK_SECONDS):
                if self._error_page is not None:
                    await self._error_page.finished()
                    await self._error_drawn.wait()
        sightings = await asyncio.gather(*(self._come_up(path, signs) for path, signs in groups.items()))
        for sighting in filter(None, sightings):
            return sighting
        raise self._trouble.result()

    async def _come_up(self, path: tuple[str, ...], signs: Mapping[str, Sign]) -> Sighting | None:
        pages = {name: sign.data() for name, sign in signs.items()}
        for _ in range(3):  # the document of before may go under the look
            frame = await self.frame(path)
            if frame is None:
                break
            try:
                found = await engine(frame, "landing", pages=pages, timeout=QUIET_MS, quiet=QUIET_MS)
            except Navigated:
                continue
            return Sighting(found["name"], found["index"]) if found and not found["stale"] else None
        return None

    async def works(self, path: tuple[str, ...]) -> bool:
        """Whether the portal says in this frame that it is at work, in silence or not."""
        frame = await self.frame(path) if self._selectors.working else None
        try:
            return frame is not None and bool(
                await engine(frame, "present", pages={"it": list(self._selectors.working)})
            )
        except Navigated:
            return True

    async def _watch(
        self, path: tuple[str, ...], signs: Mapping[str, Sign], deadline: float, idle_seconds: float
    ) -> Sighting | None:
        clock = asyncio.get_running_loop().time
        pages = {name: sign.data() for name, sign in signs.items()}
        while (left := deadline - clock()) > 0 and (self.traffic.idle_seconds < idle_seconds or await self.works(path)):
            self.moved.clear()
            frame = await self.frame(path)
            if frame is None:
                try:
                    await asyncio.wait_for(self.moved.wait(), left)
                except TimeoutError:
                    return None
                continue
            try:
                found = await engine(
                    frame, "landing", pages=pages, timeout=min(left, idle_seconds, _LOOK_SECONDS) * 1000, quiet=QUIET_MS
                )
            except Navigated:
                continue
            if found and (not found["stale"] or (self.traffic.stirred and not self.traffic.busy)):
                return Sighting(found["name"], found["index"])
        return None
