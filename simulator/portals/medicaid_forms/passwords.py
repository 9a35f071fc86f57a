"""My Profile: a password is changed after a question of the browser's own, and every session ends with it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Verdict
from simulator.portals.medicaid_forms.gate import Gate
from simulator.sessions import Session


class Profile:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route("/Profile/Password.aspx", self._gate.web_page(self.password), methods=["GET", "POST"])]

    async def password(self, request: Request, session: Session) -> Response:
        gate, account = self._gate, session.account
        if request.method == "GET":
            return self._asked(request, session)
        _, fields = await gate.sent_back(request, session)
        if account.check_password(fields.get("txtOld", "")) is not Verdict.OK:
            left = account.attempts_left
            gate.record(session, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(session, "lockout", "passwords", count="lockouts")
                gate.sessions.drop_all(account.spec.username)
                return gate.notice("locked")
            return self._asked(request, session, f"The old password is not valid. Attempts remaining: {left}")
        if error := change(gate, session, fields):
            return self._asked(request, session, error)
        gate.sessions.drop_all(account.spec.username)
        return gate.notice("password_changed")

    def _asked(self, request: Request, session: Session, error: str = "") -> Response:
        return self._gate.form("Password.html", request, session, events=["btnSave"], error=error)


def change(gate: Gate, session: Session, fields: Mapping[str, str]) -> str | None:
    """Why the password is not changed; else it is."""
    account, new = session.account, fields.get("txtNew", "")
    if new != fields.get("txtAgain"):
        return "Enter the same new password twice."
    if error := account.objection_to(new, gate.house.clock):
        gate.record(session, "refused_password", count="refused_passwords")
        return error
    account.set_password(new, gate.house.clock)
    gate.record(session, "password_changed", count="password_changes")
    return None
