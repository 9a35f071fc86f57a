"""Availity's worklist of disputes, page by page, and the drawer of each."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken, word
from core.capabilities.appeals import AppealKind, FilingStatus
from core.capabilities.record import Record
from payers.availity.disputes import KIND
from payers.shapes.lists import PagedPage
from payers.shapes.submissions import Named, NameItem


class WorklistSearchPage(Page, page="appeal_search"):
    payer = Element()
    claim_number = Element()
    submit = Element()


class Row(Record):
    claim_number: str
    kind: AppealKind | None
    """None: somebody has begun one and not even said what."""
    begun: bool
    """Not handed in."""
    updated_on: date


class Worklist(Record):
    requests: tuple[Row, ...]
    total: int | None


class WorklistRow(Part[Row]):
    claim_number = Field(text)
    kind = Field(KIND, optional=True)
    begun = Field(word("dispute_begun", bool))
    updated_on = Field(us_date)
    open = Element()


class WorklistPage(PagedPage[Worklist], page="appeal_list"):
    searched_number = Field(text, identifies="claim_number")
    requests = Rows(WorklistRow)
    first = Field(taken("dispute_total", "first", parse=integer), absent=True, identifies="first")
    total = Field(taken("dispute_total", "count", parse=integer), absent=True)


class Request(Record):
    number: str
    claim_number: str
    kind: AppealKind
    submitted_on: date
    status: FilingStatus | None
    status_text: str
    decision: FilingStatus | None
    decided_on: date | None
    offered: str | None
    documents: tuple[Named, ...]


class RequestPage(ReadsInto[Request], page="appeal_request"):
    number = Field(taken("dispute_request", "number", parse=text))
    submitted_on = Field(taken("dispute_request", "day", parse=us_date))
    claim_number = Field(text, identifies="claim_number")
    kind = Field(KIND, identifies="kind")
    status = Field(word("dispute_stage", FilingStatus | None))
    status_text = Field(text)
    decision = Field(word("dispute_decision", FilingStatus), optional=True)
    decided_on = Field(us_date, optional=True)
    offered = Field(text, absent=True)
    documents = Rows(NameItem)
    letter = Element()
    close = Element()
