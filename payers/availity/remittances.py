"""Remittances: the viewer in its own tab, every payment that is really the one asked for, and its files."""

from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittancesAnswer, RemittancesQuery
from payers.availity.remits import ApplicationsPage, RemitPage, RemitSearchPage, RemitsPage
from payers.shapes.payments import REMITTANCE_REFUSALS, ListedPayment
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.remittances import answer, row_proof, walk, whole


async def pull_remittances(portal: Portal, query: RemittancesQuery) -> RemittancesAnswer:
    npi = provider(portal, query.provider_npi)
    applications = await portal.go(ApplicationsPage)
    await applications.remittance_viewer.click()
    form = await portal.landed_on(RemitSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.provider.choose(npi)
    await search(form, query)
    match await portal.landed_on(RemitsPage, *REMITTANCE_REFUSALS):
        case RemitsPage() as listed:
            rows = walk(portal, query, listed, {}, comes_back=False)
            return answer([await detail(portal, row) async for row in rows])
        case refused:
            return await refused.answer()


async def search(form: RemitSearchPage, query: RemittancesQuery) -> None:
    if query.claim_number is not None:
        await form.by_claim.click()
        await form.fill(claim_number=query.claim_number.reveal())
        await form.search_claims.click()
        return
    await form.by_check.click()
    if query.check_number is not None:
        await form.fill(check_number=query.check_number, from_date="", to_date="")
    elif query.paid_from and query.paid_to:
        start, end = f"{query.paid_from:%m/%d/%Y}", f"{query.paid_to:%m/%d/%Y}"
        await form.fill(check_number="", from_date=start, to_date=end)
    await form.search_checks.click()


async def detail(portal: Portal, row: ListedPayment) -> Payment:
    page = await portal.landed_on(RemitPage, about=row_proof(portal, row))
    payment = await whole(await page.read(), {DocumentKind.ERA: page.era, DocumentKind.EOP: page.eop})
    await page.back.click()
    return payment
