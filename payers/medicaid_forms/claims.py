"""What the portal states of claims: a list in the response, and one claim opened in its place."""

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, text, us_date, usd
from core.capabilities.claim_status import Claim, ClaimLine
from core.capabilities.record import Record
from payers.medicaid_forms.printed import (
    adjustments,
    category,
    first_day,
    first_name,
    last_day,
    last_name,
    lifecycle,
    modifiers,
    place,
    procedure,
    status,
)


class Listed(Record):
    claim_number: str


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    details = Element()


class ClaimsPage(ReadsInto[ListedClaims], page="claims"):
    """Ten claims a page. Longer numbers that begin with the one asked for are listed as well.

    It prints what was searched by: the number alone, or the member with the dates.
    """

    reference = Field(text, identifies="reference")
    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(first_day, absent=True, identifies="from_date")
    searched_to = Field(last_day, absent=True, identifies="to_date")
    place = Field(place, identifies="place")
    total = Field(integer)
    claims = Rows(ListedRow)
    more = Element()


class LineRow(Part[ClaimLine]):
    line_number = Field(integer)
    service_from = Field(first_day)
    service_to = Field(last_day)
    procedure_code = Field(procedure, optional=True)
    modifiers = Field(modifiers, optional=True, blank=())
    units = Field(number, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)
    adjustments = Field(adjustments, optional=True, blank=())
    remark_codes = Field(codes, optional=True, blank=())


class ClaimPage(ReadsInto[Claim], page="claim"):
    reference = Field(text, identifies="reference")
    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(first_name)
    last_name = Field(last_name)
    patient_account = Field(text, optional=True)
    lifecycle = Field(lifecycle)
    category_code = Field(category)
    status_code = Field(status)
    status_text = Field(text)
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
    check_number = Field(text, optional=True)
    check_date = Field(us_date, optional=True)
    lines = Rows(LineRow)
    back = Element()
