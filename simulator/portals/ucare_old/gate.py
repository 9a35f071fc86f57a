"""The way into UCare's older portal, and its way out: read-only from the day of the hand-over, gone a month later."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.gate import Gate as AnyGate
from simulator.gate import Handler, SessionHandler
from simulator.house import House
from simulator.labels import us_date
from simulator.portals.ucare_old.layout import SKINS
from simulator.sessions import Session

PORTAL = "ucare_old"
PAYER = "UCARE"
SESSION_COOKIE = "ASPSESSIONIDUC"
FOLDER = Path(__file__).parent
DAYS_TO_READ = 30


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)

    def door(self, _request: Request, /) -> str:
        return "/login.asp"

    @property
    def handed_over_on(self) -> date | None:
        """The day of the hand-over, once it is there."""
        day = self.dials.hands_over_on
        return day if day and day <= self.house.clock.today() else None

    def page(self, handler: Handler) -> Handler:
        return self._while_it_stands(super().page(handler))

    def web_page(self, handler: SessionHandler) -> Handler:
        return self._while_it_stands(super().web_page(handler))

    def inquiry(self, handler: SessionHandler) -> Handler:
        """A page made by a script that asks the payer; when that fails, the server prints where."""
        page = self.web_page(handler)

        async def guarded(request: Request) -> Response:
            if self._strikes(self.session_of(request)):
                return self.render("script_error.html", 500)
            await asyncio.sleep(self.payer_seconds())
            return await page(request)

        return guarded

    def _while_it_stands(self, page: Callable[[Request], Awaitable[Response]]) -> Handler:
        async def guarded(request: Request) -> Response:
            day = self.handed_over_on
            if day and self.house.clock.today() > day + timedelta(days=DAYS_TO_READ):
                return self.notice("gone", 410)
            return await page(request)

        return guarded

    def shell(self, session: Session, template: str, **values: Any) -> Response:
        day = self.handed_over_on
        return self.render(
            template,
            session=session,
            roles=session.account.spec.roles,
            read_only=us_date(day) if day else None,
            **values,
        )

    def busy(self) -> str | None:
        """What it says when it cannot answer, whoever asks."""
        return "Host system not available. Please try later." if PAYER in self.dials.payer_down else None

    def refused(self, latest: date | None) -> str | None:
        """Why nothing of up to this day of service is told here, if so. None is a service that is not known here."""
        if busy := self.busy():
            return busy
        if PAYER in self.dials.provider_not_on_file:
            return "Group practice number not on file."
        day = self.handed_over_on
        if day and (latest is None or latest >= day):
            return f"For dates of service on or after {us_date(day)}, please use the new UCare Provider Portal."
        return None
