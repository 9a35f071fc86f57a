"""Forgotten passwords and locks: a link by e-mail, good for once and for half an hour."""

import secrets

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Account
from simulator.portals.ucare.gate import PORTAL, Gate

GOOD_SECONDS = 30 * 60


class Recovery:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        page = self._gate.page
        return [
            Route("/forgot", page(self.forgot), methods=["GET", "POST"]),
            Route("/reset", page(self.reset), methods=["GET", "POST"]),
        ]

    async def forgot(self, request: Request) -> Response:
        """Whether there is such a user is told to nobody."""
        if request.method == "GET":
            return self._gate.render("forgot.html")
        account = self._gate.account(str((await request.form()).get("username", "")))
        if account is not None:
            link = request.url.replace(path="/reset", query=f"key={secrets.token_urlsafe(24)}")
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
        if request.method == "GET":
            return gate.render("reset.html", address=request.url.query)
        form = {key: str(value) for key, value in (await request.form()).items()}
        new, username = form.get("new", ""), account.spec.username
        error = "Enter the new password twice." if new != form.get("again") else None
        if error := error or account.objection_to(new, gate.house.clock):
            gate.record(username, "refused_password", count="refused_passwords")
            return gate.render("reset.html", address=request.url.query, error=error)
        account.set_password(new, gate.house.clock)
        account.mailed_link = None
        account.unlock()
        gate.sessions.drop_all(username)
        gate.record(username, "recovered", count="recoveries")
        return gate.notice("recovered")

    def _asked_by(self, request: Request) -> Account | None:
        now, asked = self._gate.house.clock.timestamp(), str(request.url)
        mailed = (each for each in self._gate.house.accounts.of_portal(PORTAL) if each.mailed_link == asked)
        return next((each for each in mailed if now < each.mailed_link_at + GOOD_SECONDS), None)
