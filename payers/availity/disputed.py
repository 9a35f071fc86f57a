"""The claim that is disputed: searched by its number, found in the list, and opened, on both generations of pages."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import text
from bots.portal import Portal
from core.capabilities.appeals import Appeal
from core.capabilities.claim_status import ClaimNotFound
from core.capabilities.common import NoAnswerNow, NotAuthorised, ProviderNotOnFile
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Refused
from core.identifiers import same_number
from payers.shapes.claims import ListPage
from payers.shapes.questions import provider, typed
from payers.shapes.refusals import AccessDeniedPage, ClaimNotFoundPage, NoAnswerNowPage, ProviderNotOnFilePage
from payers.shapes.submissions import about

NotSent = Refused | AlreadyFiled | ClaimNotFound | ProviderNotOnFile | NotAuthorised | NoAnswerNow


class ClaimSearch(Page):
    organization = Element()
    by_number = Element()
    claim_number = Element()
    submit = Element()


class NewClaimSearchPage(ClaimSearch, page="dispute_search"):
    payer = Element()
    provider = Element()


class ClassicClaimSearchPage(ClaimSearch, page="classic_dispute_search"):
    """Opened for the payer by its address."""


class ClaimsPage(ListPage):
    next_page = Element()


class NewClaimsPage(ClaimsPage, page="dispute_claims"): ...


class ClassicClaimsPage(ClaimsPage, page="classic_dispute_claims"): ...


class Shown(Record):
    claim_number: str


class ClaimPage(ReadsInto[Shown]):
    claim_number = Field(text, identifies="claim_number")
    dispute = Element()


class NewClaimPage(ClaimPage, page="dispute_claim"): ...


class ClassicClaimPage(ClaimPage, page="classic_dispute_claim"): ...


async def disputed(portal: Portal, appeal: Appeal) -> ClaimPage | NotSent:
    """The claim, opened from the list: longer numbers that begin with its own are listed as well."""
    classic = portal.payer is not None and portal.payer.layout == "classic"
    form = await portal.go(ClassicClaimSearchPage if classic else NewClaimSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if isinstance(form, NewClaimSearchPage):
        if portal.payer is not None:
            await form.payer.choose(portal.payer.label)
        await form.provider.choose(provider(portal, appeal.provider_npi))
    await form.by_number.click()
    await form.fill(claim_number=typed(appeal.claim_number))
    await form.submit.click()
    page = ClassicClaimsPage if classic else NewClaimsPage
    listed = await portal.landed_on(page, ClaimNotFoundPage, ProviderNotOnFilePage, NoAnswerNowPage)
    if not isinstance(listed, ClaimsPage):
        return await listed.answer()
    seen = 0
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.claims):
            if same_number(row.claim_number, appeal.claim_number.reveal()):
                await listed.click_in("claims", place, "open")
                return await portal.landed_on(ClassicClaimPage if classic else NewClaimPage, about=about(appeal))
        seen += len(rows.claims)
        if seen >= rows.total or not rows.claims:
            return ClaimNotFound()
        await listed.next_page.click()
        listed = await portal.landed_on(type(listed))
