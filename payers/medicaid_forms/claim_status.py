"""Claim status: the response to a request lists claims; each that is really asked for is opened, read and left."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusAnswer, ClaimStatusQuery, Lifecycle
from core.errors import PortalChanged
from payers.medicaid_forms.claims import ClaimPage, ClaimsPage
from payers.medicaid_forms.refusals import CLAIM_REFUSALS, AccessDeniedPage, claim_refusal, denied
from payers.medicaid_forms.requests import RequestPage, needed, padded, responded, with_provider

DECIDED = {Lifecycle.PAID, Lifecycle.DENIED, Lifecycle.FINALIZED_NO_PAYMENT}


class ClaimRequestPage(RequestPage, page="claim_request"):
    claim_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()


async def check_claim_status(portal: Portal, query: ClaimStatusQuery) -> ClaimStatusAnswer:
    npi = needed(query.provider_npi)
    form = await portal.go(ClaimRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    form = await with_provider(portal, form, npi)
    await form.fill(**criteria(query))
    reference = await responded(portal, form)
    match await portal.landed_on(ClaimsPage, *CLAIM_REFUSALS, about=proof(query, reference, 1)):
        case ClaimsPage() as listed:
            return await walk(portal, query, listed, reference)
        case refused:
            return await claim_refusal(refused)


def criteria(query: ClaimStatusQuery) -> dict[str, str]:
    """A number alone, or the member with the dates; what is not asked by is blank."""
    if query.claim_number is not None:
        who = dict.fromkeys(("member_id", "birth_date", "from_date", "to_date"), "")
        return who | {"claim_number": query.claim_number.reveal()}
    return {
        "claim_number": "",
        "member_id": padded(query.member_id) or "",
        "birth_date": f"{query.birth_date.reveal():%m/%d/%Y}" if query.birth_date else "",
        "from_date": f"{query.from_date:%m/%d/%Y}",
        "to_date": f"{query.to_date:%m/%d/%Y}",
    }


def proof(query: ClaimStatusQuery, reference: str, page: int) -> dict[str, object]:
    """What the list must say that it is: the response to this request, searched by this, and this page of it."""
    which: dict[str, object] = {"reference": reference, "place": f"{page}"}
    if query.claim_number is not None:
        return which | {"claim_number": query.claim_number.reveal()}
    return which | {
        "member_id": padded(query.member_id),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "from_date": query.from_date,
        "to_date": query.to_date,
    }


async def walk(portal: Portal, query: ClaimStatusQuery, listed: ClaimsPage, reference: str) -> ClaimStatusAnswer:
    wanted = query.claim_number and query.claim_number.reveal().strip().upper()
    claims, seen, page = list[Claim](), 0, 1
    while True:
        rows = await listed.read()
        for place, row in enumerate(rows.claims):
            if wanted is None or row.claim_number == wanted:
                await listed.click_in("claims", place, "details")
                claims.append(await details(portal, query, reference, row.claim_number))
                listed = await portal.landed_on(ClaimsPage, about=proof(query, reference, page))
        seen += len(rows.claims)
        if seen >= rows.total or not rows.claims:
            break
        await listed.more.click()
        page += 1
        listed = await portal.landed_on(ClaimsPage, about=proof(query, reference, page))
    if seen != rows.total:
        raise PortalChanged(listed.page_name, "claims", detail="the list counts other rows than it shows")
    if not claims:
        return ClaimNotFound()
    return Claims(claims=tuple(sorted(claims, key=lambda claim: claim.claim_number)))


async def details(portal: Portal, query: ClaimStatusQuery, reference: str, claim_number: str) -> Claim:
    about = {
        "reference": reference,
        "claim_number": claim_number,
        "member_id": padded(query.member_id),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }
    page = await portal.landed_on(ClaimPage, about=about)
    claim = await page.read()
    if claim.lifecycle in DECIDED and not claim.lines:
        raise PortalChanged(page.page_name, "lines", detail="a decided claim without lines")
    await page.back.click()
    return claim
