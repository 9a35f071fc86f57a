"""What UCare states of reconsiderations: the panel that leads to the form, the form in its own window, and the list."""

from decimal import Decimal

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date, usd
from bots.words import taken
from core.capabilities.appeals import AppealKind, AppealReason, FiledAppeal
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.filings import FiledLine, FiledPart, FileItem, Named, OfClaim
from payers.shapes.refusals import RefusalPage

REASONS = {
    AppealReason.MEDICAL_NECESSITY: "Medical necessity",
    AppealReason.AUTHORIZATION: "Authorization on file",
    AppealReason.TIMELY_FILING: "Timely filing",
    AppealReason.PAYMENT_AMOUNT: "Payment amount",
    AppealReason.CODING: "Coding or bundling",
    AppealReason.COORDINATION_OF_BENEFITS: "Coordination of benefits",
    AppealReason.OTHER: "Other",
}


class Panel(Record):
    status_text: str
    paid: Decimal | None
    form: str | None


class PanelPage(OfClaim[Panel], page="panel"):
    """Beside the list. The form is there for claims that UCare has paid."""

    status_text = Field(text)
    paid = Field(usd, optional=True)
    form = Field(text, absent=True)
    open = Element()


class FormPage(OfClaim[Record], page="form"):
    """In a window of its own; everything is sent at once by the button at its foot."""

    contact_name = Element()
    contact_phone = Element()
    reason = Element()
    narrative = Element()
    documents = Element()
    statement = Element()
    send = Element(write=True)


class ThanksPage(ReadsInto[Confirmed], page="thanks"):
    """The number stands in a sentence."""

    claim_number = Field(taken("thanks", "claim", parse=text), identifies="claim_number")
    number = Field(taken("thanks", "number", parse=text))
    received_on = Field(taken("thanks", "day", parse=us_date))


class SentBeforePage(ReadsInto[AlreadyFiled], page="sent_before"):
    message = Field(text)
    received_on = Field(taken("sent_before", "day", parse=us_date))


class NotTakenPage(RefusalPage[Refused], page="not_taken"):
    """The form again, with what is wrong above it."""

    means = Refused


class Line(FiledLine):
    kind: AppealKind = AppealKind.RECONSIDERATION
    documents: tuple[Named, ...]

    def filed(self) -> FiledAppeal:
        return super().filed().model_copy(update={"file_names": tuple(each.name for each in self.documents)})


class LineRow(FiledPart[Line]):
    documents = Rows(FileItem)


class Lines(Record):
    appeals: tuple[Line, ...]
    total: int


class ReconsiderationsPage(Page, page="reconsiderations"):
    claim_number = Element()
    submit = Element()


class FiledPage(ReadsInto[Lines], page="filed"):
    """Ten a page. What each has of documents comes when its fold is opened."""

    searched_number = Field(text, identifies="claim_number")
    page_number = Field(integer, identifies="page")
    appeals = Rows(LineRow)
    total = Field(integer)
    folds = Element()
    next_page = Element()


class NoneFiledPage(ReadsInto[Record], page="none_filed"):
    searched_number = Field(text, identifies="claim_number")
