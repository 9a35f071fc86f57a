"""What Availity states of claims: list rows, details and lines in the newer pages and in the classic ones."""

import re
from datetime import date
from typing import TypeVar

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import codes, integer, number, text, us_date, usd
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.availity.printed import first_day, first_name, last_day, last_name, leading_code

R = TypeVar("R", bound=Record)
_CLASSIC_CODES = re.compile(r"(?P<category>[A-Z]\w{1,2}):(?P<status>\d+) .+")
_ADJUSTMENT = re.compile(r"(?P<group>[A-Z]{2})-(?P<code>\w+) (?P<amount>\S+)")


def how_many(printed: str) -> int:
    """The whole in "Claims 1 to 10 of 23"."""
    return integer(printed.rpartition(" of ")[2])


def category(printed: str) -> str:
    return _classic_codes(printed)["category"]


def status(printed: str) -> str:
    return _classic_codes(printed)["status"]


def procedure(printed: str) -> str:
    """From "99213-25-59": the code before its modifiers."""
    return printed.split("-", maxsplit=1)[0]


def modifiers(printed: str) -> tuple[str, ...]:
    return tuple(printed.split("-")[1:])


def adjustments(printed: str) -> tuple[Adjustment, ...]:
    """From "CO-45 $1.00; PR-2 $3.00"."""
    found = [_ADJUSTMENT.fullmatch(part) for part in printed.split("; ")]
    if None in found:
        raise ValueError("not adjustments written CO-45 $1.00")
    return tuple(
        Adjustment(group=each["group"], code=each["code"], amount=usd(each["amount"])) for each in found if each
    )


def _classic_codes(printed: str) -> re.Match[str]:
    found = _CLASSIC_CODES.fullmatch(printed)
    if found is None:
        raise ValueError("not a pair of codes written F1:65")
    return found


class Listed(Record):
    """A row of the list. The newer pages state the finalized date there and nowhere else."""

    claim_number: str
    finalized_on: date | None = None


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class ListPage(ReadsInto[ListedClaims]):
    """Claims, ten a page. Longer numbers that begin with the one asked for are listed as well."""

    claims = Rows(ListedRow)
    total = Field(how_many)
    next_page = Element()
    notice = Element()


class DetailPage(ReadsInto[R]):
    """What both generations state of one claim."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(first_name)
    last_name = Field(last_name)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    provider_npi = Field(text, optional=True)
    service_from = Field(first_day)
    service_to = Field(last_day)
    billed = Field(usd, optional=True)
    paid = Field(usd, optional=True)
    deductible = Field(usd, optional=True)
    coinsurance = Field(usd, optional=True)
    copay = Field(usd, optional=True)
    patient_responsibility = Field(usd, optional=True)
    check_number = Field(text, optional=True)
    check_date = Field(us_date, optional=True)
    back = Element()


class LineRow(Part[ClaimLine]):
    line_number = Field(integer)
    service_from = Field(first_day)
    service_to = Field(last_day)
    units = Field(number, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)


class NewListedRow(ListedRow):
    finalized_on = Field(us_date, optional=True)


class NewListPage(ListPage, page="claims"):
    claims = Rows(NewListedRow)


class NewLineRow(LineRow):
    procedure_code = Field(text, optional=True)
    modifiers = Field(codes, optional=True, blank=())


class AdjustmentRow(Part[Adjustment]):
    group = Field(text)
    code = Field(text)
    amount = Field(usd, optional=True)


class Reasons(Record):
    adjustments: tuple[Adjustment, ...]
    remark_codes: tuple[str, ...]


class ReasonsRow(Part[Reasons]):
    """The row that an expander opens under a line."""

    adjustments = Rows(AdjustmentRow)
    remark_codes = Field(codes, optional=True, blank=())


class NewClaim(Claim):
    reasons: tuple[Reasons, ...]


class ClassicLineRow(LineRow):
    procedure_code = Field(procedure, optional=True)
    modifiers = Field(modifiers, optional=True, blank=())
    adjustments = Field(adjustments, optional=True, blank=())
    remark_codes = Field(codes, optional=True, blank=())


class NewDetailPage(DetailPage[NewClaim], page="detail"):
    category_code = Field(leading_code)
    status_code = Field(leading_code)
    received_on = Field(us_date, optional=True)
    allowed = Field(usd, optional=True)
    lines = Rows(NewLineRow, absent=True)
    reasons = Rows(ReasonsRow, absent=True)
    expanders = Element()

    async def claim(self, row: Listed) -> Claim:
        """With the reasons of its lines, which are folded away at first."""
        await self.expanders.click_each()
        found = await self.read()
        if len(found.lines) != len(found.reasons):
            raise PortalChanged(self.page_name, "reasons", detail="not every line has opened")
        lines = tuple(
            line.model_copy(update={"adjustments": why.adjustments, "remark_codes": why.remark_codes})
            for line, why in zip(found.lines, found.reasons, strict=True)
        )
        values = {name: value for name, value in found if name in Claim.model_fields}
        return Claim(**{**values, "lines": lines, "finalized_on": row.finalized_on})


class ClassicListPage(ListPage, page="classic_claims"):
    """Without the finalized date, which the classic pages state in the detail."""


class ClassicDetailPage(DetailPage[Claim], page="classic_detail"):
    category_code = Field(category)
    status_code = Field(status)
    finalized_on = Field(us_date, optional=True)
    lines = Rows(ClassicLineRow, absent=True)
