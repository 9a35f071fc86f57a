"""A page of its own, open to anybody who knows a password: no session is needed to change it, and none ends."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Verdict
from simulator.portals.medicaid_id.gate import Gate
from simulator.sessions import Session

ADDRESS = "/ext/pwdchange/Identify"
WRONG = "We did not recognize the email address or password you entered."


def attempts(left: int) -> str:
    return f"{left} {'attempt' if left == 1 else 'attempts'} left before the account is locked."


class Passwords:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route(ADDRESS, self._gate.page(self.identify), methods=["GET", "POST"])]

    async def identify(self, request: Request) -> Response:
        gate = self._gate
        if request.method == "GET":
            return self._asked()
        form = {key: str(value) for key, value in (await request.form()).items()}
        account = gate.account(form.get("$username", ""))
        if account is None:
            gate.record(None, "wrong_password", "unknown user", count="wrong_passwords")
            return self._asked(WRONG)
        username = account.spec.username
        verdict = account.check_password(form.get("$password", ""))
        if verdict is Verdict.WRONG:
            gate.record(username, "wrong_password", f"{account.attempts_left} left", count="wrong_passwords")
            if account.spec.locked:
                gate.record(username, "lockout", "passwords", count="lockouts")
        if account.spec.locked:
            return gate.notice("locked")
        if verdict is not Verdict.OK:
            return self._asked(f"{WRONG} {attempts(account.attempts_left)}")
        return self._asked(error) if (error := self.change(username, form)) else gate.notice("changed")

    def change(self, who: Session | str, form: Mapping[str, str]) -> str | None:
        """Why it is not changed; else it is."""
        gate, new = self._gate, form.get("newPassword1", "")
        account = who.account if isinstance(who, Session) else gate.account(who)
        if account is None or new != form.get("newPassword2"):
            return "The new passwords do not match."
        if error := account.objection_to(new, gate.house.clock):
            gate.record(who, "refused_password", count="refused_passwords")
            return error
        account.set_password(new, gate.house.clock)
        gate.record(who, "password_changed", count="password_changes")
        return None

    def _asked(self, error: str | None = None) -> Response:
        return self._gate.render("change.html", error=error, address=ADDRESS)
