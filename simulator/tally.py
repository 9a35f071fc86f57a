"""What was done to the portals: an ordered ledger and counters. The judge of "no lock-out caused"."""

from collections import Counter, defaultdict
from typing import Any

from simulator.clock import VirtualClock

COUNTERS = (
    "logins",
    "step_ups",
    "wrong_passwords",
    "wrong_codes",
    "reused_codes",
    "lockouts",
    "sessions_opened",
    "sessions_expired",
    "sessions_dropped",
    "kicked",
    "logouts",
    "page_loads",
    "faults",
    "claim_details",
    "bad_inquiries",
    "repeated_bad_inquiries",
    "challenges",
    "suspensions",
    "files",
    "messages_opened",
    "authorization_details",
    "password_changes",
    "refused_passwords",
    "recoveries",
    "refused_recoveries",
    "appeal_details",
    "drafts",
    "submissions",
    "duplicates_accepted",
    "duplicates_refused",
    "submissions_refused",
)
QUESTIONS = (
    "eligibility",
    "claim_status",
    "remittances",
    "authorizations",
    "messages",
    "documents",
    "users",
    "appeals",
    "sent_messages",
    "claim_files",
    "notifications",
)
_NOBODY = "-"


class Tally:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._number = 0
        self.reset()

    def reset(self) -> None:
        """Empties counters and ledger. Entry numbers go on, so that a reader's `after` stays right."""
        self._entries: list[dict[str, Any]] = []
        self._counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._peaks: Counter[tuple[str, str]] = Counter()

    def record(self, portal: str, account: str | None, event: str, detail: str = "", count: str | None = None) -> None:
        """Appends to the ledger and, when `count` names a counter, adds one to it."""
        self._number += 1
        self._entries.append(
            {
                "n": self._number,
                "at": self._clock.now().isoformat(timespec="milliseconds"),
                "portal": portal,
                "account": account,
                "event": event,
                "detail": detail,
            }
        )
        if count:
            self._counts[portal, account or _NOBODY][count] += 1

    def note_concurrency(self, portal: str, account: str, sessions: int) -> None:
        self._peaks[portal, account] = max(self._peaks[portal, account], sessions)

    def ledger(self, after: int = 0) -> list[dict[str, Any]]:
        return [entry for entry in self._entries if entry["n"] > after]

    def report(self, portal: str | None = None) -> dict[str, Any]:
        """Counters overall and per account; the overall `max_concurrent_sessions` is the worst account's."""
        keys = [key for key in {*self._counts, *self._peaks} if portal in (None, key[0])]
        total: Counter[str] = Counter()
        for key in keys:
            total.update(self._counts[key])
        peaks = {key: self._peaks[key] for key in keys}
        accounts = {
            account: _shape(self._counts[name, account], peaks[name, account])
            for name, account in sorted(keys)
            if account != _NOBODY
        }
        return _shape(total, max(peaks.values(), default=0)) | {"accounts": accounts}


def _shape(counts: Counter[str], peak: int) -> dict[str, Any]:
    return {
        **{name: counts[name] for name in COUNTERS},
        "max_concurrent_sessions": peak,
        "questions": {name: counts[name] for name in QUESTIONS},
    }
