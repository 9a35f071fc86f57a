"""That a member is pregnant, told to her health plan, and what the portal shows of what it was told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from core.capabilities.common import MemberNotFound, Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Filed, Submission, Worklist
from core.checks import born, known_npi, service_day
from core.counted import counted
from core.phi import Phi

KINDS = ("notification",)
_SAME_PREGNANCY = timedelta(days=42)
"""By which an expected date is corrected; after the end of one pregnancy, the date of the next lies farther away."""
_expected = service_day(back=timedelta(days=92), ahead=timedelta(days=310))
_visited = service_day(back=timedelta(days=310), ahead=timedelta(days=1))


class Risk(StrEnum):
    ROUTINE = "routine"
    HIGH = "high"


class PregnancyNotification(Submission):
    """To be sent, once for each pregnancy."""

    kind: Literal["notification"]
    member_id: Phi[str]
    birth_date: Phi[date]
    """The member's own."""
    provider_npi: str | None = None
    """Who cares for her."""
    due_on: Phi[date]
    """The expected date of delivery."""
    first_visit_on: Phi[date] | None = None
    """The first prenatal visit."""
    risk: Risk
    narrative: Phi[str] | None = None
    """What makes it one of high risk, in words."""
    contact_name: str | None = None
    contact_phone: str | None = None

    _birth_date = field_validator("birth_date")(born)
    _npi = field_validator("provider_npi")(known_npi)

    @field_validator("due_on")
    @classmethod
    def _due_on(cls, value: Phi[date]) -> Phi[date]:
        _expected(value.reveal())
        return value

    @field_validator("first_visit_on")
    @classmethod
    def _first_visit_on(cls, value: Phi[date] | None) -> Phi[date] | None:
        _visited(value.reveal() if value else None)
        return value

    def subject(self) -> str:
        who = (self.member_id.reveal().upper(), self.birth_date.reveal().isoformat())
        return json.dumps([*who, self.due_on.reveal().isoformat()])

    def worklist_query(self) -> NotificationsQuery:
        return NotificationsQuery(member_id=self.member_id, birth_date=self.birth_date)

    def among(self, found: Answer) -> tuple[Filed, ...] | None:
        listed = super().among(found)
        return listed and tuple(each for each in listed if isinstance(each, FiledNotification) and self._is_this(each))

    def _is_this(self, each: FiledNotification) -> bool:
        return abs(each.due_on - self.due_on.reveal()) <= _SAME_PREGNANCY


class NotificationsQuery(Query):
    """What the payer was told of a member, by whomever of the practice."""

    member_id: Phi[str]
    birth_date: Phi[date]

    _birth_date = field_validator("birth_date")(born)


class FiledNotification(Filed):
    due_on: date
    provider_npi: str | None = None
    risk: Risk | None = None


class Notifications(Worklist):
    """All of one member, newest first. None at all is an answer too."""

    outcome: Literal["notifications"] = "notifications"
    notifications: tuple[FiledNotification, ...]

    @property
    def filed(self) -> tuple[Filed, ...]:
        return self.notifications

    @property
    def sentence(self) -> str:
        return f"{counted(len(self.notifications), 'notification', none='No')} of a pregnancy."


NotificationsAnswer = Annotated[
    Notifications | MemberNotFound | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")
]
