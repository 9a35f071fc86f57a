"""What a schedule says: which work, for whom, when. Free of patient data; what it asks about is in its roster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import RequestInvalid
from core.timetable import CatchUp, Overlap, Span, Timetable

SWEEP = 90


@dataclass(frozen=True)
class Kind:
    """How work of one kind becomes questions, and what is usual for it."""

    days: tuple[int, int] = (0, 0)
    """First and last day asked for, counted from the day of the fire in the schedule's zone."""
    roster: str | None = None
    """The key by whose date a line of the roster is due; None where no roster is needed."""
    between: tuple[str, str] | None = None
    """The keys that take the first and last day, where one question asks for all of them."""
    journal: bool = False
    """Asks after what was sent and is not decided yet."""


KINDS = {
    "eligibility": Kind((0, 3), roster="service_date"),
    "claim_status": Kind((-365, -14), roster="from_date"),
    "authorizations": Kind((-90, 90), roster="from_date"),
    "remittances": Kind((-7, 0), between=("paid_from", "paid_to")),
    "messages": Kind((-7, 0), between=("from_date", "to_date")),
    "documents": Kind((-30, 0), between=("from_date", "to_date")),
    "users": Kind(),
    "submissions": Kind(journal=True),
    "canary": Kind(),
}
"""What can be scheduled."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Definition(BaseModel):
    """Edited as a whole; each version is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    """Also the name of its folder in the inbox."""
    task: str
    portal: str
    payer: str | None = None
    """None: the portal's only one, or each of them where no roster names payers."""
    credential: str | None = None
    """Its name; the portal's least busy one when None."""
    cron: str
    time_zone: str
    days_from: int = Field(ge=-3650, le=3650)
    days_to: int = Field(ge=-3650, le=3650)
    catch_up: CatchUp = CatchUp.NEWEST
    late_minutes: int = Field(default=10, ge=1, le=1440)
    """How late a fire may be under CatchUp.NONE."""
    overlap: Overlap = Overlap.JOIN
    priority: int = Field(default=SWEEP, ge=1, le=99)
    """The smaller, the sooner; 0 is for a person who waits, 50 is a sheet's."""
    due_minutes: int = Field(default=480, ge=1, le=10080)
    """By when the answers are wanted, after the fire."""
    quiet_from: time | None = None
    quiet_until: time | None = None
    """Hours of the schedule's zone in which it does not begin."""

    @classmethod
    def of(cls, **said: Any) -> Definition:
        """With what is usual for the task where nothing is said. Raises RequestInvalid with a sentence."""
        task = str(said.get("task"))
        if task not in KINDS:
            raise RequestInvalid(f"“{task}” cannot be scheduled; what can is {', '.join(KINDS)}.", field="task")
        given = {name: value for name, value in said.items() if value is not None}
        usual = {"days_from": KINDS[task].days[0], "days_to": KINDS[task].days[1]}
        try:
            return cls.model_validate(usual | given)
        except ValidationError as problems:
            first = problems.errors(include_url=False, include_input=False, include_context=False)[0]
            field = str(first["loc"][0]) if first["loc"] else None
            text = first["msg"].removeprefix("Value error, ").rstrip(".")
            shown = f"{field.replace('_', ' ').capitalize()}: {text}." if field else f"{text}."
            raise RequestInvalid(shown, field=field) from None

    def changed(self, **said: Any) -> Definition:
        """With these values in the place of the present ones; None leaves one as it is. Raises RequestInvalid."""
        return Definition.of(**self.model_dump() | {name: value for name, value in said.items() if value is not None})

    @model_validator(mode="after")
    def _makes_sense(self) -> Definition:
        if not _NAME.fullmatch(self.name):
            raise ValueError("A schedule's name is made of up to 40 small letters, digits and hyphens")
        if self.days_from > self.days_to:
            raise ValueError("The first day lies after the last one")
        if (self.quiet_from is None) != (self.quiet_until is None) or (
            self.quiet_from is not None and self.quiet_from == self.quiet_until
        ):
            raise ValueError("Quiet hours need a beginning and a different end")
        Timetable.of(self.cron, self.time_zone)
        return self

    @property
    def kind(self) -> Kind:
        return KINDS[self.task]

    @property
    def timetable(self) -> Timetable:
        return Timetable.of(self.cron, self.time_zone)

    @property
    def quiet(self) -> tuple[Span, ...]:
        if self.quiet_from is None or self.quiet_until is None:
            return ()
        return (Span(self.quiet_from, self.quiet_until, self.timetable.zone),)

    def days(self, instant: datetime) -> tuple[date, date]:
        """First and last day asked for by this fire."""
        today = instant.astimezone(self.timetable.zone).date()
        return today + timedelta(days=self.days_from), today + timedelta(days=self.days_to)
