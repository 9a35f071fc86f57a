"""Availity's Dispute Claim wizard, page by page."""

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import text, us_date
from bots.words import taken, word
from core.capabilities.appeals import AppealKind, AppealReason
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
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
