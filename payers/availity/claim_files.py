"""Files of claims: shown before they are sent by Send EDI Files; followed by Receive EDI Files, payer by payer."""

from bots.portal import Portal
from core.capabilities.claim_files import ClaimFile, ClaimFiles, ClaimFilesAnswer, ClaimFilesQuery, FiledClaimFile
from core.capabilities.submissions import SubmissionAnswer
from core.errors import PortalChanged
from payers.availity.edi import (
    CheckPage,
    KnownPage,
    NotTakenPage,
    SearchPage,
    SendPage,
    SentPage,
    TransmissionsPage,
)
from payers.shapes.claim_files import filed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage


async def find_claim_files(portal: Portal, query: ClaimFilesQuery) -> ClaimFilesAnswer:
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.fill(control_number=query.control_number)
    await form.submit.click()
    about: dict[str, object] = {"control_number": query.control_number}
    listed = await portal.landed_on(TransmissionsPage, NoAnswerNowPage, about=about)
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    found: list[FiledClaimFile] = []
    while True:
        rows = await listed.read()
        found += await filed(listed, "files", rows.files, query)
        if len(found) >= (rows.total or 0):
            return ClaimFiles.of(found, query)
        if not rows.files:
            raise PortalChanged(listed.page_name, "files", detail="the list counts more rows than it shows")
        await listed.next_page.click()
        listed = await portal.landed_on(TransmissionsPage, about=about | {"first": len(found) + 1})


async def submit_claim_file(portal: Portal, file: ClaimFile) -> SubmissionAnswer:
    form = await portal.go(SendPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.file.upload(*file.files)
    about = {"sender": file.sender, "control_number": file.control_number, "claims": file.claims}
    checked = await portal.landed_on(CheckPage, NotTakenPage, about=about)
    if isinstance(checked, NotTakenPage):
        return await checked.answer()
    if (await checked.read()).file_name != file.files[0].name:
        raise PortalChanged(checked.page_name, "file_name", detail="not the file that was handed over")
    match await checked.send.send(SentPage, KnownPage, about=about):
        case answered:
            return await answered.read()
