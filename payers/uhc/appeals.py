"""Disputes: sent from the claim by Act on a Claim, once its button is not grey; followed as tickets in TrackIt."""

from bots.portal import Portal
from core.capabilities.appeals import Appeal, Appeals, AppealsAnswer, AppealsQuery
from core.capabilities.claim_status import ClaimNotFound
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, SubmissionAnswer
from core.errors import PortalChanged
from payers.shapes.filings import the_claim
from payers.shapes.lists import whole
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, ClaimNotFoundPage, NoAnswerNowPage, ProviderNotOnFilePage
from payers.shapes.submissions import about, printed
from payers.uhc.handing_in import sent
from payers.uhc.letters import with_letters
from payers.uhc.tickets import (
    ActOnClaimPage,
    FindClaimPage,
    FoundClaimsPage,
    ReceivedPage,
    RequestPage,
    ReviewPage,
    TicketsPage,
    TrackItPage,
)


async def find_appeals(portal: Portal, query: AppealsQuery) -> AppealsAnswer:
    form = await portal.go(TrackItPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(claim_number=typed(query.claim_number))
    await form.submit.click()
    match await portal.landed_on(TicketsPage, NoAnswerNowPage, about=about(query)):
        case TicketsPage() as listed:
            tickets = (await whole(portal, listed, "tickets")).tickets
            return Appeals.of(await with_letters(portal, [each.filed() for each in tickets], query), query)
        case refused:
            return await refused.answer()


async def submit_appeal(portal: Portal, appeal: Appeal) -> SubmissionAnswer:
    form = await portal.go(FindClaimPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.search_type.choose("Claim number")
    await form.fill(claim_number=typed(appeal.claim_number))
    await form.submit.click()
    match await portal.landed_on(
        FoundClaimsPage, ClaimNotFoundPage, ProviderNotOnFilePage, NoAnswerNowPage, about=about(appeal)
    ):
        case FoundClaimsPage() as listed:
            return await act(portal, appeal, listed)
        case refused:
            return await refused.answer()


async def act(portal: Portal, appeal: Appeal, listed: FoundClaimsPage) -> SubmissionAnswer:
    place = the_claim(listed, (await whole(portal, listed, "claims")).claims, appeal)
    if place is None:
        return ClaimNotFound()
    await listed.click_in("claims", place, "open")
    claim = await portal.landed_on(ActOnClaimPage, about=about(appeal))
    actions = [(place, each) for place, each in enumerate((await claim.read()).actions) if each.kind == appeal.kind]
    if len(actions) != 1:
        raise PortalChanged(claim.page_name, "actions", detail="not one of this kind")
    ((place, action),) = actions
    if action.closed is not None:
        return Refused(message=action.closed)
    await claim.click_in("actions", place, "open")
    return await fill(portal, appeal, await portal.landed_on(RequestPage))


async def fill(portal: Portal, appeal: Appeal, request: RequestPage) -> Confirmed | Refused | AlreadyFiled:
    await request.reason.choose(printed(portal, "appeal_reason", appeal.reason))
    await request.fill(
        contact_name=typed(appeal.contact_name),
        contact_phone=typed(appeal.contact_phone),
        narrative=typed(appeal.narrative),
    )
    return await sent(portal, request, appeal, ReviewPage, ReceivedPage)
