"""Claim status: search, walk the list, open each claim that is really the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from payers.availity.claims import ClassicDetailPage, ClassicListPage, ListPage, NewDetailPage, NewListPage
from payers.availity.refusals import CLAIM_REFUSALS
from payers.shapes.claim_status import answer, checked, meant, opened, typed_criteria
from payers.shapes.claims import Listed
from payers.shapes.lists import each_page
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage


class SearchForm(Page):
    organization = Element()
    by_member = Element()
    by_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    claim_number = Element()
    submit = Element()


class NewSearchPage(SearchForm, page="claim_search"):
    payer = Element()
    provider = Element()


class ClassicSearchPage(SearchForm, page="classic_claim_search"):
    """Opened for the payer by its address, and asks for no provider."""


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    classic = portal.payer is not None and portal.payer.layout == "classic"
    form: SearchForm | AccessDeniedPage
    if classic:
        form = await portal.go(ClassicSearchPage, AccessDeniedPage)
    else:
        form = await portal.go(NewSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if isinstance(form, NewSearchPage):
        npi = provider(portal, query.provider_npi)
        if portal.payer is not None:
            await form.payer.choose(portal.payer.label)
        await form.provider.choose(npi)
    await (form.by_member if query.claim_number is None else form.by_number).click()
    await form.fill(**typed_criteria(query))
    await form.submit.click()
    match await portal.landed_on(ClassicListPage if classic else NewListPage, *CLAIM_REFUSALS):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await refused.answer()


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> ClaimStatusAnswer:
    notice = await listed.notice.text_or_none()
    claims: list[Claim] = []
    async for page, rows, _ in each_page(portal, listed, "claims", {}):
        for place, row in meant(query, rows.claims):
            await page.click_in("claims", place, "open")
            claims.append(await detail(portal, query, row))
    return answer(claims, notice)


async def detail(portal: Portal, query: ClaimStatusQuery, row: Listed) -> Claim:
    match await portal.landed_on(NewDetailPage, ClassicDetailPage, about=opened(query, row)):
        case NewDetailPage() as page:
            claim = await page.claim(row)
        case ClassicDetailPage() as page:
            claim = await page.read()
    claim = checked(page, claim, row)
    await page.back.click()
    return claim
