"""What the portal states of files of claims: the upload in its steps, and the history of what was transmitted."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import integer, text
from bots.words import taken
from core.capabilities.common import NoAnswerNow
from core.capabilities.record import Record
from payers.shapes.claim_files import FileListPage
from payers.shapes.refusals import RefusalPage


class UploadPage(Page, page="file_upload"):
    file = Element()
    verify = Element()


class HistorySearchPage(Page, page="file_search"):
    control_number = Element()
    submit = Element()


class HistoryPage(FileListPage, page="file_list"):
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    total = Field(integer)


class NoHistoryPage(ReadsInto[Record], page="no_file"):
    searched_number = Field(text, identifies="control_number")


class HistoryDownPage(RefusalPage[NoAnswerNow], page="file_history_down"):
    means = NoAnswerNow
