"""Forgot password: a recovery code, each good for once, and then a new password. It opens a locked account as well."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from simulator.portals.onehealthcareid.gate import SESSION_COOKIE, Gate
from simulator.portals.onehealthcareid.passwords import Passwords
from simulator.sessions import Session

_RECOVERED = "recovered"
_REFUSED = "The recovery code is incorrect or was used before."


class Recovery:
    def __init__(self, gate: Gate, passwords: Passwords) -> None:
        self._gate = gate
        self._passwords = passwords

    def begin(self, form: Mapping[str, str]) -> Response:
        gate = self._gate
        account = gate.account(form.get("username", ""))
        if account is None or not account.recovers_by(form.get("code", "")):
            gate.record(account.spec.username if account else None, "recovery_refused", count="refused_recoveries")
            return JSONResponse({"view": "recover", "error": _REFUSED})
        gate.record(account.spec.username, "recovery_code", f"{len(account.used_backup_codes)} used")
        if account.deactivated(gate.house.clock):
            return JSONResponse({"view": "inactive"})
        session = gate.sessions.begin(account)
        session.passed.add(_RECOVERED)
        response = JSONResponse({"view": "reset"})
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    def reset(self, session: Session, form: Mapping[str, str]) -> Response:
        if _RECOVERED not in session.passed:
            return JSONResponse({"view": "user"})
        if error := self._passwords.objection(session, form):
            return JSONResponse({"view": "reset", "error": error})
        session.passed.remove(_RECOVERED)
        session.account.unlock()
        self._gate.record(session, "recovered", count="recoveries")
        self._passwords.end_sessions(session.username)
        return JSONResponse({"view": "recovered"})
