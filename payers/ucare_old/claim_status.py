"""Claim status in the older portal: a list, and back and forth between it and each claim that is the one asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.errors import PortalChanged
from payers.ucare_old.claims import DetailPage, ListPage
from payers.ucare_old.refusals import CLAIM_REFUSALS, AccessDeniedPage, MovedPage, claim_refusal, denied


class ClaimInquiryPage(Page, page="claim_inquiry"):
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await portal.go(ClaimInquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    about = criteria(query)
    await inquire(form, about)
    match await portal.landed_on(ListPage, MovedPage, *CLAIM_REFUSALS, about=about | {"page": 1}):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await claim_refusal(refused)


async def inquire(form: ClaimInquiryPage, about: dict[str, object]) -> None:
    """Each field is filled: the form comes back with what was typed before."""
    names = ("claim_number", "member_id", "birth_date", "from_date", "to_date")
    await form.fill(**{name: printed(about.get(name)) for name in names})
    await form.submit.click()


def printed(value: object) -> str:
    return f"{value:%m/%d/%Y}" if hasattr(value, "strftime") else str(value or "")


def criteria(query: ClaimStatusQuery) -> dict[str, object]:
    """What is asked by, and what the list must say that it was searched by."""
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
    about = criteria(query)
    claims: list[Claim] = []
    seen, page = 0, 1
    while True:
        rows = await listed.read()
        if not rows.claims:
            raise PortalChanged(listed.page_name, "claims", detail="the list counts more rows than it shows")
        for place, row in enumerate(rows.claims):
            if wanted is None or row.claim_number == wanted:
                await listed.click_in("claims", place, "open")
                claims.append(await detail(portal, query, row.claim_number))
                listed = await portal.landed_on(ListPage, about=about | {"page": page})
        seen += len(rows.claims)
        if seen >= rows.total:
            break
        page += 1
        await listed.next_page.click()
        listed = await portal.landed_on(ListPage, about=about | {"page": page})
    if not claims:
        return ClaimNotFound()
    return Claims(claims=tuple(sorted(claims, key=lambda claim: claim.claim_number)))


async def detail(portal: Portal, query: ClaimStatusQuery, claim_number: str) -> Claim:
    about = {
        "claim_number": claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    page = await portal.landed_on(DetailPage, about=about)
    claim = await page.read()
    if claim.category_code is None or (claim.category_code.startswith("F") and not claim.lines):
        raise PortalChanged(page.page_name, "lines", detail="a finalized claim without lines")
    await page.back.click()
    return claim.model_copy(update={"lifecycle": Lifecycle.of_category(claim.category_code)})
