"""What Optum Pay states of payments: three ways to search, a list, and a page for each payment with its files."""

from datetime import date

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import integer, one_of, tax_id, text, us_date, usd
from core.capabilities.record import Record
from core.capabilities.remittances import DocumentKind, Method, Payment, PaymentStatus

METHODS = {
    "ACH/Direct Deposit": Method.ACH, "Check": Method.CHECK, "Virtual Card Payment": Method.VIRTUAL_CARD,
    "Zero Payment": Method.NONE,
}  # fmt: skip
STATUSES = {
    "Issued": PaymentStatus.ISSUED, "Cleared": PaymentStatus.CASHED, "Void": PaymentStatus.VOIDED,
    "Reissue": PaymentStatus.REISSUED,
}  # fmt: skip
DOCUMENTS = {"PRA": DocumentKind.PRA, "835": DocumentKind.ERA, "Consolidated 835": DocumentKind.ERA}


def which(printed: str) -> int:
    """The 2 in "2 of 3"."""
    return integer(printed.partition(" of ")[0])


def how_many(printed: str) -> int:
    """The 23 in "1 - 10 of 23"."""
    return integer(printed.rpartition(" of ")[2])


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


class ListedPayment(Record):
    """`claim_number` stands in the list of a search by claim only, once for each time the claim was decided."""

    number: str
    paid_on: date
    claim_number: str | None = None


class ListedPayments(Record):
    payments: tuple[ListedPayment, ...]
    total: int


class PaymentRow(Part[ListedPayment]):
    number = Field(text)
    paid_on = Field(us_date)
    claim_number = Field(text, absent=True)
    open = Element()


class ListPage(ReadsInto[ListedPayments], page="payments"):
    """Ten a page, under what was searched for: the list of the search before can stand there while the next loads."""

    check_number = Field(text, absent=True, identifies="check_number")
    claim_number = Field(text, absent=True, identifies="claim_number")
    paid_from = Field(us_date, absent=True, identifies="paid_from")
    paid_to = Field(us_date, absent=True, identifies="paid_to")
    place = Field(which, identifies="place")
    total = Field(how_many)
    payments = Rows(PaymentRow)
    next_page = Element()


class OfferedFile(Record):
    kind: DocumentKind
    greyed: str | None = None
    archived: str | None = None
    """Greyed for its age: it comes in a data bundle. Whatever else is greyed, the account's tier does not include."""


class FileRow(Part[OfferedFile]):
    kind = Field(one_of(DOCUMENTS))
    greyed = Field(text, absent=True)
    archived = Field(text, absent=True)
    open = Element()


class PaymentWithFiles(Payment):
    files: tuple[OfferedFile, ...]


class PaymentPage(ReadsInto[PaymentWithFiles], page="payment"):
    number = Field(text, identifies="check_number")
    paid_on = Field(us_date, identifies="paid_on")
    amount = Field(usd)
    method = Field(one_of(METHODS))
    status = Field(one_of(STATUSES), optional=True)
    replaces = Field(text, optional=True)
    payer_name = Field(text, identifies="payer")
    payee_name = Field(text, optional=True)
    payee_npi = Field(text, optional=True)
    payee_tin = Field(tax_id, optional=True)
    files = Rows(FileRow)
    back = Element()
