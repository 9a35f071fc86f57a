"""A portal behind One Healthcare ID: whoever is not signed in is sent there, and comes back with a ticket."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.gate import Gate, SessionHandler
from simulator.house import IDENTITY_HOST
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.sessions import Session


class ClientGate(Gate):
    def door(self, request: Request, /) -> str:
        # A browser carries the part behind the # over to the new address unless that has one of its own.
        where = request.url.replace(hostname=IDENTITY_HOST, path="/oneapp/index.html", query=f"client={self.portal}")
        return f"{where.replace(fragment='')}#/login"

    def manage(self, tickets: Tickets) -> SessionHandler:
        """The way to the profile that the identity provider keeps."""

        async def handed_over(request: Request, session: Session) -> Response:
            query = f"client={self.portal}&code={tickets.issue(self.portal, session)}"
            where = request.url.replace(hostname=IDENTITY_HOST, path="/oneapp/manage", query=query)
            return RedirectResponse(str(where), 303)

        return handed_over

    def sign_in(self, tickets: Tickets, home: str) -> Callable[[Request], Awaitable[Response]]:
        """Takes the ticket and opens the session. Who belongs to one organization works for that."""

        async def signed_in(request: Request) -> Response:
            session = tickets.redeem(self.portal, request.query_params.get("code", ""))
            if not session or session.ended:
                return RedirectResponse(self.door(request), 303)
            organizations = session.account.spec.organizations
            session.organization_id = organizations[0].id if len(organizations) == 1 else None
            self.sessions.sign_in(session)
            response = RedirectResponse(home, 303)
            response.set_cookie(self.session_cookie, session.id, httponly=True, samesite="lax")
            return response

        return signed_in
