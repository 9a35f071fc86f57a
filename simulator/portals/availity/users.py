"""Manage My Organization: the users of one organization as cards, found by the beginning of their user id."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.accounts import Organization
from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.staff import User, like

API = "/cloud/web/org/users/v1"
REQUESTS = 3
_STATUS = {"active": "Active", "inactive": "Inactive", "locked": "Locked", "pending": "Pending Registration"}


class OrganizationUsers:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/requests", api(self.requests)),
            Route(API + "/searches/{id}", api(self._inquiries.answer)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        if "users" not in session.account.spec.roles:
            return JSONResponse({"reason": "no access"}, 403)
        form = await request.json()
        self._gate.record(session, "question", f"users {summary(form)}", count="users")
        mine = {each.id: each for each in session.account.spec.organizations}
        organization = mine.get(form.get("organization", ""))
        if organization is None:
            return JSONResponse({"reason": "organization"}, 400)
        found = like(self._gate.house.world.staff[PORTAL, organization.id], form.get("startsWith", ""))
        rows = [_card(user, organization) for user in found]
        answer: View = {"outcome": "users", "organization": organization.name, "rows": rows}
        return self._inquiries.accept(request, session, answer if rows else {"outcome": "no_users"})

    async def requests(self, _request: Request, session: Session) -> Response:
        """People who ask to be let in: not users yet, and other ones than asked for."""
        organization = session.account.spec.organizations[0]
        waiting = self._gate.house.world.staff[PORTAL, organization.id][-REQUESTS:]
        return JSONResponse([{"name": f"{each.first_name} {each.last_name}", "id": each.username} for each in waiting])


def _card(user: User, organization: Organization) -> View:
    return {
        "id": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "roles": list(user.roles),
        "tin": organization.tin,
        "status": _STATUS[user.status],
        "lastLogin": "Never logged in" if user.never else us_date(user.last_login),
        "added": us_date(user.created_on),
    }
