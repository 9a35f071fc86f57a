"""Documents: the library is searched in windows of ninety days, and each document that it lists is taken."""

from collections.abc import Iterator
from datetime import date, timedelta

from bots.portal import Portal
from core.capabilities.documents import Documents, DocumentsAnswer, DocumentsQuery, ListedDocument
from core.errors import RequestInvalid
from payers.shapes.documents import downloaded
from payers.shapes.lists import whole
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.uhc.library import EVERY_FOLDER, FOLDERS, FoundPage, LibraryPage

WINDOW = timedelta(days=90)


async def pull_documents(portal: Portal, query: DocumentsQuery) -> DocumentsAnswer:
    if query.category is not None and query.category not in FOLDERS:
        known = ", ".join(FOLDERS)
        raise RequestInvalid(f"UnitedHealthcare's library has no such category; it has {known}.", field="category")
    form = await portal.go(LibraryPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    earliest = (await form.read()).earliest
    if query.to_date < earliest:
        raise RequestInvalid(f"UnitedHealthcare's library goes back to {earliest} only.", field="to_date")
    notes = [f"Nothing from before {earliest} is kept any more."] if query.from_date < earliest else []
    folder = FOLDERS[query.category] if query.category else EVERY_FOLDER
    found: list[ListedDocument] = []
    for first, last in windows(max(query.from_date, earliest), query.to_date):
        await form.folder.choose(folder)
        await form.fill(from_date=f"{first:%m/%d/%Y}", to_date=f"{last:%m/%d/%Y}")
        await form.search.click()
        about = {"folder": folder, "from_date": first, "to_date": last}
        listed = await portal.landed_on(FoundPage, NoAnswerNowPage, about=about)
        if isinstance(listed, NoAnswerNowPage):
            return await listed.answer()
        found += await downloaded(listed, (await whole(portal, listed, "documents")).documents)
    return Documents.of(found, *notes)


def windows(first: date, last: date) -> Iterator[tuple[date, date]]:
    """One after the other, the last as short as it needs to be."""
    while first <= last:
        end = min(first + WINDOW, last)
        yield first, end
        first = end + timedelta(days=1)
