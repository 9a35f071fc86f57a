"""What filters and forms offer to choose from, taken from where it is defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TypeVar

import core.capabilities.catalog  # noqa: F401  every answer is defined by then
from core.capabilities.record import Answer
from core.checks import FIRST_DAY, LAST_DAY
from core.errors import FleetError, RequestInvalid

T = TypeVar("T")
LAST_ROW = 2**31 - 1


def _all_below(kind: type[T]) -> Iterator[type[T]]:
    for each in kind.__subclasses__():
        yield each
        yield from _all_below(each)


_ANSWERS = {
    outcome: each for each in _all_below(Answer) if isinstance(outcome := each.model_fields["outcome"].default, str)
}
_ERRORS = {each.__name__ for each in _all_below(FleetError) if each.__module__ == "core.errors"}
OUTCOMES = {"answers": sorted(_ANSWERS), "trouble": sorted({*_ERRORS, "WorkerLost"})}
EMPTY_HANDED = frozenset(outcome for outcome, each in _ANSWERS.items() if each.empty_handed)
"""Outcomes of answers that give nothing of what was asked for."""


def day(asked: Mapping[str, str], name: str) -> date | None:
    """Raises RequestInvalid, also for one that no calendar of ours reaches."""
    try:
        found = date.fromisoformat(asked[name]) if asked.get(name) else None
    except ValueError:
        raise RequestInvalid(f"{name} is not a date; dates are written YYYY-MM-DD.", field=name) from None
    if found is not None and not FIRST_DAY <= found <= LAST_DAY:
        raise RequestInvalid(f"{name} lies before {FIRST_DAY} or after {LAST_DAY}.", field=name)
    return found


def row_number(asked: Mapping[str, str], name: str) -> int | None:
    """As lists hand it on; None for anything else, and for what no database counts to."""
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < len(str(LAST_ROW)) else None


def local(on: date | None) -> datetime | None:
    """The first moment of a day, in the time zone of this machine."""
    return datetime.combine(on, time.min).astimezone() if on else None
