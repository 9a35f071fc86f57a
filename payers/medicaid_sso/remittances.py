"""Remittances, here remittance advices: search by check, claim or dates, and open each that is really asked for."""

from bots.page import Element, Field, Page
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittancesAnswer, RemittancesQuery
from payers.shapes.payments import REMITTANCE_REFUSALS, ListedPayment, PaymentListPage, PaymentPage
from payers.shapes.questions import provider, typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.remittances import answer, row_proof, searched_by, walk, whole

EVERY_ADVICE = "All advices"
BY = {"check_number": "Check or EFT number", "claim_number": "ICN", "paid_from": "Payment dates"}


class RemittanceSearchPage(Page, page="remittance_search"):
    provider = Element()
    location = Element()
    advice = Element()
    by = Element()
    check_number = Element()
    claim_number = Element()
    paid_from = Element()
    paid_to = Element()
    submit = Element()


class AdvicesPage(PaymentListPage, page="advices"):
    """Prints what was searched by: one number, or the days."""

    check_number = Field(text, absent=True, identifies="check_number")
    claim_number = Field(text, absent=True, identifies="claim_number")
    paid_from = Field(us_date, absent=True, identifies="paid_from")
    paid_to = Field(us_date, absent=True, identifies="paid_to")
    searched_type = Field(text, identifies="type")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")


class AdvicePage(PaymentPage[Payment], page="advice"):
    era = Element()
    paper = Element()
    back = Element()


async def pull_remittances(portal: Portal, query: RemittancesQuery) -> RemittancesAnswer:
    npi = provider(portal, query.provider_npi)
    form = await portal.go(RemittanceSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    asked = searched_by(query)
    by = next(words for name, words in BY.items() if name in asked)
    await form.choose(provider=npi, location="(primary)", advice=EVERY_ADVICE, by=by)
    await form.fill(**{name: typed(value) for name, value in asked.items()})
    await form.submit.click()
    proof = {**asked, "type": EVERY_ADVICE}
    listed = await portal.landed_on(AdvicesPage, *REMITTANCE_REFUSALS, about={**proof, "page": 1})
    if not isinstance(listed, AdvicesPage):
        return await listed.answer()
    return answer([await opened(portal, row) async for row in walk(portal, query, listed, proof, comes_back=True)])


async def opened(portal: Portal, row: ListedPayment) -> Payment:
    page = await portal.landed_on(AdvicePage, about=row_proof(portal, row))
    payment = await whole(await page.read(), {DocumentKind.ERA: page.era, DocumentKind.EOP: page.paper})
    await page.back.click()
    return payment
