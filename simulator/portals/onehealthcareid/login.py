"""The steps of a log-in, each answered with the view that comes next."""

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.accounts import DAY_SECONDS, SENT, Account, Verdict
from simulator.portals.onehealthcareid.gate import DEVICE_COOKIE, SESSION_COOKIE, Gate
from simulator.portals.onehealthcareid.passwords import Passwords
from simulator.portals.onehealthcareid.recovery import Recovery
from simulator.sessions import Ended, Session

DEVICE_DAYS = 90


def _attempts(left: int) -> str:
    return f"You have {left} {'attempt' if left == 1 else 'attempts'} remaining before your account is locked."


class Login:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._passwords = Passwords(gate)
        self._recovery = Recovery(gate, self._passwords)

    async def take(self, request: Request, step: str) -> Response:
        form = await request.json()
        if step == "login-options":
            # Whether there is such a user is not told before the password.
            return JSONResponse({"view": "password" if form.get("username") else "user"})
        if step in ("authenticate", "recover"):
            return self._recovery.begin(form) if step == "recover" else self._password(request, form)
        session = self._gate.session_of(request)
        if not session or session.ended:
            return JSONResponse({"view": "user"})
        self._gate.sessions.touch(session)
        if step == "reset":
            return self._recovery.reset(session, form)
        if step == "manage" and session.signed_in:
            return self._passwords.change(session, form)
        return self._step(session, step, form)

    def _step(self, session: Session, step: str, form: dict[str, str]) -> Response:
        """Whatever is not the step at which the log-in stands leads to that one."""
        going_back = step == "method" and self._pending(session) == "code"
        if step != self._pending(session) and not going_back:
            return self._next(session)
        match step:
            case "method":
                return self._method(session, str(form.get("method", "")))
            case "code":
                return self._code(session, form)
            case "expired":
                error = self._passwords.objection(session, form)
                return JSONResponse({"view": "expired", "error": error}) if error else self._next(session)
            case "terms" | "expiring":
                return self._read(session, step, accepted=bool(form.get("accepted", step != "terms")))
        return self._next(session)

    def is_complete(self, session: Session) -> bool:
        return self._pending(session) is None

    def _pending(self, session: Session) -> str | None:
        spec = session.account.spec
        steps = (
            ("method", True),
            ("code", True),
            ("expired", spec.must_change),
            ("terms", spec.terms),
            ("expiring", spec.expires_in_days is not None),
        )
        return next((step for step, needed in steps if needed and step not in session.passed), None)

    def _next(self, session: Session) -> Response:
        spec = session.account.spec
        return JSONResponse(
            {
                "view": self._pending(session) or "leave",
                "methods": list(session.account.methods),
                "days": spec.expires_in_days,
            }
        )

    def _password(self, request: Request, form: dict[str, str]) -> Response:
        gate = self._gate
        account = gate.account(form.get("username", ""))
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return JSONResponse({"view": "password", "error": "The One Healthcare ID or password is incorrect."})
        verdict = account.check_password(form.get("password", ""))
        if verdict is not Verdict.OK:
            return self._password_refused(account, verdict)
        gate.record(account.spec.username, "password_accepted")
        if account.deactivated(gate.house.clock):
            return JSONResponse({"view": "inactive"})
        session = gate.sessions.begin(account)
        if account.knows(request.cookies.get(DEVICE_COOKIE)):
            gate.second_step(session)
        response = self._next(session)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    def _password_refused(self, account: Account, verdict: Verdict) -> Response:
        gate, username, left = self._gate, account.spec.username, account.attempts_left
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return JSONResponse({"view": "locked"})
        error = f"The One Healthcare ID or password is incorrect. {_attempts(left)}"
        return JSONResponse({"view": "password", "error": error})

    def _method(self, session: Session, chosen: str) -> Response:
        if chosen not in session.account.methods:
            return self._next(session)
        session.method = chosen
        session.passed.add("method")
        if chosen in SENT:
            session.account.send_text_code(self._gate.house.clock)
        self._gate.record(session, "method", chosen)
        return JSONResponse({"view": "code", "method": chosen})

    def _code(self, session: Session, form: dict[str, str]) -> Response:
        gate, account = self._gate, session.account
        was_locked = account.spec.locked
        skew, method = gate.dials.code_clock_skew, session.method or "authenticator"
        verdict = account.check_code(method, form.get("code", ""), gate.house.clock, skew)
        if verdict is Verdict.OK:
            gate.second_step(session)
            response = self._next(session)
            if form.get("rememberDevice"):
                device = secrets.token_urlsafe(16)
                account.remembered_devices.add(device)
                age = DEVICE_DAYS * DAY_SECONDS
                response.set_cookie(DEVICE_COOKIE, device, max_age=age, httponly=True, samesite="lax")
            return response
        if verdict is not Verdict.LOCKED:
            counter = "reused_codes" if verdict is Verdict.REUSED else "wrong_codes"
            gate.record(session, counter.removesuffix("s"), f"{account.code_attempts_left} left", count=counter)
        if account.spec.locked:
            if not was_locked:
                gate.record(session, "lockout", "codes", count="lockouts")
            gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
            return JSONResponse({"view": "locked"})
        error = f"The code you entered is invalid. {_attempts(account.code_attempts_left)}"
        return JSONResponse({"view": "code", "method": method, "error": error})

    def _read(self, session: Session, step: str, *, accepted: bool) -> Response:
        if not accepted:
            return JSONResponse({"view": step, "error": "You must accept the terms to continue."})
        if step == "terms":
            session.account.spec.terms = False
        session.passed.add(step)
        self._gate.record(session, "interstitial", step)
        return self._next(session)
