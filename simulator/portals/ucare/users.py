"""User administration, for Provider Admins: everybody of the Tax ID, ten a page, with what each may see in a fold."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Organization
from simulator.forms import summary
from simulator.portals.ucare.gate import PORTAL, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated, us_day
from simulator.sessions import Session
from simulator.staff import User, like

PAGE_SIZE = 10
RECENT = 3
_STATUS = {"active": "Active", "inactive": "Deactivated", "locked": "Locked", "pending": "Invited"}


@dataclass(frozen=True)
class _Found:
    users: list[User]
    searched: str


class UserAdministration:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/users", self._shell.tool("users", "users", self._page, for_practice=False)),
            Route("/users/find", api(self.find), methods=["POST"]),
            Route("/users/list/{key}/{page:int}", api(self.page)),
            Route("/users/{key}/access/{place:int}", api(self.access)),
        ]

    def _staff(self, session: Session) -> list[User]:
        return self._gate.house.world.staff[PORTAL, _organization(session).id]

    def _page(self, session: Session) -> dict[str, Any]:
        lately = sorted(self._staff(session), key=lambda user: str(user.created_on), reverse=True)[:RECENT]
        return {"organization": _organization(session), "lately": [_row(user) for user in lately]}

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"users {summary(form)}", count="users")
        searched = form.get("username", "").strip()
        found = _Found(like(self._staff(session), searched), searched)
        if not found.users:
            return await self._gate.fragment("_flash.html", message="No user was found with this user name.")
        key = uuid4().hex
        remember(session, key, found)
        return await self._gate.fragment("_users.html", **_listed(key, found, 1))

    async def page(self, request: Request, session: Session) -> Response:
        key = request.path_params["key"]
        found = session.work.get(key)
        if not isinstance(found, _Found):
            return Response(status_code=404)
        return await self._gate.fragment("_users.html", **_listed(key, found, request.path_params["page"]))

    async def access(self, request: Request, session: Session) -> Response:
        found, place = session.work.get(request.path_params["key"]), request.path_params["place"]
        if not isinstance(found, _Found) or place >= len(found.users):
            return Response(status_code=404)
        rows = [(each.tin, stated(each.npi), stated(each.site)) for each in found.users[place].access]
        return await self._gate.fragment("_access.html", rows=rows)


def _organization(session: Session) -> Organization:
    mine = session.account.spec.organizations
    return next((each for each in mine if each.id == session.organization_id), mine[0])


def _row(user: User) -> dict[str, str]:
    return {
        "username": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "roles": ", ".join(user.roles),
        "status": _STATUS[user.status],
        "seen": "Never" if user.never else us_day(user.last_login),
        "created": us_day(user.created_on),
    }


def _listed(key: str, found: _Found, number: int) -> dict[str, Any]:
    start = (number - 1) * PAGE_SIZE
    return {
        "key": key,
        "searched": found.searched or "Everybody",
        "rows": list(enumerate(map(_row, found.users)))[start : start + PAGE_SIZE],
        "total": len(found.users),
        "page": number,
        "pages": -(-len(found.users) // PAGE_SIZE),
    }
