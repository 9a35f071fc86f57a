"""From the log-in page to the main menu: password, code where the account has one, and the box that says "I agree"."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import Account, Verdict
from simulator.portals.medicaid_forms.gate import SESSION_COOKIE, Gate
from simulator.portals.medicaid_forms.passwords import change
from simulator.sessions import Ended, Session

STEPS = {
    # the page of each step, in this order: the control that leads on
    "Verify": "btnVerify",
    "ChangePassword": "btnChange",
    "Agreement": "btnContinue",
    "PasswordNotice": "btnLater",
    "Bulletins": "btnContinue",
    "Organization": "btnContinue",
}
_INVALID = "The User ID or password is not valid."


class Login:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/", page(self.front)),
            Route("/Login.aspx", page(self.password), methods=["GET", "POST"]),
            Route("/Logout.aspx", page(self.log_out)),
            *(Route(f"/Account/{step}.aspx", page(self.step), methods=["GET", "POST"]) for step in STEPS),
        ]

    async def front(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        return self._onward(session) if session else RedirectResponse("/Login.aspx", 303)

    async def password(self, request: Request) -> Response:
        if request.method == "GET":
            return self._asked_for_password(request)
        gate = self._gate
        _, fields = await gate.sent_back(request, None)
        account = gate.account(fields.get("txtUserID", ""))
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return self._asked_for_password(request, _INVALID)
        verdict = account.check_password(fields.get("txtPassword", ""))
        if verdict is not Verdict.OK:
            return self._password_refused(request, account, verdict)
        gate.record(account.spec.username, "password_accepted")
        if account.deactivated(gate.house.clock):
            return gate.notice("inactive")
        session = gate.sessions.begin(account)
        if not account.spec.mfa:
            self._authenticated(session)
        elif "authenticator" not in account.methods:
            account.send_text_code(gate.house.clock)
        response = self._onward(session)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        return response

    def _asked_for_password(self, request: Request, error: str = "") -> Response:
        return self._gate.form("login.html", request, None, events=["btnLogin"], error=error)

    def _password_refused(self, request: Request, account: Account, verdict: Verdict) -> Response:
        gate, username, left = self._gate, account.spec.username, account.attempts_left
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        return self._asked_for_password(request, f"{_INVALID} Attempts remaining: {left}")

    def _authenticated(self, session: Session) -> None:
        session.passed.add("Verify")
        self._gate.record(session, "login", count="logins")

    def _pending(self, session: Session) -> str | None:
        spec = session.account.spec
        needed = {
            "ChangePassword": spec.must_change,
            "PasswordNotice": spec.expires_in_days is not None,
            "Bulletins": self._gate.dials.announcement,
            "Organization": len(spec.organizations) > 1,
        }
        return next((step for step in STEPS if needed.get(step, True) and step not in session.passed), None)

    def _onward(self, session: Session) -> Response:
        """To the first step that is not behind the session yet, at last to the main menu."""
        if session.ended:
            return self._gate.notice(session.ended.value)
        if step := self._pending(session):
            return RedirectResponse(f"/Account/{step}.aspx", 303)
        if not session.signed_in:
            session.organization_id = session.organization_id or session.account.spec.organizations[0].id
            self._gate.sessions.sign_in(session)
        return RedirectResponse("/Home.aspx", 303)

    async def step(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        step = request.url.path.removeprefix("/Account/").removesuffix(".aspx")
        if not session:
            return RedirectResponse("/Login.aspx", 303)
        if session.ended or self._pending(session) != step:
            return self._onward(session)
        self._gate.sessions.touch(session)
        if request.method == "GET":
            return self._asked(request, session, step)
        _, fields = await self._gate.sent_back(request, session)
        if step == "Verify":
            return self._verified(request, session, fields)
        if error := self._refused(session, step, fields):
            return self._asked(request, session, step, error)
        session.passed.add(step)
        self._gate.record(session, "interstitial", step)
        return self._onward(session)

    def _asked(self, request: Request, session: Session, step: str, error: str = "") -> Response:
        spec = session.account.spec
        return self._gate.form(f"{step}.html", request, session, events=[STEPS[step]], spec=spec, error=error)

    def _refused(self, session: Session, step: str, fields: Mapping[str, str]) -> str | None:
        """Why the step is not done; else it is, and so is what it changes."""
        spec = session.account.spec
        match step:
            case "Agreement":
                if not fields.get("chkAgree"):
                    return "You must agree to the Conditions of Use to continue."
                spec.terms = False
            case "Organization":
                if fields.get("rblOrganization") not in {each.id for each in spec.organizations}:
                    return "Select an organization."
                session.organization_id = fields["rblOrganization"]
            case "ChangePassword":
                return change(self._gate, session, fields)
        return None

    def _verified(self, request: Request, session: Session, fields: Mapping[str, str]) -> Response:
        gate, account = self._gate, session.account
        was_locked = account.spec.locked
        method = "authenticator" if "authenticator" in account.methods else "text"
        verdict = account.check_code(method, fields.get("txtCode", ""), gate.house.clock, gate.dials.code_clock_skew)
        if verdict is Verdict.OK:
            self._authenticated(session)
            return self._onward(session)
        if verdict is not Verdict.LOCKED:
            counter = "reused_codes" if verdict is Verdict.REUSED else "wrong_codes"
            gate.record(session, counter.removesuffix("s"), f"{account.code_attempts_left} left", count=counter)
        if account.spec.locked:
            if not was_locked:
                gate.record(session, "lockout", "codes", count="lockouts")
            gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
            return gate.notice("locked")
        left = account.code_attempts_left
        return self._asked(request, session, "Verify", f"The code is not valid. Attempts remaining: {left}")

    async def log_out(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
