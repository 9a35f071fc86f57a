"""UnitedHealthcare's decisions on disputes: its portal has them in the Document Library alone, by ticket number."""

from collections.abc import Sequence
from datetime import timedelta

from bots.portal import Portal
from core.capabilities.appeals import AppealsQuery, FiledAppeal
from core.capabilities.documents import Category
from core.capabilities.files import DocumentKind
from payers.shapes.lists import whole
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.uhc.library import FOLDERS, FoundPage, LibraryPage

POSTED_WITHIN = timedelta(days=14)
"""Of the decision. Documented is a day; a letter that comes later is found by whoever asks the library itself."""


async def with_letters(portal: Portal, filed: Sequence[FiledAppeal], query: AppealsQuery) -> list[FiledAppeal]:
    """An account that may not use the library learns of decisions all the same."""
    if not query.letters:
        return list(filed)
    return [await _with_letter(portal, each) if query.means(each.claim_number, each.kind) else each for each in filed]


async def _with_letter(portal: Portal, filed: FiledAppeal) -> FiledAppeal:
    decided_on = filed.decided_on
    if decided_on is None:
        return filed
    form = await portal.go(LibraryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return filed
    folder, last = FOLDERS[Category.APPEAL], decided_on + POSTED_WITHIN
    await form.folder.choose(folder)
    await form.fill(from_date=f"{decided_on:%m/%d/%Y}", to_date=f"{last:%m/%d/%Y}")
    await form.search.click()
    about = {"folder": folder, "from_date": decided_on, "to_date": last}
    listed = await portal.landed_on(FoundPage, NoAnswerNowPage, about=about)
    if isinstance(listed, NoAnswerNowPage):
        return filed
    for place, row in enumerate((await whole(portal, listed, "documents")).documents):
        if filed.number in row.title.split():
            letter = await listed.deliver_in("documents", place, "download")
            return filed.model_copy(update={"letter": letter.document(DocumentKind.LETTER)})
    return filed
