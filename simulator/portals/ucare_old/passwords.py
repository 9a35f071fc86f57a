"""Change Password: three boxes without labels, and everybody has to log on again."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Verdict
from simulator.portals.ucare_old.gate import Gate
from simulator.sessions import Session


class Passwords:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route("/pwd.asp", self._gate.web_page(self.page), methods=["GET", "POST"])]

    async def page(self, request: Request, session: Session) -> Response:
        if request.method == "GET":
            return self._gate.shell(session, "pwd.html")
        form = {key: str(value) for key, value in (await request.form()).items()}
        if form.get("new") != form.get("again"):
            return self._gate.shell(session, "pwd.html", error="New password and confirmation differ.")
        error = self.change(session, form)
        if error and not session.account.spec.locked:
            return self._gate.shell(session, "pwd.html", error=error)
        self._gate.sessions.drop_all(session.username)
        return self._gate.notice("locked" if error else "changed")

    def change(self, session: Session, form: Mapping[str, str]) -> str | None:
        """Why it is not changed; else it is."""
        gate, account = self._gate, session.account
        if account.check_password(form.get("old", "")) is not Verdict.OK:
            left = account.attempts_left
            gate.record(session, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(session, "lockout", "passwords", count="lockouts")
            return f"Invalid old password. Attempts left: {left}"
        if error := account.objection_to(form.get("new", ""), gate.house.clock):
            gate.record(session, "refused_password", count="refused_passwords")
            return error
        account.set_password(form["new"], gate.house.clock)
        gate.record(session, "password_changed", count="password_changes")
        return None
