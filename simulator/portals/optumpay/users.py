"""Maintain Enrollment: who may use the portal for the organization. Active ones, unless others are chosen."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.optumpay.gate import PORTAL, Gate, sent
from simulator.sessions import Session
from simulator.staff import User, like

PAGE_SIZE = 10
ALL = "All"
_STATUS = {"active": "Active", "inactive": "Inactive", "locked": "Locked", "pending": "Invited"}
_NOBODY = "No users of your organization match your search."


class Users:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [
            Route("/maintainUsers.do", self._gate.tool(self.form, "users")),
            Route("/maintainUsers.do", self._gate.form(self.listed, "users"), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._page(session, "", _STATUS["active"])

    async def listed(self, request: Request, session: Session) -> Response:
        """Every page of the list is searched for again: what stands in the form goes with each click."""
        form = await sent(request)
        if form.get("method") == "search":
            self._gate.record(session, "question", f"users {summary(form)}", count="users")
        typed, status = form.get("userId", "").strip(), form.get("userStatus", ALL)
        staff = self._gate.house.world.staff[PORTAL, session.organization_id or ""]
        found = [each for each in like(staff, typed) if status in (ALL, _STATUS[each.status])]
        if not found:
            return self._page(session, typed, status, error=_NOBODY)
        page = int(form.get("itemIndex") or 1)
        start = (page - 1) * PAGE_SIZE
        return self._page(
            session,
            typed,
            status,
            searched=typed or "Any user",
            rows=[_row(each) for each in found[start : start + PAGE_SIZE]],
            start=start,
            total=len(found),
            page=page,
            pages=-(-len(found) // PAGE_SIZE),
        )

    def _page(self, session: Session, typed: str, status: str, **values: object) -> Response:
        mine = next(each for each in session.account.spec.organizations if each.id == session.organization_id)
        statuses, form = (*_STATUS.values(), ALL), {"userId": typed, "userStatus": status}
        screen = self._gate.screen
        return screen("users.html", session, organization=mine.name, statuses=statuses, typed=form, **values)


def _row(user: User) -> dict[str, object]:
    return {
        "id": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "level": user.roles[0],
        "tins": [each.tin for each in user.access],
        "status": _STATUS[user.status],
        "seen": "Not yet" if user.never else us_date(user.last_login) if user.last_login else "",
    }
