"""Files of claims: uploaded in two steps, the second of which transmits; followed in the history of transfers."""

from bots.portal import Portal
from core.capabilities.claim_files import ClaimFile, ClaimFiles, ClaimFilesAnswer, ClaimFilesQuery, FiledClaimFile
from core.capabilities.submissions import SubmissionAnswer
from core.errors import PortalChanged
from payers.medicaid_forms.exchange import (
    HistoryDownPage,
    HistoryPage,
    HistorySearchPage,
    KnownPage,
    NoHistoryPage,
    NotTakenPage,
    ReceivedPage,
    UploadPage,
    VerifiedPage,
)
from payers.shapes.claim_files import filed
from payers.shapes.refusals import AccessDeniedPage


async def find_claim_files(portal: Portal, query: ClaimFilesQuery) -> ClaimFilesAnswer:
    form = await portal.go(HistorySearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(control_number=query.control_number)
    await form.submit.click()
    about = {"control_number": query.control_number}
    match await portal.landed_on(HistoryPage, NoHistoryPage, HistoryDownPage, about=about | {"page": 1}):
        case HistoryPage() as listed:
            return ClaimFiles.of(await walk(portal, query, listed), query)
        case NoHistoryPage():
            return ClaimFiles.of([], query)
        case refused:
            return await refused.answer()


async def walk(portal: Portal, query: ClaimFilesQuery, listed: HistoryPage) -> list[FiledClaimFile]:
    found: list[FiledClaimFile] = []
    page = 1
    while True:
        rows = await listed.read()
        found += await filed(listed, "files", rows.files, query)
        if not rows.files or len(found) > rows.total:
            raise PortalChanged(listed.page_name, "files", detail="the list counts other rows than it shows")
        if len(found) == rows.total:
            return found
        page += 1
        await listed.next_page.click()
        listed = await portal.landed_on(HistoryPage, about={"control_number": query.control_number, "page": page})


async def submit_claim_file(portal: Portal, file: ClaimFile) -> SubmissionAnswer:
    form = await portal.go(UploadPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.file.upload(*file.files)
    await form.verify.click()
    about = {"sender": file.sender, "control_number": file.control_number, "claims": file.claims}
    verified = await portal.landed_on(VerifiedPage, NotTakenPage, about=about)
    if isinstance(verified, NotTakenPage):
        return await verified.answer()
    if (await verified.read()).file_name != file.files[0].name:
        raise PortalChanged(verified.page_name, "file_name", detail="not the file that was handed over")
    match await verified.transmit.send(ReceivedPage, KnownPage, about=about):
        case answered:
            return await answered.read()
