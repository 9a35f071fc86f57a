"""Documents: letters and statements that take the place of paper, page by page, each with its last day."""

from bots.page import Element, Field, Page, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import taken, word
from core.capabilities.documents import Category, Documents, DocumentsAnswer, DocumentsQuery
from core.capabilities.record import Record
from payers.shapes.documents import Listed, ListedPart, downloaded
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage
from payers.shapes.submissions import printed

EVERY_TYPE = "All documents"


class DocumentSearchPage(Page, page="document_search"):
    category = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


class ListedDocuments(Record):
    documents: tuple[Listed, ...]
    total: int


class DocumentRow(ListedPart):
    category = Field(word("category", Category))


class DocumentsPage(PagedPage[ListedDocuments], page="documents"):
    searched_category = Field(text, identifies="category")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    total = Field(taken("total", "count", parse=integer))
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    documents = Rows(DocumentRow)


async def pull_documents(portal: Portal, query: DocumentsQuery) -> DocumentsAnswer:
    category = printed(portal, "category", query.category) or EVERY_TYPE
    form = await portal.go(DocumentSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.category.choose(category)
    await form.fill(from_date=typed(query.from_date), to_date=typed(query.to_date))
    await form.submit.click()
    about = {"category": category, "from_date": query.from_date, "to_date": query.to_date}
    listed = await portal.landed_on(DocumentsPage, NoAnswerNowPage, about={**about, "page": 1})
    if isinstance(listed, NoAnswerNowPage):
        return await listed.answer()
    pages = each_page(portal, listed, "documents", about)
    found = [each async for page, shown, _ in pages for each in await downloaded(page, shown.documents)]
    return Documents.of(found, *portal.definition.manifest.forgotten("documents", query.from_date))
