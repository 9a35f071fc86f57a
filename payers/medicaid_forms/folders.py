"""What the mailbox states of remittances: a folder of 835s, one of their papers, and a page for each file."""

from datetime import date

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import integer, text, us_date
from bots.words import taken, word
from core.capabilities.common import NoAnswerNow, ProviderNotOnFile
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record
from core.capabilities.remittances import Payment
from payers.shapes.payments import PaymentListPage, PaymentPage
from payers.shapes.refusals import RefusalPage

FOLDER = word("folder", DocumentKind)


class FoldersPage(Page, page="remittance_folders"):
    electronic = Element()
    paper = Element()


class Memory(Record):
    since: date


class FolderPage(ReadsInto[Memory], page="remittance_folder"):
    folder = Field(FOLDER, identifies="folder")
    since = Field(us_date)
    check_number = Element()
    claim_number = Element()
    paid_from = Element()
    paid_to = Element()
    submit = Element()
    folders = Element()


class FilesPage(PaymentListPage, page="remittance_files"):
    """Ten a page, with the folder and what was searched by."""

    folder = Field(FOLDER, identifies="folder")
    check_number = Field(text, absent=True, identifies="check_number")
    claim_number = Field(text, absent=True, identifies="claim_number")
    paid_from = Field(us_date, absent=True, identifies="paid_from")
    paid_to = Field(us_date, absent=True, identifies="paid_to")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    total = Field(integer)


class NoFilesPage(ReadsInto[Record], page="no_remittance_files"):
    folder = Field(FOLDER, identifies="folder")


class NoProviderPage(RefusalPage[ProviderNotOnFile], page="remittance_no_provider"):
    means = ProviderNotOnFile


class FolderDownPage(RefusalPage[NoAnswerNow], page="remittance_folder_down"):
    means = NoAnswerNow


class AdvicePage(PaymentPage[Payment], page="remittance_advice"):
    folder = Field(FOLDER, identifies="folder")
    file = Element()
    back = Element()
