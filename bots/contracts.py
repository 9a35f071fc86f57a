"""What the runtime asks of the lane that uses it, and what it gives back. Lanes and tests implement the Protocols."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.capabilities.account import PasswordAnswer, RecoveryAnswer
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Enclosed, Submission
from core.phi import Secret

EMAILED_LINK = "e-mailed link"
"""The medium of what is no code but an address to go on at."""


class CodeSource(Protocol):
    async def totp(self) -> Secret:
        """A code that no other login has used or will use; waits until one may be typed. Raises core errors."""
        ...

    async def sent(self, medium: str) -> Secret:
        """The code that the portal has just sent to a person, by text message or the like; waits until somebody hands
        it in. Raises CodeRequired when nobody did in time.
        """
        ...

    def portal_clock(self, offset_seconds: float) -> None:
        """The portal's clock is this far ahead of ours, by the Date header of its last page (whole seconds)."""
        ...


@dataclass(frozen=True)
class LoginSecrets:
    username: Secret
    password: Secret
    codes: CodeSource
    organization: str | None = None
    """What the portal calls the organization to work for, where the account belongs to several."""
    before_password: Callable[[], Awaitable[None]] | None = None
    """Called right before the password is typed, so that a try is written down which a crash would forget."""
    new_password: Callable[[], Awaitable[Secret]] | None = None
    """Gives a new one that is safely kept, right before it is typed; None where a password may not be changed."""
    backup_code: Callable[[], Awaitable[Secret]] | None = None
    """Gives a one-time code that nobody gets again; raises ActionNeeded when none is left. None outside a recovery."""


class StepKind(StrEnum):
    LOGIN = "login"
    NAVIGATE = "navigate"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Step:
    """One thing the bot did. Free of patient data: `page` and `note` speak of selectors, never of values."""

    kind: StepKind
    page: str
    started_at: datetime
    milliseconds: int
    note: str | None = None
    """Drift and the like: "member_id: fallback 2 of 2 used"."""


class EvidenceSink(Protocol):
    async def keep(self, kind: str, media_type: str, data: bytes, *, page: str) -> None:
        """`kind`: "screenshot" (patient data masked), "page" (source, unmasked), "download". Sealed by the sink."""
        ...

    async def step(self, step: Step) -> None: ...


@dataclass(frozen=True)
class SessionState:
    """What makes a browser somebody the portal knows. Holds live cookies: sealed wherever it rests."""

    storage: dict[str, Any] = field(repr=False)
    """Playwright's storage state: cookies, localStorage and IndexedDB by origin."""
    session_storage: dict[str, dict[str, str]] = field(repr=False)
    """sessionStorage by origin, which the storage state leaves out."""

    def device(self, names: Collection[str]) -> SessionState | None:
        """The cookies of these names alone: the browser is nobody, on a device that the portal remembers. None without
        such a cookie.
        """
        kept = [cookie for cookie in self.storage.get("cookies", ()) if cookie["name"] in names]
        return SessionState({"cookies": kept, "origins": []}, {}) if kept else None

    def to_json(self) -> str:
        return json.dumps({"storage": self.storage, "session_storage": self.session_storage})

    @classmethod
    def from_json(cls, text: str) -> SessionState:
        return cls(**json.loads(text))


@dataclass(frozen=True)
class LoginReport:
    """`logged_in` is False when a restored session was still good and no secret was typed."""

    logged_in: bool
    password_expires_in_days: int | None = None
    changed_password: bool = False
    """The portal wanted a new one, and took it; it may want another log-in now."""


class NotSent(Exception):
    """The gate stays shut on purpose: a rehearsal, or an approval that nobody has given yet. No error."""


class Gate(Protocol):
    """Stands before the one click that sends something to a payer."""

    async def open(self) -> float:
        """From its return on the click counts as made, whatever becomes of us; it may leave for that many seconds.

        Raises NotSent, or a core error, when it must not be made.
        """
        ...


class FileRoom(Protocol):
    async def content(self, file: Enclosed) -> bytes:
        """In clear. Raises core errors."""
        ...


class LaneBot(Protocol):
    """One credential's browser: `bots.lane.LaneBrowser`, or a scripted one in tests."""

    async def log_in(self, secrets: LoginSecrets, sink: EvidenceSink) -> LoginReport:
        """Checks the session first and logs in only if it is dead. Raises core errors and nothing else."""
        ...

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        """One journey. Raises core errors and nothing else."""
        ...

    async def change_password(self, secrets: LoginSecrets, sink: EvidenceSink) -> PasswordAnswer:
        """After `log_in`, to what `secrets.new_password` gives. Raises core errors and nothing else; what the portal
        has afterwards is then not known, if a new one was asked for.
        """

    async def recover(self, secrets: LoginSecrets, sink: EvidenceSink) -> RecoveryAnswer:
        """Of a locked or forgotten account, in a browser that is logged in nowhere. Raises core errors and nothing
        else; which password the portal has afterwards is then not known, if a new one was asked for.
        """
        ...

    async def step_up(self, secrets: LoginSecrets, sink: EvidenceSink) -> None:
        """Answers the code that the portal asks for in the middle of a session. Raises core errors and nothing else."""

    async def submit(
        self, capability: str, payer: str | None, wanted: Submission, sink: EvidenceSink, *, gate: Gate, files: FileRoom
    ) -> Answer:
        """One submission, clicked once at most; Reviewed when the gate says NotSent.

        Raises OutcomeUnknown if, and only if, the click may have been made; after any other core error it was not, or
        certainly came to nothing.
        """
        ...

    async def session_state(self) -> SessionState: ...

    async def close(self) -> None: ...
