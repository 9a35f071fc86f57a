"""The way into UCare's newer portal: its cookie, and what those without a session get to see."""

import asyncio
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from simulator.gate import Gate as AnyGate
from simulator.house import House
from simulator.portals.ucare.layout import SKINS
from simulator.sessions import Session

PORTAL = "ucare"
PAYER = "UCARE"
SESSION_COOKIE = "UCPORTAL"
FOLDER = Path(__file__).parent
_MEMORY = 200  # results that a session can still ask for
_BUSY = "UCare's system is not responding. Try again in a few minutes."
_PROVIDER = "The NPI that you work for is not on file with UCare."


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)

    def door(self, _request: Request, /) -> str:
        return "/sign-in"

    def once_more(self) -> Response | None:
        return RedirectResponse("/sign-in", 303)

    async def fragment(self, template: str, **values: Any) -> HTMLResponse:
        """A piece of a page, after the time that the payer takes for it."""
        await asyncio.sleep(self.payer_seconds())
        return self.render(template, **values)

    def busy(self) -> str | None:
        """What it says when it cannot answer, whoever asks."""
        return _BUSY if PAYER in self.dials.payer_down else None

    def trouble(self) -> str | None:
        """What the payer says when it answers nobody."""
        if said := self.busy():
            return said
        return _PROVIDER if PAYER in self.dials.provider_not_on_file else None


def remember(session: Session, key: str, found: object) -> None:
    while len(session.work) >= _MEMORY:
        session.work.pop(next(iter(session.work)))
    session.work[key] = found
