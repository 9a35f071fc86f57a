"""The way into this portal's pages: its cookies, and where those without a session are sent."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from simulator.gate import Gate as AnyGate
from simulator.house import House
from simulator.portals.availity.layout import SKINS
from simulator.sessions import Session

PORTAL = "availity"
SESSION_COOKIE = "AVSESSION"
XSRF_COOKIE = "XSRF-TOKEN"
DEVICE_COOKIE = "AVDEVICE"
FOLDER = Path(__file__).parent


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)

    def once_more(self) -> Response | None:
        """Its applications are in a frame, and the log-in never is."""
        return HTMLResponse("<!doctype html><script>top.location.replace('/login/next')</script>")

    def shown_out(self, _request: Request, session: Session | None, /) -> Response:
        if session and session.ended:
            return self.notice(session.ended.value)
        return RedirectResponse("/login/next" if session else "/login", 303)
