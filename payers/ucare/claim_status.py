"""Claim status: find by number or member, walk the list, open each claim that is really the one asked for."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.capabilities.common import NotAuthorised
from core.errors import PortalChanged
from payers.ucare.claims import DetailPage, ListPage
from payers.ucare.practice import ToolPage, opened
from payers.ucare.refusals import CLAIM_REFUSALS, claim_refusal


class FindPage(ToolPage, page="find"):
    by_number = Element()
    by_member = Element()
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    form = await opened(portal, FindPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    await find(form, query)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=criteria(query, page=1)):
        case ListPage() as listed:
            return await walk(portal, query, listed)
        case refused:
            return await claim_refusal(refused)


async def find(form: FindPage, query: ClaimStatusQuery) -> None:
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


def criteria(query: ClaimStatusQuery, *, page: int) -> dict[str, object]:
    """What the list says it was searched by. The list of the search before stays on the screen for a while."""
    if query.claim_number is not None:
        return {"page": page, "claim_number": query.claim_number.reveal()}
    return {
        "page": page,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "from_date": query.from_date,
        "to_date": query.to_date,
    }


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage) -> ClaimStatusAnswer:
    wanted = query.claim_number and query.claim_number.reveal().strip().upper()
    notice = await listed.notice.text_or_none()
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
        seen += len(rows.claims)
        if seen >= rows.total:
            break
        page += 1
        await listed.next_page.click()
        listed = await portal.landed_on(ListPage, about=criteria(query, page=page))
    if not claims:
        return ClaimNotFound()
    in_order = tuple(sorted(claims, key=lambda claim: claim.claim_number))
    return Claims(claims=in_order, notes=(notice,) if notice else ())


async def detail(portal: Portal, query: ClaimStatusQuery, claim_number: str) -> Claim:
    about = {
        "claim_number": claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    panel = await portal.landed_on(DetailPage, about=about)
    await panel.folds.click_each()
    found = await panel.read()
    if found.category_code is None or (found.category_code.startswith("F") and not found.lines):
        raise PortalChanged(panel.page_name, "lines", detail="a finalized claim without lines")
    values = {name: value for name, value in found if name in Claim.model_fields}
    payment = dict(found.payment) if found.payment else {}
    return Claim(**{**values, **payment, "lifecycle": Lifecycle.of_category(found.category_code)})
