"""My Account: a password is changed by a script, which first looks itself at what is typed."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.accounts import Verdict
from simulator.passwords import RULES
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.sessions import Ended, Session

API = "/cloud/web/my-account/v2/password"


class Passwords:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [
            Route("/web/my-account/password/", self._gate.web_page(self.page)),
            Route(API, self._gate.api(self.save), methods=["POST"]),
        ]

    async def page(self, _request: Request, _session: Session) -> Response:
        rules = RULES[PORTAL]
        config = {"shortest": rules.shortest, "longest": rules.longest, "special": rules.special, "organizations": []}
        return self._gate.render(
            "app.html", title="Change Password", script="password.js", classic=False, config=config
        )

    async def save(self, request: Request, session: Session) -> Response:
        error = self.change(session, await request.json())
        if session.account.spec.locked:
            self._gate.sessions.end(session, Ended.DROPPED, "sessions_dropped")
            return JSONResponse({"reason": "dropped"}, 401)
        return JSONResponse({"message": error} if error else {}, 422 if error else 200)

    def change(self, session: Session, form: Mapping[str, str]) -> str | None:
        """Why it is not changed; else it is, and every other session of the account has ended."""
        gate, account = self._gate, session.account
        verdict = account.check_password(form.get("currentPassword", ""))
        if verdict is not Verdict.OK:
            left = account.attempts_left
            gate.record(session, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(session, "lockout", "passwords", count="lockouts")
            return f"Your current password is incorrect. {attempts(left)} remaining."
        new = form.get("newPassword", "")
        if new != form.get("confirmPassword"):
            return "The new passwords do not match."
        if error := account.objection_to(new, gate.house.clock):
            gate.record(session, "refused_password", count="refused_passwords")
            return error
        account.set_password(new, gate.house.clock)
        gate.record(session, "password_changed", count="password_changes")
        gate.sessions.drop_all(account.spec.username, but=session)
        return None


def attempts(left: int) -> str:
    return "1 attempt" if left == 1 else f"{left} attempts"
