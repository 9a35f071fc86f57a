"""Appeals: what the worklist shows of a claim, and the Dispute Claim wizard, which begins at the claim."""

from bots.portal import Portal
from core.capabilities.appeals import Appeal, Appeals, AppealsAnswer, AppealsQuery, FiledAppeal
from core.capabilities.files import DocumentKind
from core.capabilities.submissions import Confirmed
from payers.availity.dispute_worklist import RequestPage, Row, WorklistPage, WorklistSearchPage
from payers.availity.disputed import ClaimPage, NotSent, disputed
from payers.availity.disputes import (
    DetailsPage,
    DuplicatePage,
    KindPage,
    NotAppealablePage,
    NotFinalizedPage,
    ReceivedPage,
    ReviewPage,
)
from payers.availity.handing_in import DocumentsPage, attached
from payers.shapes.lists import each_page
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.shapes.submissions import about, check_attached, printed


async def find_appeals(portal: Portal, query: AppealsQuery) -> AppealsAnswer:
    form = await portal.go(WorklistSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.fill(claim_number=typed(query.claim_number))
    await form.submit.click()
    listed = await portal.landed_on(WorklistPage, NoAnswerNowPage, about=about(query))
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    found: list[FiledAppeal] = []
    async for page, rows, _ in each_page(portal, listed, "requests", about(query)):
        for place, row in enumerate(rows.requests):
            if meant(query, row):
                await page.click_in("requests", place, "open")
                found.append(await opened(portal, query, row))
    return Appeals.of(found, query)


def meant(query: AppealsQuery, row: Row) -> bool:
    """What was begun and not handed in is none."""
    return query.means(row.claim_number, row.kind) and not row.begun


async def opened(portal: Portal, query: AppealsQuery, row: Row) -> FiledAppeal:
    page = await portal.landed_on(RequestPage, about={"claim_number": row.claim_number, "kind": row.kind})
    found = await page.read()
    letter = await page.letter.deliver() if query.letters and found.offered else None
    await page.close.click()
    return FiledAppeal(
        number=found.number,
        claim_number=found.claim_number,
        kind=found.kind,
        submitted_on=found.submitted_on,
        status=found.decision or found.status,
        status_text=found.status_text,
        decided_on=found.decided_on,
        file_names=tuple(each.name for each in found.documents),
        letter=letter.document(DocumentKind.LETTER) if letter else None,
    )


async def submit_appeal(portal: Portal, appeal: Appeal) -> Confirmed | NotSent:
    claim = await disputed(portal, appeal)
    if not isinstance(claim, ClaimPage):
        return claim
    await claim.dispute.click()
    step = await portal.landed_on(KindPage, NotAppealablePage, NotFinalizedPage)
    if not isinstance(step, KindPage):
        return await step.answer()
    await step.kind.pick(printed(portal, "appeal_kind", appeal.kind))
    await step.forward.click()
    details = await portal.landed_on(DetailsPage)
    await details.fill(
        contact_name=typed(appeal.contact_name),
        contact_phone=typed(appeal.contact_phone),
        reason=printed(portal, "appeal_reason", appeal.reason),
        narrative=typed(appeal.narrative),
    )
    await details.forward.click()
    documents = await portal.landed_on(DocumentsPage)
    if (refused := await attached(portal, documents, appeal)) is not None:
        return refused
    review = await portal.landed_on(ReviewPage, about=about(appeal))
    check_attached(review, appeal, (await review.read()).documents)
    await review.certify.click()
    match await review.submit.send(ReceivedPage, DuplicatePage):
        case ReceivedPage() as received:
            return await received.read()
        case duplicate:
            return await duplicate.answer()
