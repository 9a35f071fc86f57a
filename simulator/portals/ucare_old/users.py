"""Users: everybody who may log on for the group practice, a page at a time."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.ucare_old.gate import PORTAL, Gate
from simulator.portals.ucare_old.menu import Menu
from simulator.portals.ucare_old.views import DASH
from simulator.sessions import Session
from simulator.staff import User, like

PAGE_SIZE = 12
_STATUS = {"active": "A", "inactive": "I", "locked": "L", "pending": "N"}
_NOBODY = "No user ID on file begins with this."


@dataclass(frozen=True)
class _Listed:
    asked: str
    users: list[User]


class Users:
    def __init__(self, gate: Gate, menu: Menu) -> None:
        self._gate = gate
        self._menu = menu

    def routes(self) -> list[Route]:
        page, allowed = self._gate.web_page, self._menu.for_role
        return [
            Route("/usr.asp", page(allowed("users", self.form))),
            Route("/usr.asp", page(allowed("users", self.ask)), methods=["POST"]),
            Route("/usrlist.asp", page(allowed("users", self.turn))),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._gate.shell(session, "usr.html")

    async def ask(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"users {summary(form)}", count="users")
        asked = form.get("txtUser", "").strip()
        found = like(self._gate.house.world.staff[PORTAL, session.organization_id or ""], asked)
        if not found:
            return self._gate.shell(session, "usr.html", asked=asked, error=_NOBODY)
        listed = session.work["users"] = _Listed(asked, found)
        return self._rows(session, listed, 1)

    async def turn(self, request: Request, session: Session) -> Response:
        listed, page = session.work.get("users"), request.query_params.get("pg", "1")
        if not isinstance(listed, _Listed) or not page.isdigit():
            return RedirectResponse("/usr.asp", 303)
        return self._rows(session, listed, int(page))

    def _rows(self, session: Session, listed: _Listed, page: int) -> Response:
        start, total = (page - 1) * PAGE_SIZE, len(listed.users)
        rows = [_row(each) for each in listed.users[start : start + PAGE_SIZE]]
        pages = -(-total // PAGE_SIZE)
        values = {"asked": listed.asked, "rows": rows, "total": total, "page": page, "pages": pages}
        return self._gate.shell(session, "usr.html", **values)


def _row(user: User) -> list[str]:
    return [
        user.username,
        f"{user.first_name} {user.last_name}",
        user.roles[0],
        " ".join(each.site or "" for each in user.access),
        _STATUS[user.status],
        "NEVER" if user.never else us_date(user.last_login) if user.last_login else DASH,
    ]
