"""Two answers to one question side by side: which of their values differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_NAMES = ("claim_number", "number", "authorization_number", "username", "id", "line_number", "plan_name", "title")
"""By which the rows of a list are told apart, where they have one of these."""

_OURS = ("pulled_before",)
"""What the store adds to an answer: no portal ever said it."""


@dataclass(frozen=True)
class Difference:
    where: str
    older: str | None
    newer: str | None


def differences(older: dict[str, Any], newer: dict[str, Any]) -> list[Difference]:
    before, after = dict(_flat(older)), dict(_flat(newer))
    return [
        Difference(where, before.get(where), after.get(where))
        for where in dict.fromkeys([*before, *after])
        if before.get(where) != after.get(where)
    ]


def _flat(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _OURS:
                continue
            label = name.replace("_", " ")
            yield from _flat(inner, f"{where} › {label}" if where else label)  # noqa: RUF001
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{where} {_name(inner) or place}")
    elif value is not None:
        yield where, str(value)


def _name(row: Any) -> str | None:
    if not isinstance(row, dict):
        return None
    return next((str(row[name]) for name in _NAMES if row.get(name) is not None), None)
