"""The files of what is sent to payers by one of Availity's wizards: attached all at once, each scanned before it goes
on.
"""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.submissions import Refused, Submission
from payers.shapes.refusals import RefusalPage


class DocumentsPage(Page, page="documents"):
    files = Element()
    forward = Element()


class ScannedPage(Page, page="documents_scanned"):
    """The same step, once everything was looked through for viruses."""


class DocumentRefusedPage(RefusalPage[Refused], page="document_refused"):
    means = Refused


async def attached(portal: Portal, step: DocumentsPage, wanted: Submission) -> Refused | None:
    """Past the step of the files; the payer's word where it does not take one."""
    if wanted.files:
        await step.files.upload(*wanted.files)
        scanned = await portal.landed_on(DocumentRefusedPage, ScannedPage)
        if isinstance(scanned, DocumentRefusedPage):
            return await scanned.answer()
    await step.forward.click()
    return None
