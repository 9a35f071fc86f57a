"""Appeals: a form in three steps that is sent back each time, one document with each; followed by the inquiry."""

from bots.portal import Portal
from core.capabilities.appeals import Appeal, Appeals, AppealsAnswer, AppealsQuery
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, SubmissionAnswer
from payers.medicaid_forms.docket import (
    DocketPage,
    FiledPage,
    FindPage,
    InquiryDownPage,
    InquiryPage,
    NoClaimPage,
    NoDocketPage,
    NotHeardPage,
    NotTakenPage,
    PendingPage,
    ReviewPage,
    StatementPage,
)
from payers.shapes.filings import filed
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.submissions import about, check_attached, printed


async def find_appeals(portal: Portal, query: AppealsQuery) -> AppealsAnswer:
    form = await portal.go(InquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(claim_number=typed(query.claim_number))
    await form.submit.click()
    match await portal.landed_on(DocketPage, NoDocketPage, InquiryDownPage, about=about(query, page=1)):
        case DocketPage() as listed:
            return Appeals.of(await filed(portal, listed, query), query)
        case NoDocketPage():
            return Appeals.of([], query)
        case refused:
            return await refused.answer()


async def submit_appeal(portal: Portal, appeal: Appeal) -> SubmissionAnswer:
    form = await portal.go(FindPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(claim_number=typed(appeal.claim_number))
    await form.find.click()
    match await portal.landed_on(StatementPage, NotHeardPage, NoClaimPage, about=about(appeal, documents=0)):
        case StatementPage() as statement:
            return await state(portal, appeal, statement)
        case refused:
            return await refused.answer()


async def state(portal: Portal, appeal: Appeal, form: StatementPage) -> Confirmed | Refused | AlreadyFiled:
    for count, file in enumerate(appeal.files, start=1):
        await form.document.upload(file)
        await form.attach.click()
        attached = await portal.landed_on(StatementPage, NotTakenPage, about=about(appeal, documents=count))
        if isinstance(attached, NotTakenPage):
            return await attached.answer()
        form = attached
    await form.kind.pick(printed(portal, "appeal_kind", appeal.kind))
    await form.fill(
        reason=printed(portal, "appeal_reason", appeal.reason),
        contact_name=typed(appeal.contact_name),
        contact_phone=typed(appeal.contact_phone),
        narrative=typed(appeal.narrative),
    )
    await form.forward.click()
    review = await portal.landed_on(ReviewPage, NotTakenPage, about=about(appeal))
    if isinstance(review, NotTakenPage):
        return await review.answer()
    check_attached(review, appeal, (await review.read()).documents)
    match await review.send.send(FiledPage, PendingPage):
        case answered:
            return await answered.read()
