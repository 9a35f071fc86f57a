"""What the portal states of claims: rows page by page, a claim's facts, and its lines behind a tab."""

import re

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, text, us_date, usd
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Lifecycle
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.medicaid_sso.printed import code, first_day, first_name, last_day, last_name

_COUNTED = re.compile(r"(\d+) on file, page (\d+) of (\d+)")


def lifecycle(printed: str) -> Lifecycle:
    """By the category of X12 code list 507, in front of its words."""
    found = Lifecycle.of_category(code(printed))
    if found is None:
        raise ValueError("not a category of claim status")
    return found


def on_file(printed: str) -> int:
    """The first in "23 on file, page 1 of 3"."""
    return _counted(printed)[0]


def page_number(printed: str) -> int:
    return _counted(printed)[1]


def page_count(printed: str) -> int:
    return _counted(printed)[2]


def _counted(printed: str) -> tuple[int, int, int]:
    found = _COUNTED.fullmatch(printed)
    if found is None:
        raise ValueError("not a count of claims and pages")
    total, page, pages = map(int, found.groups())
    return total, page, pages


class Listed(Record):
    claim_number: str


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int
    page: int
    pages: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class ListPage(ReadsInto[ListedClaims], page="claims"):
    """Ten claims a page. Longer numbers that begin with the one asked for are listed as well.

    It prints what was searched by: the number alone, or the recipient with the dates.
    """

    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_recipient = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(us_date, absent=True, identifies="from_date")
    searched_to = Field(us_date, absent=True, identifies="to_date")
    claims = Rows(ListedRow)
    total = Field(on_file)
    page = Field(page_number, identifies="page")
    pages = Field(page_count)
    next = Element()


class ClaimFacts(Claim):
    first_name: str
    last_name: str


class DetailPage(ReadsInto[ClaimFacts], page="detail"):
    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(first_name)
    last_name = Field(last_name)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    lifecycle = Field(lifecycle)
    category_code = Field(code)
    status_code = Field(code)
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
    lines_tab = Element()
    back = Element()


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
    remark_codes = Field(codes, optional=True, blank=())


class LineAdjustment(Record):
    line_number: int
    adjustment: Adjustment


class ReasonPart(Part[Adjustment]):
    group = Field(text)
    code = Field(text)
    amount = Field(usd, optional=True)


class AdjustmentRow(Part[LineAdjustment]):
    """A table of its own, which names the line that each amount was taken from."""

    line_number = Field(integer)
    adjustment = One(ReasonPart)


class Lines(Record):
    lines: tuple[ClaimLine, ...]
    adjustments: tuple[LineAdjustment, ...]

    def merged(self) -> tuple[ClaimLine, ...]:
        """Each line with what was taken from it."""
        by_line: dict[int, list[Adjustment]] = {line.line_number: [] for line in self.lines}
        if any(each.line_number not in by_line for each in self.adjustments) or len(by_line) != len(self.lines):
            raise PortalChanged("lines", "adjustments", detail="lines and adjustments do not fit together")
        for each in self.adjustments:
            by_line[each.line_number].append(each.adjustment)
        return tuple(line.model_copy(update={"adjustments": tuple(by_line[line.line_number])}) for line in self.lines)


class LinesPage(ReadsInto[Lines], page="lines"):
    claim_number = Field(text, identifies="claim_number")
    lines = Rows(LineRow)
    adjustments = Rows(AdjustmentRow)
