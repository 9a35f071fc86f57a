"""Claim status: search, walk the list, open each claim that is really the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.errors import PortalChanged, RequestInvalid
from payers.availity.claims import ClassicDetailPage, ClassicListPage, Listed, ListPage, NewDetailPage, NewListPage
from payers.availity.refusals import CLAIM_REFUSALS, AccessDeniedPage, claim_refusal, denied


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
        return await denied(form)
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if isinstance(form, NewSearchPage):
        await choose_payer(form, portal, query)
    await search(form, query)
    match await portal.landed_on(ClassicListPage if classic else NewListPage, *CLAIM_REFUSALS):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await claim_refusal(refused)


async def choose_payer(form: NewSearchPage, portal: Portal, query: ClaimStatusQuery) -> None:
    if query.provider_npi is None:
        raise RequestInvalid("Availity asks for the provider: give a provider_npi.", field="provider_npi")
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.provider.choose(query.provider_npi)


async def search(form: SearchForm, query: ClaimStatusQuery) -> None:
    if query.claim_number is not None:
        await form.by_number.click()
        await form.fill(claim_number=query.claim_number.reveal())
    elif query.member_id and query.birth_date and query.from_date and query.to_date:
        await form.by_member.click()
        await form.fill(
            member_id=query.member_id.reveal(),
            birth_date=f"{query.birth_date.reveal():%m/%d/%Y}",
            from_date=f"{query.from_date:%m/%d/%Y}",
            to_date=f"{query.to_date:%m/%d/%Y}",
        )
    await form.submit.click()


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> ClaimStatusAnswer:
    """Page by page. The list also has longer numbers that begin with the one asked for: those are not the claim."""
    wanted = query.claim_number and query.claim_number.reveal().strip().upper()
    notice = await listed.notice.text_or_none()
    claims: list[Claim] = []
    seen = 0
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.claims):
            if wanted is None or row.claim_number == wanted:
                await listed.click_in("claims", place, "open")
                claims.append(await detail(portal, query, row))
        seen += len(rows.claims)
        if not rows.claims:
            raise PortalChanged(listed.page_name, "claims", detail="the list counts more rows than it shows")
        if seen >= rows.total:
            break
        await listed.next_page.click()
        listed = await portal.landed_on(type(listed))
    if not claims:
        return ClaimNotFound()
    in_order = tuple(sorted(claims, key=lambda claim: claim.claim_number))
    return Claims(claims=in_order, notes=(notice,) if notice else ())


async def detail(portal: Portal, query: ClaimStatusQuery, row: Listed) -> Claim:
    about = {
        "claim_number": row.claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    match await portal.landed_on(NewDetailPage, ClassicDetailPage, about=about):
        case NewDetailPage() as page:
            claim = await page.claim(row)
        case ClassicDetailPage() as page:
            claim = await page.read()
    if claim.category_code is None or (claim.category_code.startswith("F") and not claim.lines):
        raise PortalChanged(page.page_name, "lines", detail="a finalized claim without lines")
    await page.back.click()
    return claim.model_copy(update={"lifecycle": Lifecycle.of_category(claim.category_code)})
