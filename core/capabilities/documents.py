"""Documents that a portal keeps for the practice: letters, explanations, financial reports. None means "the portal
does not state it".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.common import Mismatch, NoAnswerNow, NotAuthorised
from core.capabilities.files import Document
from core.capabilities.record import Answer, Query, Record, Sought
from core.checks import known_npi, ordered, service_day
from core.counted import counted

LONGEST_RANGE = timedelta(days=366)
"""Each document is downloaded: a year at a time."""
_window = service_day(back=timedelta(days=7 * 366), ahead=timedelta(days=1))


class Category(StrEnum):
    CLAIM_LETTER = "claim_letter"
    PRIOR_AUTHORIZATION = "prior_authorization"
    PAYMENT = "payment"
    APPEAL = "appeal"
    OVERPAYMENT = "overpayment"
    FINANCIAL_REPORT = "financial_report"
    OTHER = "other"


class DocumentsQuery(Query):
    """By the days on which they were posted, both inclusive."""

    from_date: date
    to_date: date
    category: Category | None = None
    """All of them when None."""
    provider_npi: str | None = None

    _from_date = field_validator("from_date")(_window)
    _to_date = field_validator("to_date")(_window)
    _provider_npi = field_validator("provider_npi")(known_npi)

    @model_validator(mode="after")
    def _a_range(self) -> DocumentsQuery:
        ordered(self.from_date, self.to_date, longest=LONGEST_RANGE)
        return self

    def sought(self) -> Sought:
        return Sought("to_date", self.to_date, (self.category,) if self.category else tuple(Category))


class KeptBy(StrEnum):
    """Who says until when a document is kept."""

    PORTAL = "portal"
    MANIFEST = "manifest"
    """Computed from the retention in the adapter's manifest."""


class ListedDocument(Record):
    title: str
    category: Category
    folder: str | None = None
    """The category in the portal's words."""
    posted_on: date
    kept_until: date | None = None
    """The last day on which the portal has it."""
    kept_by: KeptBy | None = None
    document: Document


class Documents(Answer):
    """All that was posted in those days, newest first. None at all is an answer too."""

    outcome: Literal["documents"] = "documents"
    documents: tuple[ListedDocument, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, documents: Iterable[ListedDocument], *notes: str) -> Documents:
        newest_first = sorted(documents, key=lambda each: (each.posted_on, each.title), reverse=True)
        return cls(documents=tuple(newest_first), notes=notes)

    @property
    def sentence(self) -> str:
        count = len(self.documents)
        said = counted(count, "document", none="No")
        if refused := sum(each.document.problem is not None for each in self.documents):
            said += f", {refused} refused"
        ends = [each.kept_until for each in self.documents if each.kept_until is not None]
        return f"{said}; the first is kept until {min(ends)}." if ends else f"{said}."


DocumentsAnswer = Annotated[Documents | NotAuthorised | NoAnswerNow | Mismatch, Field(discriminator="outcome")]
