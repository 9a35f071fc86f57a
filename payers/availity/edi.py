"""What Availity states of files of claims: the form that takes one, and the transmissions with their reports."""

from bots.page import Element, Field, Page
from bots.parse import integer
from bots.words import taken
from payers.shapes.claim_files import FileListPage


class SendPage(Page, page="edi_send"):
    payer = Element()
    file = Element()


class SearchPage(Page, page="edi_search"):
    payer = Element()
    control_number = Element()
    submit = Element()


class TransmissionsPage(FileListPage, page="edi_list"):
    first = Field(taken("dispute_total", "first", parse=integer), absent=True, identifies="first")
    total = Field(taken("dispute_total", "count", parse=integer), absent=True)
