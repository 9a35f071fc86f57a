"""One Healthcare ID: one page whose script asks for one thing after the other, for every portal behind it."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulator.assets import assets
from simulator.house import PORTALS, House
from simulator.portals.onehealthcareid.gate import CHECK_COOKIE, CLIENTS, FOLDER, SESSION_COOKIE, Gate
from simulator.portals.onehealthcareid.layout import SKINS
from simulator.portals.onehealthcareid.login import Login
from simulator.portals.onehealthcareid.tickets import Tickets


class Site:
    def __init__(self, house: House, tickets: Tickets) -> None:
        self._tickets = tickets
        self._gates = {portal: Gate(house, portal) for portal in CLIENTS}
        self._logins = {portal: Login(gate) for portal, gate in self._gates.items()}

    def routes(self) -> list[Route]:
        return [
            Route("/oneapp/index.html", self.index),
            Route("/oneapp/check", self.check),
            Route("/oneapp/leave", self.leave),
            Route("/oneapp/manage", self.manage),
            Route("/api/v1/auth/{step}", self.step, methods=["POST"]),
        ]

    def _gate(self, request: Request) -> Gate:
        client = request.query_params.get("client", "")
        return self._gates.get(client, self._gates[CLIENTS[0]])

    async def index(self, request: Request) -> Response:
        gate = self._gate(request)

        async def page(request: Request) -> Response:
            wait = gate.dials.security_check_ms
            if wait and not request.cookies.get(CHECK_COOKIE):
                return gate.render("check.html", wait=wait)
            manages = request.query_params.get("view") == "manage"
            config = {"roundTrip": f"?client={gate.portal}", "first": "manage" if manages else "user"}
            return gate.render("index.html", config=config)

        return await gate.page(page)(request)

    async def check(self, _request: Request) -> Response:
        """The browser has waited long enough to be believed."""
        response = JSONResponse({"passed": True})
        response.set_cookie(CHECK_COOKIE, "passed", httponly=True, samesite="lax")
        return response

    async def step(self, request: Request) -> Response:
        gate = self._gate(request)
        if gate.dials.maintenance:
            return JSONResponse({"view": "maintenance"}, 503)
        return await self._logins[gate.portal].take(request, request.path_params["step"])

    async def manage(self, request: Request) -> Response:
        """From a portal, by a ticket: its session is good for the profile as well."""
        gate = self._gate(request)
        session = self._tickets.redeem(gate.portal, request.query_params.get("code", ""))
        if not session or session.ended:
            return RedirectResponse(f"/oneapp/index.html?client={gate.portal}#/login", 303)
        response = RedirectResponse(f"/oneapp/index.html?client={gate.portal}&view=manage#/manage", 303)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    async def leave(self, request: Request) -> Response:
        """Hands the finished log-in to its portal. Nothing of it stays here but the remembered device."""
        gate = self._gate(request)
        session = gate.session_of(request)
        if not session or session.ended or not self._logins[gate.portal].is_complete(session):
            return RedirectResponse(f"/oneapp/index.html?client={gate.portal}#/login", 303)
        code = self._tickets.issue(gate.portal, session)
        portal = request.url.replace(hostname=PORTALS[gate.portal], path="/signin", query=f"code={code}")
        response = RedirectResponse(str(portal), 303)
        response.delete_cookie(SESSION_COOKIE)
        return response


def build(house: House, tickets: Tickets) -> Starlette:
    return Starlette(routes=[assets(FOLDER / "static", SKINS), *Site(house, tickets).routes()])
