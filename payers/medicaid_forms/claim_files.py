"""Files of claims: uploaded in two steps, the second of which transmits; followed in the history of transfers."""

from bots.portal import Portal
from core.capabilities.claim_files import ClaimFile, ClaimFiles, ClaimFilesAnswer, ClaimFilesQuery
from core.capabilities.submissions import SubmissionAnswer
from payers.medicaid_forms.exchange import (
    HistoryDownPage,
    HistoryPage,
    HistorySearchPage,
    NoHistoryPage,
    UploadPage,
)
from payers.shapes.claim_files import LANDINGS, filed, searched_by, send_checked
from payers.shapes.refusals import AccessDeniedPage


async def find_claim_files(portal: Portal, query: ClaimFilesQuery) -> ClaimFilesAnswer:
    form = await portal.go(HistorySearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(control_number=query.control_number)
    await form.submit.click()
    match await portal.landed_on(HistoryPage, NoHistoryPage, HistoryDownPage, about=searched_by(query, page=1)):
        case HistoryPage() as listed:
            return ClaimFiles.of(await filed(portal, listed, query), query)
        case NoHistoryPage():
            return ClaimFiles.of([], query)
        case refused:
            return await refused.answer()


async def submit_claim_file(portal: Portal, file: ClaimFile) -> SubmissionAnswer:
    form = await portal.go(UploadPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.file.upload(*file.files)
    await form.verify.click()
    return await send_checked(portal, file, LANDINGS)
