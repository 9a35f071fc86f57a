"""The pages around the inquiries: how a session begins and ends, and what has to be dealt with first."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from simulator.house import MEDICAID_ID_HOST
from simulator.portals.medicaid_id.assertions import Assertions
from simulator.portals.medicaid_id.passwords import ADDRESS
from simulator.portals.medicaid_sso.barriers import AGREEMENT, barrier
from simulator.portals.medicaid_sso.gate import SESSION_COOKIE, Gate
from simulator.sessions import Ended, Session

NOTICES = ("announcement", "survey", "cookies")


class Shell:
    def __init__(self, gate: Gate, assertions: Assertions) -> None:
        self._gate = gate
        self._assertions = assertions

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/", gate.web_page(self.home)),
            Route("/sp/ACS.saml2", gate.page(self.consume), methods=["POST"]),
            Route("/changepassword", gate.page(self.change_password)),
            Route("/signout", gate.page(self.sign_out)),
            Route("/graphql", self.probe, methods=["POST"]),
            Route("/dismiss/{notice}", gate.api(self.dismiss), methods=["POST"]),
            Route("/partial/agree", gate.event(self.agree), methods=["POST"]),
            Route("/partial/organization", gate.event(self.organization), methods=["POST"]),
            Route("/partial/confirm", gate.event(self.confirm), methods=["POST"]),
            Route("/partial/prove", gate.event(self.prove), methods=["POST"]),
        ]

    async def consume(self, request: Request) -> Response:
        gate = self._gate
        form = await request.form()
        session = self._assertions.redeem(str(form.get("SAMLResponse", "")), gate.sessions)
        if session is None:
            return gate.shown_out(request, None)
        organizations = session.account.spec.organizations
        session.organization_id = organizations[0].id if len(organizations) == 1 else None
        gate.sessions.sign_in(session)
        response = RedirectResponse("/", 303)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    async def home(self, _request: Request, session: Session) -> Response:
        return self._gate.whole(session, self._next(session))

    def _next(self, session: Session) -> str:
        return barrier(self._gate, session) or self._gate.fragment("home.html", session, session=session)

    async def agree(self, form: Mapping[str, str], session: Session) -> Response:
        if form.get("agreed"):
            session.account.spec.terms = False
            session.passed.add(AGREEMENT)
            self._gate.record(session, "interstitial", AGREEMENT)
        return self._gate.changes({"content": self._next(session)})

    async def organization(self, form: Mapping[str, str], session: Session) -> Response:
        known = {each.name: each.id for each in session.account.spec.organizations}
        session.organization_id = known.get(form.get("account", ""))
        return self._gate.changes({"content": self._next(session)})

    async def confirm(self, _form: Mapping[str, str], session: Session) -> Response:
        """Somebody has looked at the provider's data. No bot ever should."""
        session.account.data_confirmed_at = self._gate.house.clock.timestamp()
        self._gate.record(session, "data_confirmed")
        return self._gate.changes({"content": self._next(session)})

    async def prove(self, form: Mapping[str, str], session: Session) -> Response:
        if form.get("human"):
            session.account.challenged = False
            self._gate.record(session, "challenge_passed")
        return self._gate.changes({"content": self._next(session)})

    async def probe(self, request: Request) -> Response:
        """Whether somebody is signed in, as every page asks all the time. It keeps no session alive."""
        session = self._gate.session_of(request)
        profile = {"loggedIn": bool(session and session.signed_in and not session.ended)}
        return JSONResponse({"data": {"accountManagement": {"getUserProfile": profile}}})

    async def dismiss(self, request: Request, session: Session) -> Response:
        """Notices are put away for the rest of the session."""
        if (notice := request.path_params["notice"]) in NOTICES:
            session.passed.add(notice)
        return Response(status_code=204)

    async def change_password(self, request: Request) -> Response:
        """FranklinID's business."""
        return RedirectResponse(str(request.url.replace(hostname=MEDICAID_ID_HOST, path=ADDRESS)), 303)

    async def sign_out(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
