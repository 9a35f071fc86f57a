"""What portals state of claims. An adapter puts these parts together as its pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import code, codes, integer, number, text, us_date, usd
from bots.words import several, taken, word
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Lifecycle
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.coverage import FIRST_NAME, LAST_NAME
from payers.shapes.lists import PagedPage

R = TypeVar("R", bound=Record)

FIRST_DAY = taken("span", "first", parse=us_date)
LAST_DAY = taken("span", "last", "first", parse=us_date)
CATEGORY = taken("category", "code", parse=code)
STATUS_CODE = taken("status_code", "code", parse=code)
LIFECYCLE = word("lifecycle", Lifecycle)
LIFECYCLE_OF_CATEGORY = taken("category", "code", parse=lambda raw: Lifecycle.of_category(code(raw)))


class Listed(Record):
    """A row of a list; some portals state the finalized date there and nowhere else."""

    claim_number: str
    status_text: str | None = None
    billed: Decimal | None = None
    paid: Decimal | None = None
    finalized_on: date | None = None


class ListedClaims(Record):
    claims: tuple[Listed, ...]
    total: int


class ListedRow(Part[Listed]):
    claim_number = Field(text)
    open = Element()


class StatedRow(ListedRow):
    """A row that says how its claim stands, which may be old news."""

    status_text = Field(text, optional=True)
    billed = Field(usd, optional=True)


class PaidRow(StatedRow):
    paid = Field(usd, optional=True)


class ListPage(ReadsInto[ListedClaims]):
    """Longer numbers that begin with the one asked for are listed as well."""

    claims = Rows(ListedRow)
    total = Field(taken("total", "count", parse=integer))


class SearchedListPage(ListPage):
    """A list that prints what was searched by: the number alone, or the member with the days."""

    searched_number = Field(text, absent=True, identifies="claim_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_from = Field(us_date, absent=True, identifies="from_date")
    searched_to = Field(us_date, absent=True, identifies="to_date")


class PagedListPage(SearchedListPage, PagedPage[ListedClaims]):
    """One page of several, which says which it is."""

    page_number = Field(taken("page", "number", parse=integer), identifies="page")


class AdjustmentItem(Part[Adjustment]):
    group = Field(taken("adjustment", "group", parse=code))
    code = Field(taken("adjustment", "code", parse=code))
    amount = Field(usd, optional=True)


class LineRow(Part[ClaimLine]):
    line_number = Field(integer)
    procedure_code = Field(taken("procedure", "code", parse=text), optional=True)
    modifiers = Field(taken("procedure", "modifiers", parse=codes), optional=True, blank=())
    service_from = Field(FIRST_DAY)
    service_to = Field(LAST_DAY)
    units = Field(number, optional=True)
    billed = Field(usd, optional=True)
    allowed = Field(usd, optional=True)
    paid = Field(usd, optional=True)


class FullLineRow(LineRow):
    """With its remarks, and its adjustments in one cell."""

    adjustments = Field(several("adjustment", Adjustment, amount=usd), optional=True, blank=())
    remark_codes = Field(codes, optional=True, blank=())


class DetailPage(ReadsInto[R]):
    """One claim, but for its state, its lines and its payment: adapters add them as the portal shows them."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    patient_account = Field(text, optional=True)
    status_text = Field(text)
    provider_npi = Field(text, optional=True)
    service_from = Field(FIRST_DAY)
    service_to = Field(LAST_DAY)
    billed = Field(usd, optional=True)
    paid = Field(usd, optional=True)
    deductible = Field(usd, optional=True)
    coinsurance = Field(usd, optional=True)
    copay = Field(usd, optional=True)
    patient_responsibility = Field(usd, optional=True)


class FullDetailPage(DetailPage[R]):
    received_on = Field(us_date, optional=True)
    finalized_on = Field(us_date, optional=True)
    allowed = Field(usd, optional=True)


class Coded(Part[R]):
    """The state of a claim in the codes of X12."""

    lifecycle = Field(LIFECYCLE_OF_CATEGORY)
    category_code = Field(CATEGORY)
    status_code = Field(STATUS_CODE)


class Paid(Part[R]):
    check_number = Field(text, optional=True)
    check_date = Field(us_date, optional=True)


class Payment(Record):
    check_number: str
    check_date: date | None = None


class PaymentCard(Part[Payment]):
    """A card of its own, which says so where there was no payment."""

    check_number = Field(text)
    check_date = Field(us_date, optional=True)


class Reasons(Record):
    """What stands under a line when it is opened."""

    adjustments: tuple[Adjustment, ...]
    remark_codes: tuple[str, ...]


def explained(page: Page, lines: Sequence[ClaimLine], reasons: Sequence[Reasons]) -> tuple[ClaimLine, ...]:
    """The lines, each with what was opened under it."""
    if len(lines) != len(reasons):
        raise PortalChanged(page.page_name, "reasons", detail="not every line has opened")
    return tuple(line.model_copy(update=dict(why)) for line, why in zip(lines, reasons, strict=True))


def claim(found: Claim, *, payment: Payment | None = None, **more: object) -> Claim:
    """What a page's record holds of a claim, with what stands elsewhere."""
    values = {name: value for name, value in found if name in Claim.model_fields}
    return Claim.model_validate({**values, **(dict(payment) if payment else {}), **more})
