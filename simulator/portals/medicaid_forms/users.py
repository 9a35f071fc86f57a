"""Define Users, for the organization's administrator: who is inactive is left out unless a box is ticked."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.medicaid_forms.gate import PORTAL, Gate
from simulator.portals.medicaid_forms.tray import PAGE_SIZE, within
from simulator.sessions import Session
from simulator.staff import Access, User, like

EVERYBODY = "(all)"
_STATUS = {"active": "ACTIVE", "inactive": "INACTIVE", "locked": "LOCKED", "pending": "NOT YET USED"}
_NOBODY = "No user of your organization meets the criteria."


class Users:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route("/Admin/Users.aspx", self._gate.web_page(self.users), methods=["GET", "POST"])]

    async def users(self, request: Request, session: Session) -> Response:
        if "users" not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        if request.method == "GET":
            return self._gate.form("users.html", request, session, events=["btnFind"], searched=None)
        event, fields = await self._gate.sent_back(request, session)
        if event.control == "grdUsers":
            return self._listed(request, session, **{**event.kept, "page": event.argument.removeprefix("Page$")})
        self._gate.record(session, "question", f"users {summary(fields)}", count="users")
        inactive = "included" if fields.get("chkInactive") else "left out"
        return self._listed(request, session, searched=fields.get("txtUser", "").strip(), inactive=inactive, page="1")

    def _listed(self, request: Request, session: Session, searched: str, inactive: str, page: str) -> Response:
        organizations = session.account.spec.organizations
        mine = session.organization_id or organizations[0].id
        found = [
            each
            for each in like(self._gate.house.world.staff[PORTAL, mine], searched)
            if inactive == "included" or each.status != "inactive"
        ]
        pages = max(1, -(-len(found) // PAGE_SIZE))
        place = within(page, pages)
        return self._gate.form(
            "users.html",
            request,
            session,
            events=["btnFind", "grdUsers"],
            kept={"searched": searched, "inactive": inactive, "page": str(place)},
            searched=searched or EVERYBODY,
            inactive=inactive,
            error="" if found else _NOBODY,
            rows=[_row(each) for each in found[(place - 1) * PAGE_SIZE : place * PAGE_SIZE]],
            total=len(found),
            place=place,
            pages=pages,
        )


def _row(user: User) -> dict[str, str]:
    return {
        "id": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "providers": "; ".join(map(_provider, user.access)),
        "functions": ", ".join(user.roles),
        "status": _STATUS[user.status],
        "seen": "Never" if user.never else us_date(user.last_login) if user.last_login else "",
    }


def _provider(access: Access) -> str:
    return f"{f'NPI {access.npi}' if access.npi else 'All NPIs'} of Tax ID {access.tin}"
