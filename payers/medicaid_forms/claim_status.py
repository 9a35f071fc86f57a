"""Claim status: the response to a request lists claims; each that is really asked for is opened, read and left."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from core.errors import PortalChanged
from payers.medicaid_forms.claims import DetailPage, ListPage
from payers.medicaid_forms.refusals import CLAIM_REFUSALS
from payers.medicaid_forms.requests import RequestPage, padded, responded, with_provider
from payers.shapes.claim_status import CRITERIA, answer, check_lines, meant, opened, searched_by, typed_criteria
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage


class ClaimRequestPage(RequestPage, page="claim_request"):
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    query, npi = padded(query), provider(portal, query.provider_npi)
    form = await portal.go(ClaimRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    form = await with_provider(portal, form, npi)
    await form.fill(**dict.fromkeys(CRITERIA, "") | typed_criteria(query))
    reference = await responded(portal, form)
    about = searched_by(query, reference=reference, page=1)
    match await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=about):
        case ListPage() as listed:
            return await walk(portal, query, listed, reference)
        case refused:
            return await refused.answer()


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ListPage, reference: str) -> ClaimStatusAnswer:
    claims, seen, page = list[Claim](), 0, 1
    while True:
        rows = await listed.read()
        for place, row in meant(query, rows.claims):
            await listed.click_in("claims", place, "open")
            detail = await portal.landed_on(DetailPage, about=opened(query, row) | {"reference": reference})
            claims.append(await detail.read())
            check_lines(detail, claims[-1])
            await detail.back.click()
            listed = await portal.landed_on(ListPage, about=searched_by(query, reference=reference, page=page))
        seen += len(rows.claims)
        if seen >= rows.total or not rows.claims:
            break
        await listed.next_page.click()
        page += 1
        listed = await portal.landed_on(ListPage, about=searched_by(query, reference=reference, page=page))
    if seen != rows.total:
        raise PortalChanged(listed.page_name, "claims", detail="the list counts other rows than it shows")
    return answer(claims)
