"""The one document of the portal, and how a session begins and ends."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.codes import SERVICE_TYPES
from simulator.labels import us_date
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.portals.uhc.gate import SESSION_COOKIE, Gate
from simulator.sessions import Ended, Session


class Shell:
    def __init__(self, gate: Gate, tickets: Tickets) -> None:
        self._gate = gate
        self._tickets = tickets

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/", gate.web_page(self.index)),
            Route("/signin", gate.page(gate.sign_in(self._tickets, "/#/dashboard"))),
            Route("/signout", gate.page(self.sign_out)),
            Route("/one-healthcare-id", gate.web_page(gate.manage(self._tickets))),
            Route("/api/organization", gate.api(self.organization), methods=["POST"]),
        ]

    async def index(self, _request: Request, session: Session) -> Response:
        dials, spec = self._gate.dials, session.account.spec
        chosen = session.organization_id is not None
        announced = dials.announcement and "announcement" not in session.passed
        session.passed.add("announcement")
        config = {
            "xsrf": session.xsrf,
            "user": session.username,
            "roles": list(spec.roles),
            "organizations": [] if chosen else [{"id": each.id, "name": each.name} for each in spec.organizations],
            "tins": [each.tin for each in spec.organizations if session.organization_id in {None, each.id}],
            "serviceTypes": [{"value": code, "label": text} for code, text in SERVICE_TYPES.items()],
            "today": us_date(self._gate.house.clock.today()),
            "spinnerMs": dials.slow_spinner_ms,
            "staleMs": dials.stale_results_ms,
            "announcement": announced,
            "survey": dials.survey,
            "cookies": dials.cookie_banner,
        }
        return self._gate.render("index.html", config=config)

    async def organization(self, request: Request, session: Session) -> Response:
        wanted = (await request.json()).get("id")
        if wanted in {each.id for each in session.account.spec.organizations}:
            session.organization_id = wanted
        return JSONResponse({"chosen": session.organization_id})

    async def sign_out(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
