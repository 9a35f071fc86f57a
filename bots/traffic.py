"""What a portal owes: the requests of its windows that are not answered yet, and how long it has been silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from playwright.async_api import Page, Request

from core.errors import PortalUnavailable

QUIET_MS = 700
"""A page that was there before an action counts as its outcome only after this long without a change."""
REST_MS = 100
"""A portal that answered and asks nothing more for this long has answered."""
_BROWSERS_OWN = "chrome-extension:"
"""The browser's viewer of PDF files, a hundred scripts of it."""
RECENT_SECONDS = 90
"""What fails so soon after the connection broke failed because of it."""
_ON_PURPOSE = ("ERR_ABORTED", "ERR_BLOCKED_BY_")
_NO_SUCH_HOST = "ERR_NAME_NOT_RESOLVED"
"""So also every host ends that a portal's manifest does not allow."""
_OUTSIDE = ("websocket", "eventsource", "ping", "media", "image", "font")


class Traffic:
    def __init__(self, background: Sequence[str]) -> None:
        """`background`: parts of addresses that no answer waits for."""
        self.begun = 0
        """Requests so far."""
        self._background = background
        self._open: dict[Request, Page] = {}
        self._begun_before = 0
        self._left = 0
        """Whatever has left the windows so far."""
        self._left_before = 0
        self._last = 0.0
        self._moved = asyncio.Event()
        self._reached: set[str] = set()
        """Hosts that have answered."""
        self._broken: tuple[float, Request] | None = None
        """When the connection was lost, and under what."""
        self._lost = False

    def follow(self, page: Page) -> None:
        self._left += 1  # a window that opens leaves with its first request, before anybody could be told of it
        page.on("request", partial(self._begins, page))
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: self._leaves(socket.url)))
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._failed)

    def _begins(self, page: Page, request: Request) -> None:
        background = self.in_background(request)
        if not background or request.method != "GET":
            self._left += 1
        own = request.url.startswith(_BROWSERS_OWN)
        if request.resource_type not in _OUTSIDE and not background and not own:
            self._open[request] = page
            self.begun += 1
            self._last = time.monotonic()
            self._moved.set()

    def _leaves(self, url: str) -> None:
        self._left += not self._is_background(url)

    def in_background(self, request: Request) -> bool:
        return self._is_background(request.url)

    def _is_background(self, url: str) -> bool:
        return any(part in url for part in self._background)

    def _answered(self, request: Request) -> None:
        if request in self._open:
            self._reached.add(_host(request))
            self._ends(request)

    def _failed(self, request: Request) -> None:
        if request in self._open and self.is_lost(request):
            self._broken, self._lost = (time.monotonic(), request), True
        self._ends(request)

    def is_lost(self, request: Request) -> bool:
        """By the connection, of one that has failed."""
        code = (request.failure or "").removeprefix("net::")
        closed_to_bots = code == _NO_SUCH_HOST and _host(request) not in self._reached
        return not closed_to_bots and not code.startswith(_ON_PURPOSE)

    def _ends(self, request: Request) -> None:
        if request in self._open:
            del self._open[request]
            self._last = time.monotonic()
            self._moved.set()

    def closed(self, window: Page) -> None:
        """Nobody is told how a request ended whose window closed over it."""
        self._open = {request: page for request, page in self._open.items() if page is not window}
        self._moved.set()

    def begin_action(self) -> None:
        """Forget the traffic of before: what counts is what the coming action sets off."""
        self._begun_before, self._lost = self.begun, False
        self._left_before = self._left
        self._last = time.monotonic()

    def acted(self) -> None:
        """The action has been made: it may have waited for its element, and silence counts from now on."""
        self._last = time.monotonic()

    @property
    def broken(self) -> PortalUnavailable | None:
        """When the connection to the portal has just been lost under something that it was asked."""
        if self._broken is None or time.monotonic() - self._broken[0] > RECENT_SECONDS:
            return None
        return connection_broke(self._broken[1])

    @property
    def lost(self) -> PortalUnavailable | None:
        """As `broken`, since the last action: whatever its page says now, it says of the connection."""
        return self.broken if self._lost else None

    @property
    def stirred(self) -> bool:
        """Whether the last action set off any request."""
        return self.begun > self._begun_before

    @property
    def kept_silent(self) -> bool:
        """Whether nothing at all has left since the last action, in whatever way: a beacon or a picture could have told
        the portal too. But for what it asks for all the time.
        """
        return self._left == self._left_before

    @property
    def owes(self) -> bool:
        return bool(self._open)

    @property
    def busy(self) -> bool:
        """Whether the portal still owes an answer: a page that polls for it is busy between two polls as well."""
        return bool(self._open) or time.monotonic() - self._last < QUIET_MS / 1000

    @property
    def idle_seconds(self) -> float:
        return 0 if self._open else time.monotonic() - self._last

    @property
    def resting(self) -> bool:
        return self.has_rested(REST_MS)

    def has_rested(self, milliseconds: float) -> bool:
        return not self._open and self.idle_seconds >= milliseconds / 1000

    async def rest(self, *, seconds: float, milliseconds: float = REST_MS) -> None:
        """Waits until the portal has owed nothing for so long. Raises PortalUnavailable when it takes more than these
        seconds.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while not self.has_rested(milliseconds):
            left = deadline - clock()
            if left <= 0:
                self._open.clear()  # whatever never ends is not waited for twice
                sentence = "The portal did not finish its answer in its time; the question is asked again later."
                raise PortalUnavailable(sentence, reference="requests without end")
            self._moved.clear()
            with suppress(TimeoutError):
                pause = left if self._open else milliseconds / 1000 - self.idle_seconds
                await asyncio.wait_for(self._moved.wait(), pause)


def connection_broke(request: Request) -> PortalUnavailable:
    sentence = "The connection to the portal broke; it is asked again later."
    return PortalUnavailable(sentence, reference=(request.failure or "").removeprefix("net::"))


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc
