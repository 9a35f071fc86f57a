"""Claim status: search by number or member, show the whole list, open each claim that is really the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.errors import PortalChanged
from payers.uhc.claims import DetailPage, ListedClaims, ListPage
from payers.uhc.refusals import CLAIM_REFUSALS, AccessDeniedPage, claim_refusal, denied

DECIDED = {Lifecycle.PAID, Lifecycle.DENIED, Lifecycle.FINALIZED_NO_PAYMENT}


class SearchPage(Page, page="claim_search"):
    search_type = Element()
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    custom_range = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await search(form, query)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=criteria(query)):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await claim_refusal(refused)


async def search(form: SearchPage, query: ClaimStatusQuery) -> None:
    if query.claim_number is not None:
        await form.search_type.choose("Claim number")
        await form.fill(claim_number=query.claim_number.reveal())
    elif query.member_id and query.birth_date and query.from_date and query.to_date:
        await form.search_type.choose("Member ID & date of birth")
        await form.custom_range.click()
        await form.fill(
            member_id=query.member_id.reveal(),
            birth_date=f"{query.birth_date.reveal():%m/%d/%Y}",
            from_date=f"{query.from_date:%m/%d/%Y}",
            to_date=f"{query.to_date:%m/%d/%Y}",
        )
    await form.submit.click()


def criteria(query: ClaimStatusQuery) -> dict[str, object]:
    """What the list says it was searched by. The list of the search before stays on the screen for a while."""
    if query.claim_number is not None:
        return {"claim_number": query.claim_number.reveal()}
    return {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "from_date": query.from_date,
        "to_date": query.to_date,
    }


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> ClaimStatusAnswer:
    wanted = query.claim_number and query.claim_number.reveal().strip().upper()
    notice = await listed.notice.text_or_none()
    claims = []
    for place, row in enumerate((await whole(portal, listed)).claims):
        if wanted is None or row.claim_number == wanted:
            await listed.click_in("claims", place, "open")
            claims.append(await detail(portal, query, row.claim_number))
    if not claims:
        return ClaimNotFound()
    in_order = tuple(sorted(claims, key=lambda claim: claim.claim_number))
    return Claims(claims=in_order, notes=(notice,) if notice else ())


async def whole(portal: Portal, listed: ListPage) -> ListedClaims:
    rows = await listed.read()
    while len(rows.claims) < rows.total:
        shown = len(rows.claims)
        await listed.more.click()
        rows = await (await portal.landed_on(ListPage)).read()
        if len(rows.claims) <= shown:
            raise PortalChanged(listed.page_name, "claims", detail="the list counts more rows than it shows")
    return rows


async def detail(portal: Portal, query: ClaimStatusQuery, claim_number: str) -> Claim:
    about = {
        "claim_number": claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    page = await portal.landed_on(DetailPage, about=about)
    await page.accordions.click_each()
    await page.expanders.click_each()
    found = await page.read()
    if len(found.lines) != len(found.reasons):
        raise PortalChanged(page.page_name, "reasons", detail="not every line has opened")
    if found.lifecycle in DECIDED and not found.lines:
        raise PortalChanged(page.page_name, "lines", detail="a decided claim without lines")
    await page.back.click()
    lines = tuple(
        line.model_copy(
            update={"adjustments": why.adjustments, "remark_codes": tuple(each.code for each in why.remarks)}
        )
        for line, why in zip(found.lines, found.reasons, strict=True)
    )
    values = {name: value for name, value in found if name in Claim.model_fields}
    return Claim(**{**values, **(dict(found.payment) if found.payment else {}), "lines": lines})
