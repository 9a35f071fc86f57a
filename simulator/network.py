"""What lies between every browser and every portal, and can be cut."""

from __future__ import annotations

import time


class Network:
    def __init__(self) -> None:
        self._cut_until = 0.0
        """By the monotonic clock."""
        self._due: tuple[int, float] | None = None

    def cut(self, seconds: float, *, at_request: int = 0) -> None:
        """For so long: at once, or from the so-manieth request on that comes from now."""
        if at_request:
            self._due = at_request, seconds
        else:
            self._due, self._cut_until = None, time.monotonic() + seconds

    def carries(self) -> bool:
        """One more request."""
        if self._due is not None:
            place, seconds = self._due
            self.cut(seconds, at_request=place - 1)
        return not self.is_cut

    @property
    def was_cut(self) -> bool:
        """Or no cut was wanted."""
        return self._due is None

    @property
    def is_cut(self) -> bool:
        return time.monotonic() < self._cut_until
