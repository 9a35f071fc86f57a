"""The menu, and the page for those whose user profile lacks a tool."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.gate import SessionHandler
from simulator.portals.ucare_old.gate import Gate
from simulator.sessions import Session


class Menu:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route("/menu.asp", self._gate.web_page(self.menu))]

    async def menu(self, _request: Request, session: Session) -> Response:
        return self._gate.shell(session, "menu.html", survey=self._gate.dials.survey)

    def for_role(self, role: str, handler: SessionHandler) -> SessionHandler:
        async def allowed(request: Request, session: Session) -> Response:
            if role not in session.account.spec.roles:
                return self._gate.shell(session, "denied.html")
            return await handler(request, session)

        return allowed
