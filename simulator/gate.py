"""What stands before every page and every inquiry of a portal: faults, sessions, the page counter, the skin."""

import random
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from simulator.accounts import SENT, Account
from simulator.dials import Dials
from simulator.house import House
from simulator.sessions import Ended, Session, Sessions
from simulator.skins import Skins

Handler = Callable[[Request], Awaitable[Response]]
SessionHandler = Callable[[Request, Session], Awaitable[Response]]


@cache
def _templates(folder: Path) -> Environment:
    """Translated once, however many such portals a process opens."""
    return Environment(
        loader=FileSystemLoader(folder), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
    )


class Gate:
    session_cookie: ClassVar[str]

    def __init__(self, house: House, portal: str, folder: Path, skins: Skins) -> None:
        self.house = house
        self.portal = portal
        self.skins = skins
        self._dice = random.Random(house.world.seed)
        self._templates = _templates(folder / "templates")

    @property
    def dials(self) -> Dials:
        return self.house.dials[self.portal]

    @property
    def sessions(self) -> Sessions:
        return self.house.sessions[self.portal]

    def account(self, username: str) -> Account | None:
        return self.house.accounts.get(self.portal, username)

    def record(self, session: Session | str | None, event: str, detail: str = "", count: str | None = None) -> None:
        account = session.username if isinstance(session, Session) else session
        self.house.tally.record(self.portal, account, event, detail, count)

    def render(self, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
        dials = self.dials
        html = self._templates.get_template(template).render(
            assets=f"/static/v{dials.layout_variant}", year=self.house.clock.today().year, dials=dials, **values
        )
        return HTMLResponse(self.skins.dress(html, dials.layout_variant), status, {"cache-control": "no-store"})

    def notice(self, kind: str, status: int = 200) -> HTMLResponse:
        """One of the pages that only tell something: locked, expired, maintenance…"""
        return self.render("notice.html", status, kind=kind)

    def session_of(self, request: Request) -> Session | None:
        return self.sessions.look(request.cookies.get(self.session_cookie))

    def page(self, handler: Handler) -> Handler:
        """Guards an HTML page that anybody may ask for."""

        async def guarded(request: Request) -> Response:
            session = self.session_of(request)
            self.record(session, "page", request.url.path, count="page_loads")
            return self._dated(self._weather_page(session) or await handler(request))

        return guarded

    def web_page(self, handler: SessionHandler) -> Handler:
        """Guards an HTML page of the signed-in portal; a request for it keeps the session alive."""

        async def guarded(request: Request) -> Response:
            session = self.session_of(request)
            self.record(session, "page", request.url.path, count="page_loads")
            if weather := self._weather_page(session):
                return self._dated(weather)
            if session and session.signed_in:
                self._spend(session)
            if not session or session.ended or not session.signed_in:
                return self._dated(self.shown_out(request, session))
            self.sessions.touch(session)
            return self._dated(self._asked_again(session) or await handler(request, session))

        return guarded

    def _dated(self, response: Response) -> Response:
        """By the portal's own clock; the server adds no Date of its own."""
        response.headers["date"] = formatdate(time.time() + self.dials.code_clock_skew, usegmt=True)
        return response

    def once_more(self) -> Response | None:
        """The way to a second step in the middle of a session; None where a portal has no such thing."""
        return None

    def _asked_again(self, session: Session) -> Response | None:
        way, account, session.pages = self.once_more(), session.account, session.pages + 1
        after = account.spec.step_up_after
        if way is None or after is None or not account.spec.mfa:
            return None
        if not session.stepped_up and session.pages > after:
            session.stepped_up = True
            session.passed -= {"method", "code"}
            if session.method in SENT:
                account.send_text_code(self.house.clock)
        return way if "code" not in session.passed else None

    def second_step(self, session: Session) -> None:
        """Passed: at the log-in, or once more."""
        session.passed |= {"method", "code"}
        if session.signed_in:
            self.record(session, "step_up", count="step_ups")
        else:
            self.record(session, "login", count="logins")

    def shown_out(self, request: Request, session: Session | None, /) -> Response:
        """For whoever asks for a page of the signed-in portal and is not signed in: why the session ended, once, and
        from then on the door.
        """
        if session and session.ended:
            response: Response = self.notice(session.ended.value)
            response.delete_cookie(self.session_cookie)
            return response
        return RedirectResponse(self.door(request), 303)

    def door(self, _request: Request, /) -> str:
        """Where one signs in."""
        return "/"

    def api(self, handler: SessionHandler) -> Handler:
        """Guards a request that a page's script makes; those that send something echo the XSRF token."""

        async def guarded(request: Request) -> Response:
            session = self.session_of(request)
            if self.dials.maintenance:
                return JSONResponse({"reason": "maintenance"}, 503)
            if session and session.signed_in:
                self._spend(session)
            if not session or not session.signed_in or session.ended:
                return self.turned_away(session)
            if request.method != "GET":
                if request.headers.get("x-xsrf-token") != session.xsrf:
                    return JSONResponse({"reason": "xsrf"}, 403)
                if self._strikes(session):
                    return JSONResponse({"reason": "error"}, 500)
            self.sessions.touch(session)
            return await handler(request, session)

        return guarded

    def turned_away(self, session: Session | None) -> Response:
        """For a page's script whose session is no more."""
        reason = session.ended.value if session and session.ended else "signed_out"
        return JSONResponse({"reason": reason}, 401)

    def payer_seconds(self) -> float:
        """How long the payer takes for one answer: another time each, but the same in every run of a seed."""
        shortest, longest = self.dials.latency_ms
        return self._dice.uniform(shortest, max(shortest, longest)) / 1000

    def _weather_page(self, session: Session | None) -> Response | None:
        if self.dials.maintenance:
            return self.notice("maintenance", 503)
        if self.dials.challenge:
            return self.notice("challenge", 403)
        return self.notice("error", 500) if self._strikes(session) else None

    def _strikes(self, session: Session | None) -> bool:
        struck = self.dials.error_next > 0 or self._dice.random() < self.dials.error_rate
        if struck:
            self.dials.error_next = max(0, self.dials.error_next - 1)
            self.record(session, "fault", "500", count="faults")
        return struck

    def _spend(self, session: Session) -> None:
        left = self.dials.drop_session_after
        if left is None or session.ended:
            return
        if left == 0:
            self.dials.drop_session_after = None
            self.sessions.end(session, Ended.DROPPED, "sessions_dropped")
        else:
            self.dials.drop_session_after = left - 1
