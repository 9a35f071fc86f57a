"""User id, password, and the group practice number to work under. No second step: it is that old."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import Account, Verdict
from simulator.portals.ucare_old.gate import SESSION_COOKIE, Gate
from simulator.portals.ucare_old.passwords import Passwords
from simulator.sessions import Ended, Session

_REFUSED = "Invalid user ID or password."


class Login:
    def __init__(self, gate: Gate, passwords: Passwords) -> None:
        self._gate = gate
        self._passwords = passwords

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/", page(self.front)),
            Route("/login.asp", page(self.login), methods=["GET", "POST"]),
            Route("/logon2.asp", page(self.step), methods=["GET", "POST"]),
            Route("/logoff.asp", page(self.logoff)),
        ]

    async def front(self, _request: Request) -> Response:
        return RedirectResponse("/menu.asp", 303)

    async def login(self, request: Request) -> Response:
        gate = self._gate
        if request.method == "GET":
            return gate.render("login.html")
        form = await request.form()
        account = gate.account(str(form.get("uid", "")))
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return gate.render("login.html", error=_REFUSED)
        verdict = account.check_password(str(form.get("pwd", "")))
        if verdict is not Verdict.OK:
            return self._password_refused(account, verdict)
        gate.record(account.spec.username, "password_accepted")
        if account.deactivated(gate.house.clock):
            return gate.notice("inactive")
        session = gate.sessions.begin(account)
        gate.record(session, "login", count="logins")
        response = RedirectResponse("/logon2.asp", 303)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    def _password_refused(self, account: Account, verdict: Verdict) -> Response:
        gate, username, left = self._gate, account.spec.username, account.attempts_left
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        return gate.render("login.html", error=f"{_REFUSED} Attempts left: {left}")

    async def step(self, request: Request) -> Response:
        """Whatever still stands between the password and the menu. Who has a new password logs on once more."""
        session = self._gate.session_of(request)
        if not session or session.ended:
            return RedirectResponse("/login.asp", 303)
        self._gate.sessions.touch(session)
        error = None
        if request.method == "POST":
            form = {key: str(value) for key, value in (await request.form()).items()}
            error = self._answered(session, form)
            if session.account.spec.locked:
                return self._gate.notice("locked")
            if session.ended:
                return RedirectResponse("/login.asp", 303)
        pending = self._pending(session)
        if pending:
            return self._gate.render("step.html", step=pending, spec=session.account.spec, error=error)
        if not session.signed_in:
            session.organization_id = session.organization_id or session.account.spec.organizations[0].id
            self._gate.sessions.sign_in(session)
        return RedirectResponse("/menu.asp", 303)

    def _pending(self, session: Session) -> str | None:
        spec = session.account.spec
        steps = (
            ("change", spec.must_change),
            ("terms", spec.terms),
            ("expires", spec.expires_in_days is not None),
            ("bulletin", self._gate.dials.announcement),
            ("gpn", len(spec.organizations) > 1),
        )
        return next((step for step, needed in steps if needed and step not in session.passed), None)

    def _answered(self, session: Session, form: Mapping[str, str]) -> str | None:
        """Takes the answer to the step that is pending, or says what is wrong with it."""
        spec, pending = session.account.spec, self._pending(session)
        if pending is None or form.get("step") != pending:
            return None
        if pending == "change":
            error = self._passwords.change(session, form)
            if error is None:
                self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
            return error
        if pending == "terms":
            if form.get("agree") != "Y":
                return "Enter Y to agree."
            spec.terms = False
        elif pending == "gpn":
            if form.get("gpn") not in {each.id for each in spec.organizations}:
                return "Select a group practice number."
            session.organization_id = form["gpn"]
        session.passed.add(pending)
        self._gate.record(session, "interstitial", pending)
        return None

    async def logoff(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
