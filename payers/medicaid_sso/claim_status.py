"""Claim status: search by number or recipient, go through every page of the list, open each claim asked for."""

from collections.abc import AsyncIterator

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.errors import PortalChanged, RequestInvalid
from payers.medicaid_sso.claims import DetailPage, LinesPage, ListPage
from payers.medicaid_sso.refusals import CLAIM_REFUSALS, AccessDeniedPage, claim_refusal, denied

DECIDED = {Lifecycle.PAID, Lifecycle.DENIED, Lifecycle.FINALIZED_NO_PAYMENT}


class SearchPage(Page, page="claim_search"):
    provider = Element()
    location = Element()
    taxonomy = Element()
    by = Element()
    number = Element()
    recipient_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    if query.provider_npi is None:
        raise RequestInvalid("Franklin Medicaid asks for the provider: give a provider_npi.", field="provider_npi")
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await search(form, query)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=criteria(query, page=1)):
        case ListPage() as listed:
            claims = [claim async for claim in walk(portal, query, listed)]
            in_order = tuple(sorted(claims, key=lambda claim: claim.claim_number))
            return Claims(claims=in_order) if claims else ClaimNotFound()
        case refused:
            return await claim_refusal(refused)


async def search(form: SearchPage, query: ClaimStatusQuery) -> None:
    by, what = "ICN", {}
    if query.claim_number is not None:
        what = {"number": query.claim_number.reveal()}
    elif query.member_id and query.birth_date and query.from_date and query.to_date:
        by = "Recipient and dates of service"
        what = {
            "recipient_id": query.member_id.reveal(),
            "birth_date": f"{query.birth_date.reveal():%m/%d/%Y}",
            "from_date": f"{query.from_date:%m/%d/%Y}",
            "to_date": f"{query.to_date:%m/%d/%Y}",
        }
    await form.choose(provider=query.provider_npi or "", location="(primary)", taxonomy="(primary)", by=by)
    await form.fill(**what)
    await form.submit.click()


def criteria(query: ClaimStatusQuery, *, page: int) -> dict[str, object]:
    """What the list says it was searched by, and which page of it this is: the one before stays on the screen."""
    if query.claim_number is not None:
        return {"claim_number": query.claim_number.reveal(), "page": page}
    return {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "from_date": query.from_date,
        "to_date": query.to_date,
        "page": page,
    }


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> AsyncIterator[Claim]:
    wanted = query.claim_number and query.claim_number.reveal().strip().upper()
    seen = 0
    while True:
        found = await listed.read()
        seen += len(found.claims)
        for place, row in enumerate(found.claims):
            if wanted is None or row.claim_number == wanted:
                await listed.click_in("claims", place, "open")
                yield await detail(portal, query, row.claim_number)
                listed = await portal.landed_on(ListPage, about=criteria(query, page=found.page))
        if found.page == found.pages:
            break
        await listed.next.click()
        listed = await portal.landed_on(ListPage, about=criteria(query, page=found.page + 1))
    if seen != found.total:
        raise PortalChanged(listed.page_name, "claims", detail="the list counts other rows than it shows")


async def detail(portal: Portal, query: ClaimStatusQuery, claim_number: str) -> Claim:
    about = {
        "claim_number": claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    page = await portal.landed_on(DetailPage, about=about)
    found = await page.read()
    await page.lines_tab.click()
    shown = await (await portal.landed_on(LinesPage, about={"claim_number": claim_number})).read()
    if found.lifecycle in DECIDED and not shown.lines:
        raise PortalChanged(page.page_name, "lines_tab", detail="a decided claim without lines")
    await page.back.click()
    return found.model_copy(update={"lines": shown.merged()})
