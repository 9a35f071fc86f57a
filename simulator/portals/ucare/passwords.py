"""My user: the password is changed in a fold of a page, in exchange for the old one. The session goes on."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Verdict
from simulator.portals.ucare.gate import Gate
from simulator.portals.ucare.shell import Shell
from simulator.sessions import Ended, Session


class Passwords:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def change(self, session: Session, form: Mapping[str, str]) -> str | None:
        """Why it is not changed; else it is, and every other session of the account has ended."""
        gate, account = self._gate, session.account
        if account.check_password(form.get("current", "")) is not Verdict.OK:
            left = account.attempts_left
            gate.record(session, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(session, "lockout", "passwords", count="lockouts")
            return f"The old password is not correct. Tries left before your account is locked: {left}."
        new = form.get("new", "")
        if new != form.get("again"):
            return "Enter the new password twice."
        if error := account.objection_to(new, gate.house.clock):
            gate.record(session, "refused_password", count="refused_passwords")
            return error
        account.set_password(new, gate.house.clock)
        gate.record(session, "password_changed", count="password_changes")
        gate.sessions.drop_all(account.spec.username, but=session)
        return None


class MyUser:
    def __init__(self, gate: Gate, shell: Shell, passwords: Passwords) -> None:
        self._gate = gate
        self._shell = shell
        self._passwords = passwords

    def routes(self) -> list[Route]:
        return [
            Route("/user", self._gate.web_page(self.user)),
            Route("/user/password", self._gate.api(self.form)),
            Route("/user/password", self._gate.api(self.change), methods=["POST"]),
        ]

    async def user(self, request: Request, session: Session) -> Response:
        return self._shell.render(request, session, "user.html")

    async def form(self, _request: Request, _session: Session) -> Response:
        return await self._gate.fragment("_password.html")

    async def change(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        error = self._passwords.change(session, form)
        if session.account.spec.locked:
            self._gate.sessions.end(session, Ended.DROPPED, "sessions_dropped")
            return self._gate.turned_away(session)
        return await self._gate.fragment("_password.html" if error else "_password_changed.html", error=error)
