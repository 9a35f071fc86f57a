"""User administration, for Provider Admins: everybody of the Tax ID, ten a page, with what each may see in a fold."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Organization
from simulator.inquiry import Refusal
from simulator.portals.ucare.gate import PORTAL
from simulator.portals.ucare.lists import Found, Lists
from simulator.portals.ucare.views import stated, us_day
from simulator.sessions import Session
from simulator.staff import User, like

RECENT = 3
_NOBODY = "No user was found with this user name."
_STATUS = {"active": "Active", "inactive": "Deactivated", "locked": "Locked", "pending": "Invited"}


class UserAdministration(Lists[User]):
    path = "/users"
    question = "users"
    template = "_users.html"

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/users", self._shell.tool("users", "users", self._form, for_practice=False)),
            *self.list_routes(),
            Route("/users/{key}/access/{place:int}", api(self.access)),
        ]

    def _staff(self, session: Session) -> list[User]:
        return self._gate.house.world.staff[PORTAL, _organization(session).id]

    def _form(self, session: Session) -> dict[str, Any]:
        lately = sorted(self._staff(session), key=lambda user: str(user.created_on), reverse=True)[:RECENT]
        return {"organization": _organization(session), "lately": [_row(user) for user in lately]}

    def ails(self) -> None:
        """It is the portal's own, and no payer answers."""

    def found(self, form: Mapping[str, str], session: Session) -> Found[User] | Refusal:
        searched = form.get("username", "").strip()
        users = like(self._staff(session), searched)
        return Found(users, searched or "Everybody") if users else Refusal("not_found", _NOBODY)

    def row(self, _session: Session, place: int, user: User) -> tuple[int, dict[str, str]]:
        return place, _row(user)

    async def access(self, request: Request, session: Session) -> Response:
        found, place = self.remembered(request, session), request.path_params["place"]
        if found is None or place >= len(found.records):
            return Response(status_code=404)
        rows = [(each.tin, stated(each.npi), stated(each.site)) for each in found.records[place].access]
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
