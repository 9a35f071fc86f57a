"""The way into this portal's pages. Each of them is one form that is sent back to its own address."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from simulator.gate import Gate as AnyGate
from simulator.gate import Handler, SessionHandler
from simulator.house import House
from simulator.portals.medicaid_forms.layout import SKINS
from simulator.portals.medicaid_forms.viewstate import Event, Forged, ViewState
from simulator.sessions import Session

PORTAL = "medicaid_forms"
PAYER = "MMAP"
SESSION_COOKIE = "MAPONLINE.ASPXAUTH"
FOLDER = Path(__file__).parent
_NOBODY = ""


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)
        self._view_state = ViewState()

    def form(
        self,
        template: str,
        request: Request,
        session: Session | None,
        /,
        *,
        events: Iterable[str],
        kept: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page with its hidden fields. `events` are the controls that may send it back, `kept` what it remembers."""
        page, owner = request.url.path, session.id if session else _NOBODY
        hidden = self._view_state.sealed(page, owner, kept or {}, map(control, events))
        return self.render(template, action=page, hidden=hidden, session=session, **values)

    async def sent_back(self, request: Request, session: Session | None) -> tuple[Event, dict[str, str]]:
        """The event and the fields of a page that comes back. Raises Forged."""
        form = {key: str(value) for key, value in (await request.form()).items()}
        event = self._view_state.opened(request.url.path, session.id if session else _NOBODY, form)
        fields = {key.rpartition("$")[2]: value for key, value in form.items() if key.startswith("ctl00$")}
        return Event(event.control.removeprefix(control("")), event.argument, event.kept), fields

    def page(self, handler: Handler) -> Handler:
        return super().page(self._checked(handler))

    def web_page(self, handler: SessionHandler) -> Handler:
        async def checked(request: Request, session: Session) -> Response:
            async def handle(request: Request) -> Response:
                return await handler(request, session)

            return await self._checked(handle)(request)

        plain = super().web_page(checked)

        async def guarded(request: Request) -> Response:
            response = await plain(request)
            struck = request.method == "POST" and response.status_code == 500
            return self.notice("transaction", 500) if struck else response

        return guarded

    def _weather_page(self, session: Session | None) -> Response | None:
        if self.dials.keeps_hours and _closed(self.house.clock.now()):
            return self.notice("maintenance", 503)
        return super()._weather_page(session)

    def _checked(self, handler: Handler) -> Handler:
        async def checked(request: Request) -> Response:
            try:
                return await handler(request)
            except Forged:
                self.record(self.session_of(request), "forged_view_state", request.url.path)
                return self.notice("view_state", 400)

        return checked

    def shown_out(self, _request: Request, session: Session | None, /) -> Response:
        if session and session.ended:
            return self.notice(session.ended.value)
        return RedirectResponse("/Login.aspx", 303)


def _closed(now: datetime) -> bool:
    """Sundays from two to four, Central Time."""
    local = now.astimezone(ZoneInfo("America/Chicago"))
    return local.isoweekday() == 7 and 2 <= local.hour < 4


def control(name: str) -> str:
    """As the pages name a control: within the master page, within its place for content."""
    return f"ctl00$cph${name}"
