"""Browser sessions of a portal: before the log-in is complete, signed in, and how they end."""

import secrets
from dataclasses import dataclass, field
from enum import Enum

from simulator.accounts import Account
from simulator.clock import VirtualClock
from simulator.tally import Tally


class Ended(Enum):
    EXPIRED = "expired"
    KICKED = "kicked"
    DROPPED = "dropped"
    LOGGED_OUT = "logged_out"


@dataclass
class Session:
    id: str
    account: Account
    seen_at: float
    xsrf: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    signed_in: bool = False
    ended: Ended | None = None
    method: str | None = None
    passed: set[str] = field(default_factory=set)  # the steps of the log-in that are behind it
    pages: int = 0
    stepped_up: bool = False  # a code was asked for once more
    organization_id: str | None = None
    region: str = "IL"
    work: dict[str, object] = field(default_factory=dict)  # inquiries of this session, by transaction id
    history: list[dict[str, str]] = field(default_factory=list)

    @property
    def username(self) -> str:
        return self.account.spec.username


class Sessions:
    def __init__(self, portal: str, clock: VirtualClock, tally: Tally) -> None:
        self._portal = portal
        self._clock = clock
        self._tally = tally
        self._sessions: dict[str, Session] = {}

    def begin(self, account: Account) -> Session:
        session = Session(secrets.token_urlsafe(24), account, self._clock.timestamp(), region=account.spec.region)
        self._sessions[session.id] = session
        return session

    def look(self, session_id: str | None) -> Session | None:
        """The session as it stands now, without counting as a use of it."""
        session = self._sessions.get(session_id or "")
        if session and not session.ended:
            idle = self._clock.timestamp() - session.seen_at
            if idle > session.account.spec.idle_minutes * 60:
                self.end(session, Ended.EXPIRED, "sessions_expired")
        return session

    def touch(self, session: Session) -> None:
        session.seen_at = self._clock.timestamp()

    def sign_in(self, session: Session) -> None:
        session.signed_in = True
        session.account.used_at = self._clock.timestamp()
        self._tally.record(self._portal, session.username, "session_opened", count="sessions_opened")
        if session.account.spec.single_session:
            for other in self.live(session.username):
                if other is not session:
                    self.end(other, Ended.KICKED, "kicked")
        self._tally.note_concurrency(self._portal, session.username, len(self.live(session.username)))

    def end(self, session: Session, how: Ended, counter: str) -> None:
        session.ended = how
        session.work.clear()
        if session.signed_in:
            self._tally.record(self._portal, session.username, f"session_{how.value}", count=counter)

    def drop_all(self, username: str, *, but: Session | None = None) -> int:
        live = [each for each in self.live(username) if each is not but]
        for session in live:
            self.end(session, Ended.DROPPED, "sessions_dropped")
        return len(live)

    def live(self, username: str) -> list[Session]:
        mine = [each for each in self._sessions.values() if each.username.casefold() == username.casefold()]
        return [each for each in mine if each.signed_in and (found := self.look(each.id)) and not found.ended]
