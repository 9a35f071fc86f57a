"""Availity's Dispute Claim wizard and its worklist, page by page."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken, word
from core.capabilities.appeals import AppealKind, AppealReason, FilingStatus
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.lists import PagedPage
from payers.shapes.refusals import RefusalPage
from payers.shapes.submissions import Named, NameItem

KIND = word("appeal_kind", AppealKind)


class NotAppealablePage(RefusalPage[Refused], page="not_appealable"):
    means = Refused


class NotFinalizedPage(RefusalPage[Refused], page="not_finalized"):
    means = Refused


class KindPage(Page, page="dispute_kind"):
    kind = Element()
    forward = Element()


class DetailsPage(Page, page="dispute_details"):
    contact_name = Element()
    contact_phone = Element()
    reason = Element()
    narrative = Element()
    forward = Element()


class Review(Record):
    documents: tuple[Named, ...]


class ReviewPage(ReadsInto[Review], page="dispute_review"):
    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    kind = Field(KIND, identifies="kind")
    reason = Field(word("appeal_reason", AppealReason), identifies="reason")
    documents = Rows(NameItem, absent=True)
    certify = Element()
    submit = Element(write=True)


class ReceivedPage(ReadsInto[Confirmed], page="dispute_received"):
    """One sentence that says it all."""

    claim_number = Field(taken("dispute_receipt", "claim", parse=text), identifies="claim_number")
    number = Field(taken("dispute_receipt", "number", parse=text))
    received_on = Field(taken("dispute_receipt", "day", parse=us_date))
    message = Field(text)


class DuplicatePage(RefusalPage[AlreadyFiled], page="dispute_duplicate"):
    means = AlreadyFiled


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
