"""Remittances: the mailbox has 835s in one folder and their papers in another. Both are searched, and what they hold of
one payment is put together.
"""

from dataclasses import dataclass, field

from bots.portal import Portal
from core.capabilities.common import NoLongerKept
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, RemittancesAnswer, RemittancesQuery
from core.x12.remittance import with_files
from payers.medicaid_forms.folders import (
    AdvicePage,
    FilesPage,
    FolderDownPage,
    FolderPage,
    FoldersPage,
    NoFilesPage,
    NoProviderPage,
)
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.remittances import FILES, answer, row_proof, searched_by, walk

CRITERIA = ("check_number", "claim_number", "paid_from", "paid_to")


@dataclass
class Filed:
    """What the folders hold of one payment."""

    payment: Payment
    files: list[tuple[DocumentKind, bytes]] = field(default_factory=list)

    def whole(self) -> Payment:
        offers = tuple(kind for kind, _ in self.files)
        return with_files(self.payment.model_copy(update={"offers": offers}), self.files)


async def pull_remittances(portal: Portal, query: RemittancesQuery) -> RemittancesAnswer:
    folders = await portal.go(FoldersPage, AccessDeniedPage)
    if isinstance(folders, AccessDeniedPage):
        return await folders.answer()
    filed: dict[str, Filed] = {}
    lost: tuple[str, ...] = ()
    for kind, link in ((DocumentKind.ERA, folders.electronic), (DocumentKind.EOP, folders.paper)):
        await link.click()
        folder = await portal.landed_on(FolderPage, about={"folder": kind})
        since = (await folder.read()).since
        if query.paid_to is not None and query.paid_to < since:
            return NoLongerKept(kept_from=since)
        if query.paid_from is not None and query.paid_from < since:
            lost = (f"Nothing from before {since} is kept any more.",)
        refused = await gathered(portal, query, folder, kind, filed)
        if refused is not None:
            return await refused.answer()
        await folder.folders.click()
        await portal.landed_on(FoldersPage)
    return answer([each.whole() for each in filed.values()], *lost)


async def gathered(
    portal: Portal, query: RemittancesQuery, folder: FolderPage, kind: DocumentKind, filed: dict[str, Filed]
) -> NoProviderPage | FolderDownPage | None:
    """Puts into `filed` what this folder has of the payments asked for."""
    asked = searched_by(query)
    await folder.fill(**dict.fromkeys(CRITERIA, "") | {name: typed(value) for name, value in asked.items()})
    await folder.submit.click()
    proof = {**asked, "folder": kind}
    match await portal.landed_on(FilesPage, NoFilesPage, NoProviderPage, FolderDownPage, about={**proof, "page": 1}):
        case FilesPage() as listed:
            async for row in walk(portal, query, listed, proof, comes_back=True):
                page = await portal.landed_on(AdvicePage, about={**row_proof(portal, row), "folder": kind})
                this = filed.setdefault(row.number, Filed(await page.read()))
                this.files += [(kind, file.data) for file in await page.file.download(FILES[kind])]
                await page.back.click()
        case NoFilesPage():
            pass
        case refused:
            return refused
    return None
