"""How people say when: every day, on weekdays, each week, each month. It is stored as the cron line that it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from core.errors import RequestInvalid

WEEKDAYS = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "0": "Sunday",
}
"""As cron counts them."""
LAST = "L"
DAYS = (*map(str, range(1, 29)), LAST)
"""Of a month: those that each month has."""
_CRON = re.compile(rf"(\d{{1,2}}) (\d{{1,2}}) (\*|\d{{1,2}}|{LAST}) \* (\*|1-5|[0-6])")


class Every(StrEnum):
    DAY = "day"
    WEEKDAYS = "weekdays"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Rhythm:
    every: Every
    at: time
    weekday: str = "1"
    """A key of WEEKDAYS, where it is every week."""
    day: str = "1"
    """One of DAYS, where it is every month."""

    @classmethod
    def of(cls, every: str, at: str, *, weekday: str | None = None, day: str | None = None) -> Rhythm:
        """Raises RequestInvalid."""
        weekday, day = weekday or "1", day or "1"
        if every not in list(Every) or weekday not in WEEKDAYS or day not in DAYS:
            raise RequestInvalid(f"Choose how often it runs: {', '.join(Every)}.", field="every")
        try:
            return cls(Every(every), time.fromisoformat(f"{at:0>5}").replace(second=0), weekday, day)
        except ValueError:
            raise RequestInvalid(f"“{at}” is not a time of day; write it as 07:30.", field="at") from None

    @classmethod
    def read(cls, cron: str) -> Rhythm | None:
        """None for a line that is none of these."""
        found = _CRON.fullmatch(" ".join(cron.split()))
        if found is None:
            return None
        minute, hour, day, weekday = found.groups()
        if int(hour) > 23 or int(minute) > 59 or (day != "*" and (day not in DAYS or weekday != "*")):
            return None
        at = time(int(hour), int(minute))
        if day != "*":
            return cls(Every.MONTH, at, day=day)
        if weekday in WEEKDAYS:
            return cls(Every.WEEK, at, weekday=weekday)
        return cls(Every.DAY if weekday == "*" else Every.WEEKDAYS, at)

    @property
    def cron(self) -> str:
        day = self.day if self.every is Every.MONTH else "*"
        weekday = {Every.WEEKDAYS: "1-5", Every.WEEK: self.weekday}.get(self.every, "*")
        return f"{self.at.minute} {self.at.hour} {day} * {weekday}"
