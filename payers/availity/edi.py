"""What Availity states of files of claims: the file before it is sent, and the transmissions with their reports."""

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.claim_files import FileRow, ListedFile
from payers.shapes.refusals import RefusalPage


class SendPage(Page, page="edi_send"):
    payer = Element()
    file = Element()


class NotTakenPage(RefusalPage[Refused], page="edi_not_taken"):
    means = Refused


class Checked(Record):
    file_name: str


class CheckPage(ReadsInto[Checked], page="edi_check"):
    """What the portal has read of the file, and the button that sends it."""

    file_name = Field(text)
    sender = Field(text, identifies="sender")
    control_number = Field(text, identifies="control_number")
    claims = Field(integer, identifies="claims")
    send = Element(write=True)


class SentPage(ReadsInto[Confirmed], page="edi_sent"):
    """One sentence that says it all."""

    control_number = Field(taken("edi_sent", "control", parse=text), identifies="control_number")
    number = Field(taken("edi_sent", "number", parse=text))
    received_on = Field(taken("edi_sent", "day", parse=us_date))


class KnownPage(ReadsInto[AlreadyFiled], page="edi_known"):
    message = Field(text)
    number = Field(taken("edi_known", "number", parse=text))
    received_on = Field(taken("edi_known", "day", parse=us_date))


class SearchPage(Page, page="edi_search"):
    payer = Element()
    control_number = Element()
    submit = Element()


class Transmissions(Record):
    files: tuple[ListedFile, ...]
    total: int | None


class TransmissionsPage(ReadsInto[Transmissions], page="edi_list"):
    searched_number = Field(text, identifies="control_number")
    files = Rows(FileRow)
    first = Field(taken("dispute_total", "first", parse=integer), absent=True, identifies="first")
    total = Field(taken("dispute_total", "count", parse=integer), absent=True)
    next_page = Element()
