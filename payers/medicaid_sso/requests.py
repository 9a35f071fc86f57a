"""What the portal states of requests about claims, adjustment requests and appeals: the form, its attachments, the page
before the click, and the list of what is on file.
"""

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes import filings
from payers.shapes.filings import KIND, DocumentedLine, Filings, FilingsPage, LetterPart, OfClaim
from payers.shapes.refusals import RefusalPage
from payers.shapes.submissions import NameItem


class StartPage(Page, page="appeal_start"):
    provider = Element()
    location = Element()
    kind = Element()
    claim_number = Element()
    submit = Element()


class NotHeardPage(RefusalPage[Refused], page="appeal_not_heard"):
    """Of this claim none is taken."""

    means = Refused


class FormPage(OfClaim[Record], page="appeal_form"):
    requested = Field(KIND, identifies="kind")
    reason = Element()
    contact_name = Element()
    contact_phone = Element()
    narrative = Element()


class AttachmentsPage(ReadsInto[Record], page="appeal_attachments"):
    """Here when nothing is being scanned any more. The field is another one after each file."""

    attached = Field(taken("attached", "count", parse=integer), identifies="documents")
    document = Element()
    forward = Element()


class NotTakenPage(RefusalPage[Refused], page="appeal_not_taken"):
    """An attachment or an answer is not."""

    means = Refused


class ReviewPage(filings.ReviewPage, page="appeal_review"): ...


class ReceivedPage(ReadsInto[Confirmed], page="appeal_received"):
    claim_number = Field(text, identifies="claim_number")
    number = Field(text)
    received_on = Field(us_date)


class OpenAlreadyPage(ReadsInto[AlreadyFiled], page="appeal_open"):
    """One sentence that says it all."""

    message = Field(text)
    number = Field(taken("appeal_open", "number", parse=text))
    received_on = Field(taken("appeal_open", "day", parse=us_date))


class InquiryPage(Page, page="appeal_inquiry"):
    claim_number = Element()
    submit = Element()


class RequestRow(LetterPart[DocumentedLine]):
    kind = Field(KIND)
    documents = Rows(NameItem)


class Requests(Filings):
    appeals: tuple[DocumentedLine, ...]


class RequestsPage(FilingsPage[Requests], page="requests"):
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    total = Field(taken("total", "count", parse=integer))
    appeals = Rows(RequestRow)
