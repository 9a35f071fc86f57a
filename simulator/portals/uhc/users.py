"""User management for access administrators: a table that grows with "Show more users"."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.uhc.gate import PORTAL, Gate
from simulator.portals.uhc.payer import Payer, View
from simulator.sessions import Session
from simulator.staff import User, like

PAGE_SIZE = 15
_STATUS = {"active": "Active", "inactive": "Deactivated", "locked": "Locked", "pending": "Invitation sent"}


class UserManagement:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        return [Route("/api/users", self._gate.api(self.users), methods=["POST"])]

    async def users(self, request: Request, session: Session) -> Response:
        if "users" not in session.account.spec.roles:
            return JSONResponse({"reason": "no access"}, 403)
        form = await request.json()
        searched, offset = form.get("startsWith", "").strip(), int(form.get("offset", 0))
        if not offset:
            self._gate.record(session, "question", f"users {summary(form)}", count="users")
        mine = session.organization_id or session.account.spec.organizations[0].id
        found = like(self._gate.house.world.staff[PORTAL, mine], searched)
        rows = [_row(user) for user in found[offset : offset + PAGE_SIZE]]
        return await self._payer.answered({"searched": searched, "rows": rows, "total": len(found)})


def _row(user: User) -> View:
    return {
        "id": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "access": user.roles[0],
        "tins": ", ".join(each.tin or "" for each in user.access),
        "status": _STATUS[user.status],
        "lastSignIn": "Never" if user.never else us_date(user.last_login) if user.last_login else None,
    }
