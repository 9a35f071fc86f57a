"""Appeals, and adjustment requests before them: one form, in which each attachment is scanned once it is chosen."""

from bots.portal import Portal
from core.capabilities.appeals import Appeal, Appeals, AppealsAnswer, AppealsQuery
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, SubmissionAnswer
from payers.medicaid_sso.requests import (
    AttachmentsPage,
    FormPage,
    InquiryPage,
    NotHeardPage,
    NotTakenPage,
    OpenAlreadyPage,
    ReceivedPage,
    RequestsPage,
    ReviewPage,
    StartPage,
)
from payers.shapes.filings import filed
from payers.shapes.questions import provider, typed
from payers.shapes.refusals import AccessDeniedPage, ClaimNotFoundPage, NoAnswerNowPage
from payers.shapes.submissions import about, check_attached, printed


async def find_appeals(portal: Portal, query: AppealsQuery) -> AppealsAnswer:
    form = await portal.go(InquiryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(claim_number=typed(query.claim_number))
    await form.submit.click()
    match await portal.landed_on(RequestsPage, NoAnswerNowPage, about=about(query, page=1)):
        case RequestsPage() as listed:
            return Appeals.of(await filed(portal, listed, query), query)
        case refused:
            return await refused.answer()


async def submit_appeal(portal: Portal, appeal: Appeal) -> SubmissionAnswer:
    npi, kind = provider(portal, appeal.provider_npi), printed(portal, "appeal_kind", appeal.kind)
    start = await portal.go(StartPage, AccessDeniedPage)
    if isinstance(start, AccessDeniedPage):
        return await start.answer()
    await start.choose(provider=npi, location="(primary)", kind=kind)
    await start.fill(claim_number=typed(appeal.claim_number))
    await start.submit.click()
    match await portal.landed_on(FormPage, NotHeardPage, ClaimNotFoundPage, NoAnswerNowPage, about=about(appeal)):
        case FormPage() as form:
            return await request(portal, appeal, form)
        case refused:
            return await refused.answer()


async def request(portal: Portal, appeal: Appeal, form: FormPage) -> Confirmed | Refused | AlreadyFiled:
    await form.reason.choose(printed(portal, "appeal_reason", appeal.reason))
    await form.fill(**{name: typed(getattr(appeal, name)) for name in ("contact_name", "contact_phone", "narrative")})
    attachments = await portal.landed_on(AttachmentsPage, about=about(appeal, documents=0))
    for count, file in enumerate(appeal.files, start=1):
        await attachments.document.upload(file)
        scanned = await portal.landed_on(AttachmentsPage, NotTakenPage, about=about(appeal, documents=count))
        if isinstance(scanned, NotTakenPage):
            return await scanned.answer()
        attachments = scanned
    await attachments.forward.click()
    review = await portal.landed_on(ReviewPage, NotTakenPage, about=about(appeal))
    if isinstance(review, NotTakenPage):
        return await review.answer()
    check_attached(review, appeal, (await review.read()).documents)
    match await review.send.send(ReceivedPage, OpenAlreadyPage):
        case answered:
            return await answered.read()
