"""FranklinID: one full page after the other, each posted to the address of its own flow."""

import secrets
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import Account, Verdict
from simulator.assets import assets
from simulator.house import PORTALS, House
from simulator.portals.medicaid_id.assertions import Assertions
from simulator.portals.medicaid_id.gate import FOLDER, Gate
from simulator.portals.medicaid_id.layout import SKINS
from simulator.portals.medicaid_id.passwords import WRONG, Passwords, attempts
from simulator.sessions import Session

_FLOWS = 500  # that are remembered


@dataclass
class Flow:
    """A sign-on under way. Whoever gets a passcode wrong begins again at the first page."""

    id: str
    consumer: str  # where the portal takes the assertion
    username: str = ""
    session: Session | None = None
    method: str = "authenticator"

    def start_over(self) -> None:
        self.username, self.session = "", None


class SignOn:
    def __init__(self, gate: Gate, assertions: Assertions, passwords: Passwords) -> None:
        self._gate = gate
        self._passwords = passwords
        self._assertions = assertions
        self._flows: dict[str, Flow] = {}

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/as/authorization", page(self.begin)),
            Route("/as/{flow}/resume", page(self.again)),
            Route("/as/{flow}/resume", page(self.resume), methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        while len(self._flows) >= _FLOWS:
            self._flows.pop(next(iter(self._flows)))
        consumer = request.url.replace(hostname=PORTALS[self._gate.portal], path="/sp/ACS.saml2", query="")
        flow = Flow(secrets.token_urlsafe(5), str(consumer))
        self._flows[flow.id] = flow
        return self._page(flow, "email.html")

    async def again(self, _request: Request) -> Response:
        """The address of a flow is no place to come back to."""
        return RedirectResponse("/as/authorization", 303)

    async def resume(self, request: Request) -> Response:
        flow = self._flows.get(request.path_params["flow"])
        form = {key: str(value) for key, value in (await request.form()).items()}
        if flow is None:
            return RedirectResponse("/as/authorization", 303)
        if not flow.username:
            return self._named(flow, form.get("pf.username", "").strip())
        if flow.session is None:
            return self._password(flow, form.get("pf.pass", ""))
        if "otp" in form:
            return self._code(flow, flow.session, form["otp"])
        if "newPassword1" in form and flow.session.account.spec.must_change and "code" in flow.session.passed:
            return self._next(flow, flow.session, self._passwords.change(flow.session, form))
        flow.session.passed |= {"expiring"} if form.get("pf.ok") == "remind" else set()
        return self._next(flow, flow.session)

    def _page(self, flow: Flow, template: str, error: str | None = None, **values: object) -> Response:
        return self._gate.render(template, flow=flow, error=error, **values)

    def _named(self, flow: Flow, username: str) -> Response:
        """Whether there is such a user is not told before the password."""
        if not username:
            return self._page(flow, "email.html", "Enter your email address.")
        flow.username = username
        return self._page(flow, "password.html")

    def _password(self, flow: Flow, password: str) -> Response:
        gate, account = self._gate, self._gate.account(flow.username)
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return self._page(flow, "password.html", WRONG)
        verdict = account.check_password(password)
        if verdict is not Verdict.OK:
            return self._password_refused(flow, account, verdict)
        username = account.spec.username
        gate.record(username, "password_accepted")
        if account.deactivated(gate.house.clock):
            return gate.notice("inactive")
        flow.session = gate.sessions.begin(account)
        if not account.spec.mfa:
            self._authenticated(flow.session)
        elif "authenticator" not in account.methods:
            flow.method = account.methods[0]
            account.send_text_code(gate.house.clock)
        return self._next(flow, flow.session)

    def _password_refused(self, flow: Flow, account: Account, verdict: Verdict) -> Response:
        gate, username, left = self._gate, account.spec.username, account.attempts_left
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        return self._page(flow, "password.html", f"{WRONG} {attempts(left)}")

    def _code(self, flow: Flow, session: Session, code: str) -> Response:
        gate, account = self._gate, session.account
        was_locked = account.spec.locked
        verdict = account.check_code(flow.method, code, gate.house.clock, gate.dials.code_clock_skew)
        if verdict is Verdict.OK:
            self._authenticated(session)
            return self._next(flow, session)
        if verdict is not Verdict.LOCKED:
            counter = "reused_codes" if verdict is Verdict.REUSED else "wrong_codes"
            gate.record(session, counter.removesuffix("s"), f"{account.code_attempts_left} left", count=counter)
        flow.start_over()
        if account.spec.locked:
            if not was_locked:
                gate.record(session, "lockout", "codes", count="lockouts")
            return gate.notice("locked")
        error = f"The passcode was not accepted. {attempts(account.code_attempts_left)}"
        return self._page(flow, "email.html", error)

    def _authenticated(self, session: Session) -> None:
        session.passed.add("code")
        self._gate.record(session, "login", count="logins")

    def _next(self, flow: Flow, session: Session, error: str | None = None) -> Response:
        spec = session.account.spec
        if "code" not in session.passed:
            return self._page(flow, "passcode.html")
        if spec.must_change:
            return self._page(flow, "expired.html", error)
        if spec.expires_in_days is not None and "expiring" not in session.passed:
            return self._page(flow, "expiring.html", days=spec.expires_in_days)
        self._flows.pop(flow.id, None)
        return self._page(flow, "leave.html", assertion=self._assertions.issue(session))


def build(house: House, assertions: Assertions) -> Starlette:
    gate = Gate(house)
    passwords = Passwords(gate)
    routes = [*SignOn(gate, assertions, passwords).routes(), *passwords.routes()]
    return Starlette(routes=[assets(FOLDER / "static", SKINS), *routes])
