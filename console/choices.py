"""What filters and forms offer to choose from, taken from where it is defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TypeVar

import core.capabilities.catalog  # noqa: F401  every answer is defined by then
from core.capabilities.record import Answer
from core.errors import FleetError, RequestInvalid

T = TypeVar("T")


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
    """Raises RequestInvalid."""
    try:
        return date.fromisoformat(asked[name]) if asked.get(name) else None
    except ValueError:
        raise RequestInvalid(f"{name} is not a date; dates are written YYYY-MM-DD.", field=name) from None


def local(on: date | None) -> datetime | None:
    """The first moment of a day, in the time zone of this machine."""
    return datetime.combine(on, time.min).astimezone() if on else None
