"""What filters and forms offer to choose from, taken from where it is defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TypeVar

from core.capabilities.record import Answer
from core.errors import FleetError, RequestInvalid

T = TypeVar("T")


def _all_below(kind: type[T]) -> Iterator[type[T]]:
    for each in kind.__subclasses__():
        yield each
        yield from _all_below(each)


def _outcomes() -> dict[str, list[str]]:
    defaults = (each.model_fields["outcome"].default for each in _all_below(Answer))
    errors = (each.__name__ for each in _all_below(FleetError) if each.__module__ == "core.errors")
    return {
        "answers": sorted({each for each in defaults if isinstance(each, str)}),
        "trouble": sorted({*errors, "WorkerLost"}),
    }


OUTCOMES = _outcomes()


def day(asked: Mapping[str, str], name: str) -> date | None:
    """Raises RequestInvalid."""
    try:
        return date.fromisoformat(asked[name]) if asked.get(name) else None
    except ValueError:
        raise RequestInvalid(f"{name} is not a date; dates are written YYYY-MM-DD.", field=name) from None


def local(on: date | None) -> datetime | None:
    """The first moment of a day, in the time zone of this machine."""
    return datetime.combine(on, time.min).astimezone() if on else None
