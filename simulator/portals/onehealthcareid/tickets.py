"""How a log-in at the identity provider becomes a session of a portal: a one-time code in a redirect."""

import secrets

from simulator.sessions import Session


class Tickets:
    def __init__(self) -> None:
        self._open: dict[str, tuple[str, Session]] = {}

    def issue(self, portal: str, session: Session) -> str:
        code = secrets.token_urlsafe(24)
        self._open[code] = (portal, session)
        return code

    def redeem(self, portal: str, code: str) -> Session | None:
        """The session that the code stands for; none for a code that is unknown, used, or another portal's."""
        issued_for, session = self._open.pop(code, (None, None))
        return session if issued_for == portal else None
