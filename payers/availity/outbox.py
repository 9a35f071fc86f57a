"""What Availity states of messages to payers: the recipient, the sheet, its preview, and the sent ones."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, text, us_date
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.submissions import Confirmed, Refused
from payers.availity.inbox import Cards, CardsPage
from payers.shapes.refusals import RefusalPage
from payers.shapes.sent_messages import CheckPage, ShownPage


class SentSearchPage(Page, page="sent_search"):
    payer = Element()
    from_date = Element()
    to_date = Element()
    apply = Element()


class SentCard(Record):
    subject: str
    sent_on: date
    claim_numbers: tuple[str, ...]


class SentItem(Part[SentCard]):
    """Its subject may be cut off, and it has no number."""

    subject = Field(text)
    sent_on = Field(us_date)
    claim_numbers = Field(codes, optional=True, blank=())
    open = Element()


class SentListPage(CardsPage[Cards[SentCard]], page="sent_list"):
    cards = Rows(SentItem)


class SentDrawerPage(ShownPage, page="sent_message"):
    """Empty once it is closed, so that it never shows the message before."""

    payer = Field(text, identifies="payer")
    submitted_on = Field(us_date, identifies="sent_on")
    close = Element()


class RecipientPage(Page, page="recipient"):
    payer = Element()
    start = Element()


class SheetPage(ReadsInto[Record], page="new_message"):
    payer = Field(text, identifies="payer")
    topic = Element()
    claim_number = Element()
    subject_line = Element()
    body = Element()
    files = Element()
    preview = Element()


class AnsweredDrawerPage(ReadsInto[Record], page="answered_message"):
    """A message of the payer's, in the notification center."""

    payer = Field(text, identifies="payer")
    received_on = Field(us_date, identifies="received_on")
    id = Element()
    reply = Element()
    close = Element()


class ReplySheetPage(ReadsInto[Record], page="reply"):
    payer = Field(text, identifies="payer")
    number = Field(text, identifies="in_reply_to")
    body = Element()
    files = Element()
    preview = Element()


class ScannedPage(Page, page="files_ready"):
    """The sheet once every file was looked through."""


class PreviewPage(CheckPage, page="preview"):
    payer = Field(text, identifies="payer")


class NotTakenPage(RefusalPage[Refused], page="message_not_taken"):
    means = Refused


class OnItsWayPage(ReadsInto[Confirmed], page="message_done"):
    """The number stands in a sentence."""

    number = Field(taken("message_done", "number", parse=text))
    received_on = Field(taken("message_done", "day", parse=us_date))
