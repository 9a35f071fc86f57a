"""Financial reports: a list of all that UCare still keeps, for a Financial User who works for the primary Tax ID."""

from datetime import date

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from core.capabilities.common import NotAuthorised
from core.capabilities.documents import Category, Documents, DocumentsAnswer, DocumentsQuery, KeptBy, ListedDocument
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record
from core.errors import RequestInvalid
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage, RefusalPage
from payers.ucare.menu import MenuPage

FOLDER = "Financial reports"


class PrimaryOnlyPage(RefusalPage[NotAuthorised], page="primary_only"):
    """The account works for another of its Tax IDs."""

    means = NotAuthorised


class Report(Record):
    title: str
    posted_on: date


class Reports(Record):
    reports: tuple[Report, ...]
    total: int


class ReportRow(Part[Report]):
    title = Field(text)
    posted_on = Field(us_date)
    open = Element()


class ReportsPage(PagedPage[Reports], page="reports"):
    """Fifteen reports a page, the newest first."""

    page_number = Field(integer, identifies="page")
    reports = Rows(ReportRow)
    total = Field(integer)


async def pull_documents(portal: Portal, query: DocumentsQuery) -> DocumentsAnswer:
    if query.category not in {None, Category.FINANCIAL_REPORT}:
        raise RequestInvalid(f"UCare keeps documents of one category: {Category.FINANCIAL_REPORT}.", field="category")
    await (await portal.go(MenuPage)).financial_reports.click()
    listed = await portal.landed_on(ReportsPage, AccessDeniedPage, PrimaryOnlyPage, NoAnswerNowPage, about={"page": 1})
    match listed:
        case ReportsPage():
            lost = portal.definition.manifest.forgotten("documents", query.from_date)
            return Documents.of(await walk(portal, query, listed), *lost)
        case refused:
            return await refused.answer()


async def walk(portal: Portal, query: DocumentsQuery, listed: ReportsPage) -> list[ListedDocument]:
    """To the last page: nothing says by what the list is sorted."""
    found: list[ListedDocument] = []
    async for page, shown, _ in each_page(portal, listed, "reports", {}):
        for place, row in enumerate(shown.reports):
            if query.from_date <= row.posted_on <= query.to_date:
                found.append(await taken(portal, page, place, row))
    return found


async def taken(portal: Portal, listed: Page, place: int, row: Report) -> ListedDocument:
    file = await listed.deliver_in("reports", place, "open")
    kept = portal.definition.manifest.keeps("documents")
    return ListedDocument(
        title=row.title,
        category=Category.FINANCIAL_REPORT,
        folder=FOLDER,
        posted_on=row.posted_on,
        kept_until=kept.until(row.posted_on) if kept else None,
        kept_by=KeptBy.MANIFEST if kept else None,
        document=file.document(DocumentKind.LISTED),
    )
