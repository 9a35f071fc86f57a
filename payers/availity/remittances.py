"""Remittances: the viewer in its own tab, every payment that is really the one asked for, and its files."""

from bots.filetype import FileType
from bots.portal import Portal
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import (
    Payment,
    RemittanceNotFound,
    Remittances,
    RemittancesAnswer,
    RemittancesQuery,
)
from core.errors import PortalChanged
from core.x12.remittance import with_files
from payers.availity.remits import ApplicationsPage, RemitPage, RemitSearchPage, RemitsPage
from payers.shapes.payments import REMITTANCE_REFUSALS, ListedPayment
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage

FILES = {DocumentKind.ERA: FileType.X12, DocumentKind.EOP: FileType.PDF}


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
            return await walk(portal, query, listed)
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


async def walk(portal: Portal, query: RemittancesQuery, listed: RemitsPage) -> RemittancesAnswer:
    """Page by page. A payment that takes a claim back and pays it anew is listed twice and opened once."""
    payments: dict[str, Payment] = {}
    seen = 0
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.payments):
            if row.number not in payments and query.means(row.number, row.paid_on, row.claim_number):
                await listed.click_in("payments", place, "open")
                payments[row.number] = await detail(portal, row)
        seen += len(rows.payments)
        if not rows.payments:
            raise PortalChanged(listed.page_name, "payments", detail="the list counts more rows than it shows")
        if seen >= rows.total:
            break
        await listed.next_page.click()
        listed = await portal.landed_on(RemitsPage)
    if not payments:
        return RemittanceNotFound()
    return Remittances(payments=tuple(sorted(payments.values(), key=lambda each: (str(each.paid_on), each.number))))


async def detail(portal: Portal, row: ListedPayment) -> Payment:
    payer = portal.payer.label if portal.payer is not None else None
    page = await portal.landed_on(RemitPage, about={"check_number": row.number, "paid_on": row.paid_on, "payer": payer})
    payment = await page.read()
    offered = {DocumentKind.ERA: page.era, DocumentKind.EOP: page.eop}
    offers = tuple([kind for kind, element in offered.items() if await element.there()])
    files = [(kind, file.data) for kind in offers for file in await offered[kind].download(FILES[kind])]
    await page.back.click()
    return with_files(payment.model_copy(update={"offers": offers}), files)
