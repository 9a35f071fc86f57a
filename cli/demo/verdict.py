"""Whether an answer is true: field by field against what the simulator knows, never against a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.capabilities.catalog import capability
from core.capabilities.record import Answer

WORDING = frozenset({"message", "notes"})
"""How a portal puts something. What it says is in the outcome."""

STATE = frozenset({"read"})
"""What asking itself changes: true of the first who asks, and tested where it is known who was."""

OURS = frozenset({"pulled_before"})
"""What the store says of it, and no portal."""

IDENTITY = frozenset({"member_id", "birth_date", "claim_number", "authorization_number", "username"})


@dataclass(frozen=True)
class Verdict:
    differs: tuple[str, ...]
    """Names of fields, never their values: "plans.0.copays.2.amount"."""

    @property
    def correct(self) -> bool:
        return not self.differs

    @property
    def somebody_else(self) -> bool:
        """Data came, and it is of another person or claim than was asked for."""
        return any(field.rpartition(".")[2] in IDENTITY for field in self.differs)


def judge(capability_name: str, answer: Answer, truth: Mapping[str, Any]) -> Verdict:
    """Raises pydantic.ValidationError if `truth` is not of the capability's shape."""
    true = capability(capability_name).read_answer(json.dumps(truth))
    if answer.outcome != true.outcome:
        return Verdict(("outcome",))
    return Verdict(tuple(_differences("", _comparable(answer.model_dump()), _comparable(true.model_dump()))))


def _comparable(value: Any) -> Any:
    """Lists in an order of their own: a portal may list copays as it likes. 20 and 20.00 are one amount."""
    if isinstance(value, dict):
        return {key: _comparable(inner) for key, inner in value.items() if key not in WORDING | STATE | OURS}
    if isinstance(value, list | tuple):
        return sorted(map(_comparable, value), key=repr)
    return value.normalize() if isinstance(value, Decimal) else value


def _differences(path: str, ours: Any, true: Any) -> list[str]:
    if isinstance(ours, dict) and isinstance(true, dict):
        return [
            field for key in sorted(ours.keys() | true.keys())
            for field in _differences(f"{path}.{key}".lstrip("."), ours.get(key), true.get(key))
        ]  # fmt: skip
    if isinstance(ours, list) and isinstance(true, list) and len(ours) == len(true):
        pairs = enumerate(zip(ours, true, strict=True))
        return [field for place, (mine, his) in pairs for field in _differences(f"{path}.{place}", mine, his)]
    return [] if ours == true else [path]
