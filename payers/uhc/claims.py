"""What the portal states of claims: list rows, and a detail of several cards."""

from datetime import date

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, one_of, text, us_date, usd
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Lifecycle
from core.capabilities.record import Record

ADJUDICATION = one_of(
    {
        "Received": Lifecycle.RECEIVED,
        "Accepted for processing": Lifecycle.ACCEPTED,
        "In review": Lifecycle.PENDING,
        "Additional information requested": Lifecycle.INFO_REQUESTED,
        "Rejected": Lifecycle.REJECTED,
        "Paid": Lifecycle.PAID,
        "Denied": Lifecycle.DENIED,
        "Processed - no payment": Lifecycle.FINALIZED_NO_PAYMENT,
    }
)
"""The portal prints no X12 codes: its own words are all there is."""


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])


def how_many(printed: str) -> int:
    """The whole in "Showing 10 of 23 claims"."""
    return integer(printed.rpartition(" of ")[2])


def group(printed: str) -> str:
    """From "CO-45"."""
    return _group_and_code(printed)[0]


def code(printed: str) -> str:
    return _group_and_code(printed)[1]


def _group_and_code(printed: str) -> tuple[str, str]:
    first, dash, second = printed.partition("-")
    if not dash:
        raise ValueError("not an adjustment reason written CO-45")
    return first, second


class Listed(Record):
    claim_number: str


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class ListPage(ReadsInto[ListedClaims], page="claims"):
    """Ten claims, and ten more with each click. Longer numbers that begin with the one asked for are listed as well.

    It prints what was searched by: the number alone, or the member with the dates.
    """

    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(us_date, absent=True, identifies="from_date")
    searched_to = Field(us_date, absent=True, identifies="to_date")
    claims = Rows(ListedRow)
    total = Field(how_many)
    more = Element()
    notice = Element()


class LineRow(Part[ClaimLine]):
    line_number = Field(integer)
    procedure_code = Field(text, optional=True)
    modifiers = Field(codes, optional=True, blank=())
    service_from = Field(first_day)
    service_to = Field(last_day)
    units = Field(number, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)


class AdjustmentItem(Part[Adjustment]):
    group = Field(group)
    code = Field(code)
    amount = Field(usd, optional=True)


class Remark(Record):
    code: str


class RemarkItem(Part[Remark]):
    code = Field(text)


class Reasons(Record):
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[Remark, ...]


class ReasonsRow(Part[Reasons]):
    """The row that opens under a line."""

    adjustments = Rows(AdjustmentItem)
    remarks = Rows(RemarkItem)


class Payment(Record):
    check_number: str
    check_date: date | None = None


class PaymentCard(Part[Payment]):
    check_number = Field(text)
    check_date = Field(us_date, optional=True)


class ClaimInCards(Claim):
    payment: Payment | None
    reasons: tuple[Reasons, ...]


class DetailPage(ReadsInto[ClaimInCards], page="detail"):
    """Here when the last of its cards has loaded; its accordions are closed then."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(text)
    last_name = Field(text)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    lifecycle = Field(ADJUDICATION)
    provider_npi = Field(text, optional=True)
    service_from = Field(first_day)
    service_to = Field(last_day)
    received_on = Field(us_date, optional=True)
    finalized_on = Field(us_date, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)
    deductible = Field(usd, optional=True)
    coinsurance = Field(usd, optional=True)
    copay = Field(usd, optional=True)
    patient_responsibility = Field(usd, optional=True)
    payment = One(PaymentCard)
    lines = Rows(LineRow)
    reasons = Rows(ReasonsRow, absent=True)
    accordions = Element()
    expanders = Element()
    back = Element()
