"""Claim status: the response to a request lists claims; each that is really asked for is opened, read and left."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimStatusAnswer, ClaimStatusQuery
from payers.medicaid_forms.claims import DetailPage, ListPage
from payers.medicaid_forms.refusals import CLAIM_REFUSALS
from payers.medicaid_forms.requests import RequestPage, padded, responded, with_provider
from payers.shapes.claim_status import CRITERIA, answer, checked, opened, searched_by, typed_criteria, walk
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
    listed = await portal.landed_on(ListPage, *CLAIM_REFUSALS, about=about)
    if not isinstance(listed, ListPage):
        return await listed.answer()
    claims: list[Claim] = []
    async for row in walk(portal, query, listed, comes_back=True, reference=reference):
        detail = await portal.landed_on(DetailPage, about=opened(query, row) | {"reference": reference})
        claims.append(checked(detail, await detail.read(), row))
        await detail.back.click()
    return answer(claims)
