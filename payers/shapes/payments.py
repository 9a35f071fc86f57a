"""What portals state of payments. An adapter puts these parts together as its pages show them."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import integer, tax_id, text, us_date, usd
from bots.words import taken, word
from core.capabilities.common import NoAnswerNow, ProviderNotOnFile
from core.capabilities.record import Record
from core.capabilities.remittances import Method, PaymentStatus, RemittanceNotFound
from payers.shapes.lists import PagedPage
from payers.shapes.refusals import NoAnswerNowPage, ProviderNotOnFilePage, RefusalPage

R = TypeVar("R", bound=Record)


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


class PaymentListPage(PagedPage[ListedPayments]):
    """Longer numbers that begin with the one asked for are listed as well."""

    payments = Rows(PaymentRow)
    total = Field(taken("total", "count", parse=integer))


class PaymentPage(ReadsInto[R]):
    """One payment, but for its files."""

    number = Field(text, identifies="check_number")
    paid_on = Field(us_date, identifies="paid_on")
    amount = Field(usd)
    method = Field(word("method", Method))
    status = Field(word("payment_status", PaymentStatus), optional=True)
    replaces = Field(text, optional=True)
    payer_name = Field(text, identifies="payer")
    payee_name = Field(text, optional=True)
    payee_npi = Field(text, optional=True)
    payee_tin = Field(tax_id, optional=True)


class RemittanceNotFoundPage(RefusalPage[RemittanceNotFound], page="remittance_not_found"):
    means = RemittanceNotFound


RemittanceRefusal = RemittanceNotFound | ProviderNotOnFile | NoAnswerNow
REMITTANCE_REFUSALS: tuple[type[RefusalPage[RemittanceRefusal]], ...] = (
    RemittanceNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
"""What portals commonly say instead of payments."""
