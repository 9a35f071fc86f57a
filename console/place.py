"""Where people find the console: on its own machine, and under the address of a proxy that ends TLS before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

_PORT = re.compile(r":[0-9]+$")
OUR_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Place:
    public: str | None
    """As `Settings.console_url`; None: this machine alone."""

    @property
    def names(self) -> list[str]:
        """Under any other name somebody else's page could reach us (DNS rebinding)."""
        name = urlsplit(self.public).hostname if self.public else None
        return [*OUR_NAMES, *([name] if name else [])]

    def sent(self, origin: str, host: str | None) -> bool:
        """Whether a form that stood at `origin` was ours. A proxy passes on the browser's `host`, or its own."""
        if origin == self.public:
            return True
        on_this_machine = _PORT.sub("", host or "") in OUR_NAMES
        return (on_this_machine or self.public is None) and origin.partition("://")[2] == host


class AtPublicAddress:
    """Every address that the pages make, and every cookie, is of the public address, whatever the proxy passes on."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._public = urlsplit(place.public) if place.public else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._public and scope["type"] == "http":
            headers = MutableHeaders(raw=list(Headers(scope=scope).raw))
            headers["host"] = self._public.netloc
            scope = {**scope, "scheme": self._public.scheme, "headers": headers.raw}
        await self._app(scope, receive, send)
