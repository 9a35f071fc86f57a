"""How long what holds patient data is kept: core/retention.yaml. A period is one class in one month of UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from core.errors import RequestInvalid
from core.manifest import months_later
from core.yaml_text import loaded

PICTURES = ("screenshot", "page")
"""Kinds of evidence that show what a bot saw; other kinds are what the portal gave away."""
SUBMISSIONS, SHEETS, INBOX = "submissions", "sheets", "inbox"
_PERIOD = re.compile(r"([a-z]+)\.(\d{4})-(0[1-9]|1[0-2])")


class KeptClass(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    months: int = Field(gt=0)
    source: str
    capabilities: tuple[str, ...] = ()
    pictures: str | None = None
    never_shredded: bool = False


@dataclass(frozen=True, order=True)
class Period:
    month: date
    """Its first day."""
    kind: str
    """The name of its class."""

    @classmethod
    def of(cls, kind: str, moment: datetime) -> Period:
        day = moment.astimezone(UTC).date()
        return cls(day.replace(day=1), kind)

    @classmethod
    def read(cls, text: str) -> Period:
        """Raises RequestInvalid."""
        found = _PERIOD.fullmatch(text)
        if found is None or found[1] not in rules():
            raise RequestInvalid(
                f"A period is written CLASS.YYYY-MM, as `fleet retention` does; classes are {', '.join(rules())}.",
                field="period",
            )
        return cls(date(int(found[2]), int(found[3]), 1), found[1])

    def __str__(self) -> str:
        return f"{self.kind}.{self.month:%Y-%m}"

    @property
    def starts(self) -> datetime:
        return datetime(self.month.year, self.month.month, 1, tzinfo=UTC)

    @property
    def next(self) -> Period:
        return Period(months_later(self.month, 1), self.kind)

    @property
    def goes_on(self) -> date | None:
        """The first day on which it is shredded; None: never."""
        rule = rules()[self.kind]
        return None if rule.never_shredded else months_later(self.month, rule.months + 1)


@cache
def rules() -> dict[str, KeptClass]:
    data = loaded(Path(__file__).with_name("retention.yaml").read_bytes())
    return {name: KeptClass.model_validate(values) for name, values in data.items()}


def class_of(capability: str) -> str:
    """Of questions, answers and downloads. What no class names is kept the longest."""
    return _by_capability().get(capability, SUBMISSIONS)


def class_of_evidence(capability: str, kind: str) -> str:
    name = class_of(capability)
    return (rules()[name].pictures or name) if kind in PICTURES else name


@cache
def _by_capability() -> dict[str, str]:
    return {capability: name for name, rule in rules().items() for capability in rule.capabilities}
