"""What the portal states of appeals: the steps of the form, what it says to each, and the docket of what was filed."""

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken
from core.capabilities.claim_status import ClaimNotFound
from core.capabilities.common import NoAnswerNow
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes import filings
from payers.shapes.filings import KIND, DocumentedLine, Filings, FilingsPage, LetterPart, OfClaim
from payers.shapes.refusals import RefusalPage
from payers.shapes.submissions import NameItem


class FindPage(Page, page="appeal_find"):
    claim_number = Element()
    find = Element()


class StatementPage(OfClaim[Record], page="appeal_statement"):
    """The whole form comes back with each document, which only `attached` tells from the form before."""

    attached = Field(integer, identifies="documents")
    kind = Element()
    reason = Element()
    contact_name = Element()
    contact_phone = Element()
    narrative = Element()
    document = Element()
    attach = Element()
    forward = Element()


class NoClaimPage(RefusalPage[ClaimNotFound], page="appeal_no_claim"):
    means = ClaimNotFound


class InquiryDownPage(RefusalPage[NoAnswerNow], page="appeal_inquiry_down"):
    means = NoAnswerNow


class NotHeardPage(RefusalPage[Refused], page="appeal_not_heard"):
    """Of this claim none is taken."""

    means = Refused


class NotTakenPage(RefusalPage[Refused], page="appeal_not_taken"):
    """A document or an answer is not."""

    means = Refused


class ReviewPage(filings.ReviewPage, page="appeal_review"): ...


class PendingPage(ReadsInto[AlreadyFiled], page="appeal_pending"):
    message = Field(text)
    number = Field(taken("appeal_pending", "number", parse=text))


class FiledPage(ReadsInto[Confirmed], page="appeal_filed"):
    """One sentence that says it all."""

    claim_number = Field(taken("appeal_filed", "claim", parse=text), identifies="claim_number")
    number = Field(taken("appeal_filed", "number", parse=text))
    received_on = Field(taken("appeal_filed", "day", parse=us_date))


class InquiryPage(Page, page="appeal_inquiry"):
    claim_number = Element()
    submit = Element()


class LineRow(LetterPart[DocumentedLine]):
    kind = Field(KIND)
    documents = Rows(NameItem)


class Docket(Filings):
    appeals: tuple[DocumentedLine, ...]


class DocketPage(FilingsPage[Docket], page="docket"):
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    appeals = Rows(LineRow)


class NoDocketPage(ReadsInto[Record], page="no_docket"):
    searched_number = Field(text, identifies="claim_number")
