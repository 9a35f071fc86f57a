"""What the Remittance Viewer states of payments. It lives in a tab of its own and looks alike for every payer."""

from datetime import date

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, tax_id, text, us_date, usd
from bots.words import taken, word
from core.capabilities.common import NoAnswerNow, ProviderNotOnFile
from core.capabilities.record import Record
from core.capabilities.remittances import Method, Payment, PaymentStatus, RemittanceNotFound
from payers.shapes.refusals import NoAnswerNowPage, ProviderNotOnFilePage, RefusalPage


class ApplicationsPage(Page, page="applications"):
    remittance_viewer = Element()


class RemitSearchPage(Page, page="remit_search"):
    organization = Element()
    payer = Element()
    provider = Element()
    by_check = Element()
    by_claim = Element()
    check_number = Element()
    from_date = Element()
    to_date = Element()
    search_checks = Element()
    claim_number = Element()
    search_claims = Element()


class ListedRemit(Record):
    """`claim_number` stands in the list of a search by claim only, once for each time the claim was decided."""

    number: str
    paid_on: date
    claim_number: str | None = None


class ListedRemits(Record):
    remits: tuple[ListedRemit, ...]
    total: int


class RemitRow(Part[ListedRemit]):
    number = Field(text)
    paid_on = Field(us_date)
    claim_number = Field(text, absent=True)
    open = Element()


class RemitsPage(ReadsInto[ListedRemits], page="remits"):
    """Ten a page. Longer numbers that begin with the one asked for are listed as well."""

    remits = Rows(RemitRow)
    total = Field(taken("total", "count", parse=integer))
    next_page = Element()


class RemitPage(ReadsInto[Payment], page="remit"):
    number = Field(text, identifies="check_number")
    paid_on = Field(us_date)
    amount = Field(usd)
    method = Field(word("method", Method))
    status = Field(word("payment_status", PaymentStatus), optional=True)
    replaces = Field(text, optional=True)
    payer_name = Field(text, identifies="payer")
    payee_name = Field(text, optional=True)
    payee_npi = Field(text, optional=True)
    payee_tin = Field(tax_id, optional=True)
    era = Element()
    eop = Element()
    back = Element()


class RemitNotFoundPage(RefusalPage[RemittanceNotFound], page="remit_not_found"):
    means = RemittanceNotFound


RemitRefusal = RemittanceNotFound | ProviderNotOnFile | NoAnswerNow
REMIT_REFUSALS: tuple[type[RefusalPage[RemitRefusal]], ...] = (
    RemitNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
