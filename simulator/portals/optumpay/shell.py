"""Welcome, the choice of an organization, and the way out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.portals.optumpay.gate import Gate, sent
from simulator.sessions import Ended, Session


class Shell:
    def __init__(self, gate: Gate, tickets: Tickets) -> None:
        self._gate = gate
        self._tickets = tickets

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/", gate.web_page(self.welcome)),
            Route("/welcome.do", gate.web_page(self.welcome)),
            Route("/userProfile.do", gate.web_page(self.profile)),
            Route("/oneHealthcareId.do", gate.web_page(gate.manage(self._tickets))),
            Route("/selectOrganization.do", gate.web_page(self.organization), methods=["GET", "POST"]),
            Route("/signin", gate.page(gate.sign_in(self._tickets, "/welcome.do"))),
            Route("/signOut.do", gate.page(self.sign_out)),
        ]

    async def welcome(self, _request: Request, session: Session) -> Response:
        if session.organization_id is None:
            return RedirectResponse("/selectOrganization.do", 303)
        return self._gate.screen("welcome.html", session, survey=self._gate.dials.survey)

    async def profile(self, _request: Request, session: Session) -> Response:
        return self._gate.screen("profile.html", session)

    async def organization(self, request: Request, session: Session) -> Response:
        organizations = session.account.spec.organizations
        if request.method == "POST":
            wanted = (await sent(request)).get("organization", "")
            if wanted in {each.id for each in organizations}:
                session.organization_id = wanted
                return RedirectResponse("/welcome.do", 303)
        return self._gate.screen("organization.html", session, organizations=organizations)

    async def sign_out(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(self._gate.session_cookie)
        return response
