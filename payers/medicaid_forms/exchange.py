"""What the portal states of files of claims: the upload in its steps, and the history of what was transmitted."""

from bots.page import Element, Field, Page, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken
from core.capabilities.common import NoAnswerNow
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.claim_files import FileRow, ListedFile
from payers.shapes.refusals import RefusalPage


class UploadPage(Page, page="file_upload"):
    file = Element()
    verify = Element()


class NotTakenPage(RefusalPage[Refused], page="file_not_taken"):
    means = Refused


class Verified(Record):
    file_name: str


class VerifiedPage(ReadsInto[Verified], page="file_verified"):
    """What the portal has read of the file, and the button that transmits it."""

    file_name = Field(text)
    sender = Field(text, identifies="sender")
    control_number = Field(text, identifies="control_number")
    claims = Field(integer, identifies="claims")
    transmit = Element(write=True)


class ReceivedPage(ReadsInto[Confirmed], page="file_received"):
    """One sentence that says it all."""

    control_number = Field(taken("file_received", "control", parse=text), identifies="control_number")
    number = Field(taken("file_received", "number", parse=text))
    received_on = Field(taken("file_received", "day", parse=us_date))


class KnownPage(ReadsInto[AlreadyFiled], page="file_known"):
    message = Field(text)
    number = Field(taken("file_known", "number", parse=text))
    received_on = Field(taken("file_known", "day", parse=us_date))


class HistorySearchPage(Page, page="file_search"):
    control_number = Element()
    submit = Element()


class History(Record):
    files: tuple[ListedFile, ...]
    total: int


class HistoryPage(ReadsInto[History], page="file_list"):
    searched_number = Field(text, identifies="control_number")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    files = Rows(FileRow)
    total = Field(integer)
    next_page = Element()


class NoHistoryPage(ReadsInto[Record], page="no_file"):
    searched_number = Field(text, identifies="control_number")


class HistoryDownPage(RefusalPage[NoAnswerNow], page="file_history_down"):
    means = NoAnswerNow
