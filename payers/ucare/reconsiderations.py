"""What UCare states of reconsiderations: the panel that leads to the form, the form in its own window, and the list."""

from decimal import Decimal

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date, usd
from bots.words import taken
from core.capabilities.appeals import AppealKind, AppealReason
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.filings import REASON, DocumentedLine, Filings, FilingsPage, LetterPart, OfClaim
from payers.shapes.refusals import RefusalPage
from payers.shapes.submissions import NameItem


class Filled(Record):
    chosen: AppealReason


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


class FormPage(OfClaim[Filled], page="form"):
    """In a window of its own; everything is sent at once by the button at its foot."""

    chosen = Field(REASON)

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


class Line(DocumentedLine):
    kind: AppealKind = AppealKind.RECONSIDERATION


class LineRow(LetterPart[Line]):
    documents = Rows(NameItem)


class Lines(Filings):
    appeals: tuple[Line, ...]


class ReconsiderationsPage(Page, page="reconsiderations"):
    claim_number = Element()
    submit = Element()


class FiledPage(FilingsPage[Lines], page="filed"):
    """Ten a page. What each has of documents comes when its fold is opened."""

    page_number = Field(integer, identifies="page")
    appeals = Rows(LineRow)
    folds = Element()

    async def listing(self) -> Lines:
        await self.folds.click_each()
        return await self.read()


class NoneFiledPage(ReadsInto[Record], page="none_filed"):
    searched_number = Field(text, identifies="claim_number")
