"""Manage your One Healthcare ID: portals hand their users over, and a change ends every session at all of them."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from simulator.accounts import Verdict
from simulator.portals.onehealthcareid.gate import Gate
from simulator.sessions import Session


class Passwords:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def change(self, session: Session, form: Mapping[str, str]) -> Response:
        """On request: who wants another one gives the present one."""
        gate, account = self._gate, session.account
        if account.check_password(form.get("current", "")) is not Verdict.OK:
            left = account.attempts_left
            gate.record(session, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(session, "lockout", "passwords", count="lockouts")
                self.end_sessions(session.username)
                return JSONResponse({"view": "locked"})
            tries = "1 attempt" if left == 1 else f"{left} attempts"
            return JSONResponse({"view": "manage", "error": f"Your current password is incorrect. {tries} remaining."})
        if error := self.objection(session, form):
            return JSONResponse({"view": "manage", "error": error})
        self.end_sessions(session.username)
        return JSONResponse({"view": "changed"})

    def objection(self, session: Session, form: Mapping[str, str]) -> str | None:
        """Why the new one is not taken; else it is."""
        gate, new = self._gate, form.get("fresh", "")
        if new != form.get("again"):
            return "The passwords do not match."
        if error := session.account.objection_to(new, gate.house.clock):
            gate.record(session, "refused_password", count="refused_passwords")
            return error
        session.account.set_password(new, gate.house.clock)
        gate.record(session, "password_changed", count="password_changes")
        return None

    def end_sessions(self, username: str) -> None:
        for portal in self._gate.clients:
            self._gate.house.sessions[portal].drop_all(username)
