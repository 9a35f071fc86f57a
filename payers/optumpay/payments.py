"""What Optum Pay states of payments: three ways to search, a list, and a page for each payment with its files."""

from datetime import date

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.words import taken, word
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record
from core.capabilities.remittances import Payment
from payers.shapes.payments import PaymentListPage
from payers.shapes.payments import PaymentPage as AnyPaymentPage


class Access(Record):
    """What the account's tier lets it see."""

    tier: str
    since: date


class SearchPage(ReadsInto[Access]):
    tier = Field(text)
    since = Field(us_date)
    organization = Element()
    payer = Element()
    submit = Element()


class NumberSearchPage(SearchPage, page="number_search"):
    check_number = Element()


class DateSearchPage(SearchPage, page="date_search"):
    paid_from = Element()
    paid_to = Element()


class ClaimSearchPage(SearchPage, page="claim_search"):
    claim_number = Element()


class ListPage(PaymentListPage, page="payments"):
    """Ten a page, under what was searched for: the list of the search before can stand there while the next loads."""

    check_number = Field(text, absent=True, identifies="check_number")
    claim_number = Field(text, absent=True, identifies="claim_number")
    paid_from = Field(us_date, absent=True, identifies="paid_from")
    paid_to = Field(us_date, absent=True, identifies="paid_to")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")


class OfferedFile(Record):
    kind: DocumentKind
    greyed: str | None = None
    archived: str | None = None
    """Greyed for its age: it comes in a data bundle. Whatever else is greyed, the account's tier does not include."""


class FileRow(Part[OfferedFile]):
    kind = Field(word("document", DocumentKind))
    greyed = Field(text, absent=True)
    archived = Field(text, absent=True)
    open = Element()


class PaymentWithFiles(Payment):
    files: tuple[OfferedFile, ...]


class PaymentPage(AnyPaymentPage[PaymentWithFiles], page="payment"):
    files = Rows(FileRow)
    back = Element()
