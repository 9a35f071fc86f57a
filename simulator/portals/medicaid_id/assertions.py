"""How a sign-on becomes a session of the portal: a signed assertion, which the browser posts there by itself."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from simulator.sessions import Session, Sessions

_USED = "asserted"


class Assertions:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, session: Session) -> str:
        return urlsafe_b64encode(f"{session.id}.{self._signed(session.id)}".encode()).decode()

    def redeem(self, assertion: str, sessions: Sessions) -> Session | None:
        """The session that it vouches for; none for one that is forged or was used."""
        try:
            session_id, _, signature = urlsafe_b64decode(assertion).decode().rpartition(".")
        except ValueError:
            return None
        session = sessions.look(session_id) if hmac.compare_digest(signature, self._signed(session_id)) else None
        if session is None or session.ended or _USED in session.passed:
            return None
        session.passed.add(_USED)
        return session

    def _signed(self, session_id: str) -> str:
        return hmac.new(self._key, session_id.encode(), "sha256").hexdigest()
