"""The base of every query, answer and part of an answer."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from core.phi import Phi


class Record(BaseModel):
    """Immutable, closed, and silent: neither repr nor a validation error shows a value, since it may be PHI."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__

    def __rich_repr__(self) -> Any:
        return iter(())


class Sought(NamedTuple):
    field: str
    """The query's own, which holds the last day asked for."""
    until: date
    kinds: tuple[str, ...]
    """As the retentions of manifests name them."""


class Query(Record):
    """One question. Fields that identify a patient are `Phi`."""

    def phi_values(self) -> list[str]:
        """What the redactor must know while this question is worked on."""
        return [
            str(value.reveal()) for name in type(self).model_fields if isinstance(value := getattr(self, name), Phi)
        ]

    def sought(self) -> Sought | None:
        """What is asked for of a span of days, where portals keep it for a time only."""
        return None


class Answer(Record):
    """What a portal said. Subclasses set `outcome`; `sentence` says it in payer language, without patient data."""

    empty_handed: ClassVar[bool] = False
    """It gives nothing of what was asked for."""
    outcome: str

    @property
    def sentence(self) -> str:
        return self.outcome.replace("_", " ").capitalize() + "."
