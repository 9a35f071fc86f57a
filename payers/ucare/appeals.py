"""Reconsiderations: sent from the panel of a paid claim by a form in its own window; followed in their list."""

from bots.portal import Portal
from core.capabilities.appeals import Appeal, AppealKind, Appeals, AppealsAnswer, AppealsQuery
from core.capabilities.claim_status import ClaimNotFound, ClaimStatusQuery
from core.capabilities.common import NotAuthorised
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, SubmissionAnswer
from core.errors import PortalChanged, RequestInvalid
from payers.shapes.claim_status import searched_by, typed_criteria, walk
from payers.shapes.filings import filed
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, ClaimNotFoundPage, NoAnswerNowPage, ProviderNotOnFilePage
from payers.shapes.submissions import about, printed
from payers.ucare import practice
from payers.ucare.claim_status import FindPage
from payers.ucare.claims import ListPage
from payers.ucare.reconsiderations import (
    FiledPage,
    FormPage,
    NoneFiledPage,
    NotTakenPage,
    PanelPage,
    ReconsiderationsPage,
    SentBeforePage,
    ThanksPage,
)


async def find_appeals(portal: Portal, query: AppealsQuery) -> AppealsAnswer:
    form = await portal.go(ReconsiderationsPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(claim_number=typed(query.claim_number))
    await form.submit.click()
    match await portal.landed_on(FiledPage, NoneFiledPage, NoAnswerNowPage, about=about(query, page=1)):
        case FiledPage() as listed:
            return Appeals.of(await filed(portal, listed, query), query)
        case NoneFiledPage():
            return Appeals.of([], query)
        case refused:
            return await refused.answer()


async def submit_appeal(portal: Portal, appeal: Appeal) -> SubmissionAnswer:
    if appeal.kind is not AppealKind.RECONSIDERATION:
        raise RequestInvalid("UCare's portal takes reconsiderations alone.", field="kind")
    form = await practice.opened(portal, FindPage, appeal.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    claim = ClaimStatusQuery(claim_number=appeal.claim_number)
    await form.by_number.click()
    await form.fill(**typed_criteria(claim))
    await form.submit.click()
    listed = await portal.landed_on(
        ListPage, ClaimNotFoundPage, ProviderNotOnFilePage, NoAnswerNowPage, about=searched_by(claim, page=1)
    )
    if not isinstance(listed, ListPage):
        return await listed.answer()
    async for _ in walk(portal, claim, listed, comes_back=False):
        return await send(portal, appeal, await portal.landed_on(PanelPage, about=about(appeal)))
    return ClaimNotFound()


async def send(portal: Portal, appeal: Appeal, panel: PanelPage) -> Confirmed | Refused | AlreadyFiled:
    found = await panel.read()
    if found.form is None:
        if found.paid:
            raise PortalChanged(panel.page_name, "form", detail="a paid claim without the form")
        return Refused(message=f"UCare has its form for paid claims alone; this one's status is “{found.status_text}”.")
    await panel.open.click()
    form = await portal.landed_on(FormPage)
    await form.fill(
        contact_name=typed(appeal.contact_name),
        contact_phone=typed(appeal.contact_phone),
        reason=printed(portal, "appeal_reason", appeal.reason),
        narrative=typed(appeal.narrative),
    )
    if (await form.read()).chosen != appeal.reason:
        raise PortalChanged(form.page_name, "chosen", detail="another reason than was chosen")
    await form.documents.upload(*appeal.files)
    await form.statement.click()
    match await form.send.send(ThanksPage, SentBeforePage, NotTakenPage):
        case NotTakenPage() as wrong:
            return await wrong.answer()
        case answered:
            return await answered.read()
