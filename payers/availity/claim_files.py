"""Files of claims: shown before they are sent by Send EDI Files; followed by Receive EDI Files, payer by payer."""

from bots.portal import Portal
from core.capabilities.claim_files import ClaimFile, ClaimFiles, ClaimFilesAnswer, ClaimFilesQuery
from core.capabilities.submissions import SubmissionAnswer
from payers.availity.edi import SearchPage, SendPage, TransmissionsPage
from payers.shapes.claim_files import LANDINGS, filed, searched_by, send_checked
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage


async def find_claim_files(portal: Portal, query: ClaimFilesQuery) -> ClaimFilesAnswer:
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.fill(control_number=query.control_number)
    await form.submit.click()
    match await portal.landed_on(TransmissionsPage, NoAnswerNowPage, about=searched_by(query)):
        case TransmissionsPage() as listed:
            return ClaimFiles.of(await filed(portal, listed, query), query)
        case refused:
            return await refused.answer()


async def submit_claim_file(portal: Portal, file: ClaimFile) -> SubmissionAnswer:
    form = await portal.go(SendPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.file.upload(*file.files)
    return await send_checked(portal, file, LANDINGS)
