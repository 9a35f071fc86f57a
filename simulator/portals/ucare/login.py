"""One address for the whole log-in: each form that is sent there is answered with the page that comes next."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import SENT, Account, Verdict
from simulator.portals.ucare.gate import SESSION_COOKIE, Gate
from simulator.portals.ucare.passwords import Passwords
from simulator.sessions import Ended, Session

Form = Mapping[str, str]
_REFUSED = "The user name or password is not correct."


def _tries(left: int) -> str:
    return f"Tries left before your account is locked: {left}."


class Login:
    def __init__(self, gate: Gate, passwords: Passwords) -> None:
        self._gate = gate
        self._passwords = passwords

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/", page(self.front)),
            Route("/sign-in", page(self.sign_in), methods=["GET", "POST"]),
            Route("/sign-out", page(self.sign_out)),
        ]

    async def front(self, _request: Request) -> Response:
        return RedirectResponse("/home", 303)

    async def sign_in(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if request.method == "GET":
            return self._next(session) if session and not session.ended else self._gate.render("sign_in.html")
        form = {key: str(value) for key, value in (await request.form()).items()}
        step = form.get("step", "password")
        if step == "password":
            return self._password(form)
        if not session or session.ended:
            return self._gate.render("sign_in.html")
        self._gate.sessions.touch(session)
        asked = "code" if step == "method" else step
        return self._step(session, step, form) if asked == self._pending(session) else self._next(session)

    def _pending(self, session: Session) -> str | None:
        spec = session.account.spec
        steps = (
            ("code", bool(spec.mfa)),
            ("change", spec.must_change),
            ("terms", spec.terms),
            ("reminder", spec.expires_in_days is not None),
            ("news", self._gate.dials.announcement),
            ("tin", len(spec.organizations) > 1),
        )
        return next((step for step, needed in steps if needed and step not in session.passed), None)

    def _next(self, session: Session, error: str | None = None) -> Response:
        step, spec = self._pending(session), session.account.spec
        if step is None:
            return self._opened(session)
        return self._gate.render(f"step_{step}.html", session=session, spec=spec, error=error)

    def _opened(self, session: Session) -> Response:
        if not session.signed_in:
            session.organization_id = session.organization_id or session.account.spec.organizations[0].id
            self._gate.sessions.sign_in(session)
        return RedirectResponse("/home", 303)

    def _password(self, form: Form) -> Response:
        gate = self._gate
        account = gate.account(form.get("username", ""))
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return gate.render("sign_in.html", error=_REFUSED)
        verdict = account.check_password(form.get("password", ""))
        if verdict is not Verdict.OK:
            return self._password_refused(account, verdict)
        gate.record(account.spec.username, "password_accepted")
        if account.deactivated(gate.house.clock):
            return gate.notice("inactive")
        session = gate.sessions.begin(account)
        if account.spec.mfa:
            # Nobody is asked how: whoever has an authenticator uses it, all others are sent a code at once.
            self._use(session, "authenticator" if "authenticator" in account.methods else account.methods[0])
        else:
            gate.second_step(session)
        response = RedirectResponse("/sign-in", 303)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    def _password_refused(self, account: Account, verdict: Verdict) -> Response:
        gate, username = self._gate, account.spec.username
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{account.attempts_left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        return gate.render("sign_in.html", error=f"{_REFUSED} {_tries(account.attempts_left)}")

    def _use(self, session: Session, method: str) -> None:
        session.method = method
        if method in SENT:
            session.account.send_text_code(self._gate.house.clock)
        self._gate.record(session, "method", method)

    def _step(self, session: Session, step: str, form: Form) -> Response:
        spec = session.account.spec
        match step:
            case "method":
                if form.get("method") in session.account.methods:
                    self._use(session, form["method"])
                return self._next(session)
            case "code":
                return self._code(session, form.get("code", ""))
            case "change":
                error = self._passwords.change(session, form)
                return self._gate.notice("locked") if spec.locked else self._next(session, error)
            case "terms":
                if not form.get("agree"):
                    return self._next(session, "Check the box to go on.")
                spec.terms = False
            case "tin":
                chosen = next((each for each in spec.organizations if each.tin == form.get("tin")), None)
                if chosen is None:
                    return self._next(session, "Choose a Tax ID to go on.")
                session.organization_id = chosen.id
        session.passed.add(step)
        self._gate.record(session, "interstitial", step)
        return self._next(session)

    def _code(self, session: Session, code: str) -> Response:
        gate, account = self._gate, session.account
        was_locked = account.spec.locked
        skew = gate.dials.code_clock_skew
        verdict = account.check_code(session.method or "authenticator", code, gate.house.clock, skew)
        if verdict is Verdict.OK:
            gate.second_step(session)
            return self._next(session)
        left = account.code_attempts_left
        if verdict is not Verdict.LOCKED:
            counter = "reused_codes" if verdict is Verdict.REUSED else "wrong_codes"
            gate.record(session, counter.removesuffix("s"), f"{left} left", count=counter)
        if account.spec.locked:
            if not was_locked:
                gate.record(session, "lockout", "codes", count="lockouts")
            gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
            return gate.notice("locked")
        return self._next(session, f"This code is not valid. {_tries(left)}")

    async def sign_out(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
