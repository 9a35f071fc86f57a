"""The canary: what a portal's pages look like to somebody who is logged in and asks about nobody."""

from __future__ import annotations

from typing import Final, Literal

from core.capabilities.record import Answer, Query, Record

CANARY: Final = "canary"


class CanaryQuery(Query):
    """Every page that a journey of the portal opens by its address."""


class SeenPage(Record):
    capability: str
    entry: str
    """The page whose address was opened, by its name in the selector data."""
    landed: str | None
    """The page that came up: another one where the portal wants something first. None: none that the data knows."""
    fields: tuple[str, ...] = ()
    """The elements of the page in which one can type or choose."""


class CanarySeen(Answer):
    outcome: Literal["canary_seen"] = "canary_seen"
    pages: tuple[SeenPage, ...]

    @property
    def sentence(self) -> str:
        lost = [f"{each.capability}/{each.entry}" for each in self.pages if each.landed is None]
        if lost:
            return f"{len(lost)} of {len(self.pages)} pages were not recognised: {', '.join(lost)}."
        return f"All {len(self.pages)} pages were recognised."
