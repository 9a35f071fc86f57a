"""Forgot your password: a link by e-mail, good once and for a day, a code as at the log-in, then a new password."""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import DAY_SECONDS, SENT, Account
from simulator.portals.availity.gate import PORTAL, Gate


class Recovery:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._confirmed: set[str] = set()
        """Links whose second step was passed."""

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/forgot-password", page(self.forgot), methods=["GET", "POST"]),
            Route("/reset-password", page(self.reset), methods=["GET", "POST"]),
        ]

    async def forgot(self, request: Request) -> Response:
        """Whether there is such a user is told to nobody."""
        if request.method == "GET":
            return self._gate.render("forgot.html")
        account = self._gate.account(str((await request.form()).get("username", "")))
        if account is not None:
            link = request.url.replace(path="/reset-password", query=f"token={secrets.token_urlsafe(24)}")
            account.mail_link(str(link), self._gate.house.clock)
            self._gate.record(account.spec.username, "link_mailed")
        return self._gate.notice("mailed")

    async def reset(self, request: Request) -> Response:
        gate, account = self._gate, self._asked_by(request)
        if account is None:
            gate.record(None, "recovery_refused", count="refused_recoveries")
            return gate.notice("link_dead", 410)
        if account.deactivated(gate.house.clock):
            return gate.notice("inactive")
        form = {key: str(value) for key, value in (await request.form()).items()}
        if account.spec.mfa and str(request.url) not in self._confirmed:
            return self._confirm(request, account, form.get("code"))
        return self._set(request, account, form) if form else self._page(request, "reset.html")

    def _confirm(self, request: Request, account: Account, code: str | None) -> Response:
        """A wrong code costs the link."""
        gate = self._gate
        method = "authenticator" if "authenticator" in account.methods else account.methods[0]
        if code is None:
            if method in SENT:
                account.send_text_code(gate.house.clock)
            return self._page(request, "reset_code.html", method=method)
        if not account.recovers_by(code, method, gate.house.clock.timestamp() + gate.dials.code_clock_skew):
            account.mailed_link = None
            gate.record(account.spec.username, "wrong_code", count="wrong_codes")
            gate.record(account.spec.username, "recovery_refused", count="refused_recoveries")
            return gate.notice("link_void")
        self._confirmed.add(str(request.url))
        return RedirectResponse(str(request.url), 303)

    def _set(self, request: Request, account: Account, form: dict[str, str]) -> Response:
        gate, username, new = self._gate, account.spec.username, form.get("newPassword", "")
        error = "The new passwords do not match." if new != form.get("confirmPassword") else None
        if error := error or account.objection_to(new, gate.house.clock):
            gate.record(username, "refused_password", count="refused_passwords")
            return self._page(request, "reset.html", error=error)
        account.set_password(new, gate.house.clock)
        account.mailed_link = None
        account.unlock()
        gate.sessions.drop_all(username)
        gate.record(username, "recovered", count="recoveries")
        return gate.notice("recovered")

    def _page(self, request: Request, template: str, **values: str) -> Response:
        return self._gate.render(template, address=request.url.query, **values)

    def _asked_by(self, request: Request) -> Account | None:
        now, asked = self._gate.house.clock.timestamp(), str(request.url)
        mailed = (each for each in self._gate.house.accounts.of_portal(PORTAL) if each.mailed_link == asked)
        return next((each for each in mailed if now < each.mailed_link_at + DAY_SECONDS), None)
