"""Remittances: payments by number, days or claim, and the explanation (EOP) of each. UCare gives no 835."""

from collections.abc import Mapping
from datetime import date

from bots.page import Element, Field
from bots.parse import integer, text, us_date
from bots.portal import Portal
from core.capabilities.common import NotAuthorised
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittancesAnswer, RemittancesQuery
from payers.shapes.payments import REMITTANCE_REFUSALS, ListedPayment, PaymentListPage, PaymentPage
from payers.shapes.questions import typed
from payers.shapes.remittances import answer, row_proof, searched_by, walk, whole
from payers.ucare import practice


class PaymentSearchPage(practice.ToolPage, page="payment_search"):
    by_number = Element()
    by_days = Element()
    by_claim = Element()
    check_number = Element()
    paid_from = Element()
    paid_to = Element()
    claim_number = Element()
    submit = Element()


class PaymentsPage(PaymentListPage, page="payments"):
    """Ten a page, with what was searched by."""

    check_number = Field(text, absent=True, identifies="check_number")
    claim_number = Field(text, absent=True, identifies="claim_number")
    paid_from = Field(us_date, absent=True, identifies="paid_from")
    paid_to = Field(us_date, absent=True, identifies="paid_to")
    page_number = Field(integer, identifies="page")
    total = Field(integer)


class PanelPage(PaymentPage[Payment], page="payment"):
    """Beside the list; the payment that was opened before stays until this one is there."""

    eop = Element()


async def pull_remittances(portal: Portal, query: RemittancesQuery) -> RemittancesAnswer:
    form = await practice.opened(portal, PaymentSearchPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    asked = searched_by(query)
    await search(form, asked)
    listed = await portal.landed_on(PaymentsPage, *REMITTANCE_REFUSALS, about={**asked, "page": 1})
    if not isinstance(listed, PaymentsPage):
        return await listed.answer()
    return answer([await opened(portal, row) async for row in walk(portal, query, listed, asked, comes_back=False)])


async def search(form: PaymentSearchPage, asked: Mapping[str, str | date]) -> None:
    by = form.by_claim if "claim_number" in asked else form.by_number if "check_number" in asked else form.by_days
    await by.click()
    await form.fill(**{name: typed(value) for name, value in asked.items()})
    await form.submit.click()


async def opened(portal: Portal, row: ListedPayment) -> Payment:
    panel = await portal.landed_on(PanelPage, about=row_proof(portal, row))
    return await whole(await panel.read(), {DocumentKind.EOP: panel.eop})
