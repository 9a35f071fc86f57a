"""What UCare states of claims: rows of a list, and the panel of the claim that was opened."""

from datetime import date

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, text, us_date, usd
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine
from core.capabilities.record import Record
from payers.ucare.printed import first_code, first_day, first_name, last_day, last_name, second_code


class Listed(Record):
    claim_number: str


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class ListPage(ReadsInto[ListedClaims], page="claims"):
    """Ten claims a page. Longer numbers that begin with the one asked for are listed as well.

    It prints what was searched by: the number alone, or the member with the days.
    """

    page_number = Field(integer, identifies="page")
    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(us_date, absent=True, identifies="from_date")
    searched_to = Field(us_date, absent=True, identifies="to_date")
    claims = Rows(ListedRow)
    total = Field(integer)
    next_page = Element()
    notice = Element()


class AdjustmentItem(Part[Adjustment]):
    group = Field(first_code)
    code = Field(second_code)
    amount = Field(usd, optional=True)


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
    adjustments = Rows(AdjustmentItem)
    remark_codes = Field(codes, optional=True, blank=())


class Payment(Record):
    check_number: str
    check_date: date | None = None


class PaymentTable(Part[Payment]):
    check_number = Field(text)
    check_date = Field(us_date, optional=True)


class ClaimInPanel(Claim):
    payment: Payment | None


class DetailPage(ReadsInto[ClaimInPanel], page="detail"):
    """Beside the list; the claim that was opened before stays in the panel until this one is there."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(first_name)
    last_name = Field(last_name)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    category_code = Field(first_code)
    status_code = Field(second_code)
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
    payment = One(PaymentTable)
    lines = Rows(LineRow)
    folds = Element()
