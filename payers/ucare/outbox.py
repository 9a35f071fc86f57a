"""What UCare states of messages to it: the form, the page to check what was written, and the sent ones."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import codes, text, us_date, us_moment
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.submissions import Confirmed, Refused
from payers.shapes.messages import Folder, Listed
from payers.shapes.refusals import RefusalPage
from payers.shapes.sent_messages import CheckPage, ShownPage
from payers.ucare.mail import DaysPage, day_of


class SentFolderPage(Page, page="sent_folder"):
    from_date = Element()
    to_date = Element()
    show = Element()


class ListedSent(Listed):
    subject: str
    claim_numbers: tuple[str, ...]
    sent_on: date


class SentRow(Part[ListedSent]):
    id = Field(text)
    subject = Field(text)
    claim_numbers = Field(codes, optional=True, blank=())
    sent_on = Field(us_date)
    open = Element()


class SentListPage(DaysPage[Folder[ListedSent]], page="sent_list"):
    messages = Rows(SentRow)


class SentMessagePage(ShownPage, page="sent_message"):
    submitted_on = Field(day_of)
    sent_at = Field(us_moment)


class FormPage(Page, page="new_message"):
    topic = Element()
    claim_number = Element()
    subject_line = Element()
    body = Element()
    documents = Element()
    proceed = Element()


class AnsweredMessagePage(ReadsInto[Record], page="answered_message"):
    """A message of the payer's, opened beside the list of its day."""

    id = Field(text, identifies="id")
    reply = Element()


class ReplyFormPage(ReadsInto[Record], page="reply"):
    number = Field(text, identifies="in_reply_to")
    body = Element()
    documents = Element()
    proceed = Element()


class CheckMessagePage(CheckPage, page="check_message"):
    """The form again, as it will be sent."""


class NotTakenPage(RefusalPage[Refused], page="message_not_taken"):
    """The form again, with what is wrong above it."""

    means = Refused


class DonePage(ReadsInto[Confirmed], page="message_done"):
    """The number stands in a sentence."""

    number = Field(taken("message_done", "number", parse=text))
    received_on = Field(taken("message_done", "day", parse=us_date))
