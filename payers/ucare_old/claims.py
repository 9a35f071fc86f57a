"""What the older portal states of claims: rows of a list, and a page for each."""

import re
from datetime import date

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, text, us_date, usd
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine
from core.capabilities.record import Record

_ADJUSTMENT = re.compile(r"(?P<group>[A-Z]{2})(?P<code>\w+) (?P<amount>\$\S+)")


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])


def procedure(printed: str) -> str:
    """From "99213 25 59": the code before its modifiers."""
    return printed.split(" ", maxsplit=1)[0]


def modifiers(printed: str) -> tuple[str, ...]:
    return tuple(printed.split(" ")[1:])


def adjustments(printed: str) -> tuple[Adjustment, ...]:
    """From "CO45 $1.00; PR2 $3.00"."""
    found = [_ADJUSTMENT.fullmatch(part) for part in printed.split("; ")]
    if None in found:
        raise ValueError("not adjustments written CO45 $1.00")
    return tuple(
        Adjustment(group=each["group"], code=each["code"], amount=usd(each["amount"])) for each in found if each
    )


class Listed(Record):
    claim_number: str


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class ListPage(ReadsInto[ListedClaims], page="claims"):
    """Below the form; says by what it was searched, and which page it is."""

    page_number = Field(integer, identifies="page")
    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(us_date, absent=True, identifies="from_date")
    searched_to = Field(us_date, absent=True, identifies="to_date")
    claims = Rows(ListedRow)
    total = Field(integer)
    next_page = Element()


class LineRow(Part[ClaimLine]):
    line_number = Field(integer)
    procedure_code = Field(procedure, optional=True)
    modifiers = Field(modifiers, optional=True, blank=())
    service_from = Field(first_day)
    service_to = Field(last_day)
    units = Field(number, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)
    adjustments = Field(adjustments, optional=True, blank=())
    remark_codes = Field(codes, optional=True, blank=())


class DetailPage(ReadsInto[Claim], page="detail"):
    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(text)
    last_name = Field(text)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    category_code = Field(text)
    status_code = Field(text)
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
