"""The way into this portal: whoever is not signed in is sent to the identity provider."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.gate import Gate as AnyGate
from simulator.house import IDENTITY_HOST, House
from simulator.portals.uhc.layout import SKINS
from simulator.sessions import Session

PORTAL = "uhc"
PAYER = "UHC"
SESSION_COOKIE = "UHCSESSION"
FOLDER = Path(__file__).parent


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)

    def shown_out(self, request: Request, session: Session | None, /) -> Response:
        if session and session.ended:
            response: Response = self.notice(session.ended.value)
            response.delete_cookie(SESSION_COOKIE)
            return response
        return sign_in_page(request)


def sign_in_page(request: Request) -> Response:
    # A browser carries the part behind the # over to the new address unless that has one of its own.
    where = request.url.replace(hostname=IDENTITY_HOST, path="/oneapp/index.html", query=f"client={PORTAL}")
    return RedirectResponse(f"{where.replace(fragment='')}#/login", 303)
