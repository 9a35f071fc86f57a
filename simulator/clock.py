"""One clock for everything the portals do: sessions, codes, password ages, "as of" dates."""

import time
from datetime import UTC, date, datetime


class VirtualClock:
    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def timestamp(self) -> float:
        return time.time() + self.offset_seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def today(self) -> date:
        """The portals' calendar day; they all keep UTC."""
        return self.now().date()

    def advance(self, seconds: float) -> None:
        self.offset_seconds += seconds
