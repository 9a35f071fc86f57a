"""From the log-in page to the door of the shell: password, second step, and whatever else is in the way."""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import SENT, Account, Verdict
from simulator.portals.availity.gate import DEVICE_COOKIE, SESSION_COOKIE, XSRF_COOKIE, Gate
from simulator.portals.availity.passwords import Passwords, attempts
from simulator.sessions import Ended, Session

METHODS = {
    "authenticator": ("Authenticator", "Authenticate me using my authenticator app"),
    "text": ("SMS", "Send me a code by text message to (•••) •••-4821"),
    "call": ("Voice", "Call me with a code at (•••) •••-4821"),
    "backup": ("BackupCode", "Enter a one-time use backup code"),
}


class Login:
    def __init__(self, gate: Gate, passwords: Passwords) -> None:
        self._gate = gate
        self._passwords = passwords

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/", page(self.front)),
            Route("/login", page(self.password), methods=["GET", "POST"]),
            Route("/login/next", page(self.next)),
            Route("/login/method", page(self.method), methods=["GET", "POST"]),
            Route("/login/code", page(self.code), methods=["GET", "POST"]),
            Route("/login/organization", page(self.organization), methods=["GET", "POST"]),
            Route("/login/password-expired", page(self.change_password), methods=["GET", "POST"]),
            Route("/login/{step}", page(self.interstitial), methods=["GET", "POST"]),
            Route("/logout", page(self.logout)),
        ]

    async def front(self, _request: Request) -> Response:
        return RedirectResponse("/login", 303)

    async def password(self, request: Request) -> Response:
        gate = self._gate
        if request.method == "GET":
            return gate.render("login.html")
        form = await request.form()
        username, password = str(form.get("username", "")), str(form.get("password", ""))
        if not username or not password:
            return gate.render("login.html", error="User ID and password are required.")
        account = gate.account(username)
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return gate.render("login.html", error="The user ID or password you entered is incorrect.")
        verdict = account.check_password(password)
        if verdict is not Verdict.OK:
            return self._password_refused(account, verdict)
        gate.record(account.spec.username, "password_accepted")
        return gate.notice("inactive") if account.deactivated(gate.house.clock) else self._begin(request, account)

    def _password_refused(self, account: Account, verdict: Verdict) -> Response:
        gate, username, left = self._gate, account.spec.username, account.attempts_left
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        error = f"The user ID or password you entered is incorrect. {attempts(left)} remaining."
        return gate.render("login.html", error=error, username=username)

    def _begin(self, request: Request, account: Account) -> Response:
        gate = self._gate
        session = gate.sessions.begin(account)
        if account.knows(request.cookies.get(DEVICE_COOKIE)):
            gate.second_step(session)
        response = RedirectResponse("/login/next", 303)
        response.set_cookie(SESSION_COOKIE, session.id, httponly=True, samesite="lax")
        response.set_cookie(XSRF_COOKIE, session.xsrf, samesite="lax")
        return response

    async def next(self, request: Request) -> Response:
        """Sends the browser to the first step that is not behind it yet, at last into the shell."""
        session = self._gate.session_of(request)
        if not session or session.ended:
            return RedirectResponse("/login", 303)
        if step := self._pending(session):
            return RedirectResponse(f"/login/{step}", 303)
        if not session.signed_in:
            if not session.organization_id:
                session.organization_id = session.account.spec.organizations[0].id
            self._gate.sessions.sign_in(session)
        return RedirectResponse("/web/", 303)

    def _pending(self, session: Session) -> str | None:
        spec = session.account.spec
        steps = (
            ("method", True),
            ("code", True),
            ("password-expired", spec.must_change),
            ("terms", spec.terms),
            ("password-expiring", spec.expires_in_days is not None),
            ("alerts", self._gate.dials.announcement),
            ("organization", len(spec.organizations) > 1),
        )
        return next((step for step, needed in steps if needed and step not in session.passed), None)

    def _at(self, request: Request, step: str) -> Session | Response:
        """The session, if this step of the log-in is the one it stands at; else the way to where it stands."""
        session = self._gate.session_of(request)
        if not session or session.ended:
            return RedirectResponse("/login", 303)
        going_back = step == "method" and self._pending(session) == "code"
        if self._pending(session) != step and not going_back:
            return RedirectResponse("/login/next", 303)
        self._gate.sessions.touch(session)
        return session

    async def method(self, request: Request) -> Response:
        session = self._at(request, "method")
        if isinstance(session, Response):
            return session
        offered = {name: METHODS[name] for name in session.account.methods}
        if request.method == "GET":
            return self._gate.render("method.html", methods=offered)
        choice = str((await request.form()).get("choice", ""))
        chosen = next((name for name, (value, _) in offered.items() if value == choice), None)
        if not chosen:
            return self._gate.render("method.html", methods=offered, error="Select a method to continue.")
        session.method = chosen
        session.passed.add("method")
        if chosen in SENT:
            session.account.send_text_code(self._gate.house.clock)
        self._gate.record(session, "method", chosen)
        return RedirectResponse("/login/next", 303)

    async def code(self, request: Request) -> Response:
        session = self._at(request, "code")
        if isinstance(session, Response):
            return session
        gate, account = self._gate, session.account
        method = session.method or "authenticator"
        if request.method == "GET":
            return gate.render("code.html", method=method)
        form = await request.form()
        was_locked = account.spec.locked
        skew = gate.dials.code_clock_skew
        verdict = account.check_code(method, str(form.get("code", "")), gate.house.clock, skew)
        if verdict is Verdict.OK:
            gate.second_step(session)
            response = RedirectResponse("/login/next", 303)
            if form.get("rememberDevice"):
                device = secrets.token_urlsafe(16)
                account.remembered_devices.add(device)
                response.set_cookie(DEVICE_COOKIE, device, max_age=30 * 86400, httponly=True, samesite="lax")
            return response
        if verdict is not Verdict.LOCKED:
            counter = "reused_codes" if verdict is Verdict.REUSED else "wrong_codes"
            gate.record(session, counter.removesuffix("s"), f"{account.code_attempts_left} left", count=counter)
        if account.spec.locked:
            if not was_locked:
                gate.record(session, "lockout", "codes", count="lockouts")
            gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
            return gate.notice("locked")
        left = account.code_attempts_left
        error = f"Enter a valid code. {attempts(left)} remaining."
        return gate.render("code.html", method=method, error=error)

    async def change_password(self, request: Request) -> Response:
        session = self._at(request, "password-expired")
        if isinstance(session, Response):
            return session
        if request.method == "GET":
            return self._gate.render("password_expired.html")
        form = await request.form()
        fields = {key: str(value) for key, value in form.items()}
        if error := self._passwords.change(session, fields):
            locked = session.account.spec.locked
            return self._gate.notice("locked") if locked else self._gate.render("password_expired.html", error=error)
        return RedirectResponse("/login/next", 303)

    async def interstitial(self, request: Request) -> Response:
        """Pages that want one click: terms, the password reminder, announcements."""
        step = request.path_params["step"]
        session = self._at(request, step)
        if isinstance(session, Response):
            return session
        spec = session.account.spec
        if request.method == "GET":
            return self._gate.render(f"{step.replace('-', '_')}.html", days=spec.expires_in_days)
        if step == "terms":
            if not (await request.form()).get("accept"):
                return self._gate.render("terms.html", error="You must accept the terms of use to continue.")
            spec.terms = False
        session.passed.add(step)
        self._gate.record(session, "interstitial", step)
        return RedirectResponse("/login/next", 303)

    async def organization(self, request: Request) -> Response:
        session = self._at(request, "organization")
        if isinstance(session, Response):
            return session
        organizations = session.account.spec.organizations
        if request.method == "GET":
            return self._gate.render("organization.html", organizations=organizations)
        wanted = str((await request.form()).get("organization", ""))
        if wanted not in {each.id for each in organizations}:
            error = "Select an organization to continue."
            return self._gate.render("organization.html", organizations=organizations, error=error)
        session.organization_id = wanted
        session.passed.add("organization")
        return RedirectResponse("/login/next", 303)

    async def logout(self, request: Request) -> Response:
        session = self._gate.session_of(request)
        if session and not session.ended:
            self._gate.sessions.end(session, Ended.LOGGED_OUT, "logouts")
        response = self._gate.notice("logged_out")
        response.delete_cookie(SESSION_COOKIE)
        return response
