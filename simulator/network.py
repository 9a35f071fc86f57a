"""What lies between every browser and every portal, and can be cut."""

from __future__ import annotations

import time


class Network:
    def __init__(self) -> None:
        self._cut_until = 0.0
        """By the monotonic clock."""
        self._due: tuple[int, float] | None = None

    def cut(self, seconds: float, *, after: int = 0) -> None:
        """For so long, once so many more requests have come through."""
        if after:
            self._due = after, seconds
        else:
            self._due, self._cut_until = None, time.monotonic() + seconds

    def carries(self) -> bool:
        """One more request."""
        if self._due is not None:
            left, seconds = self._due
            self.cut(seconds, after=left - 1)
        return not self.is_cut

    @property
    def was_cut(self) -> bool:
        """Or no cut was wanted."""
        return self._due is None

    @property
    def is_cut(self) -> bool:
        return time.monotonic() < self._cut_until
