"""What UnitedHealthcare's Document Library states of documents."""

from datetime import date

from bots.page import Element, Field, ReadsInto, Rows
from bots.parse import integer, one_of, text, us_date
from bots.words import taken
from core.capabilities.documents import Category
from core.capabilities.record import Record
from payers.shapes.documents import Listed, ListedPart
from payers.shapes.lists import GrowingPage

FOLDERS = {
    Category.CLAIM_LETTER: "Claim Letters",
    Category.PRIOR_AUTHORIZATION: "Prior Auth",
    Category.PAYMENT: "Payment Documents",
    Category.APPEAL: "Appeals and Disputes",
    Category.OVERPAYMENT: "Overpayment Documents",
}
EVERY_FOLDER = "All folders"


class Reach(Record):
    earliest: date


class LibraryPage(ReadsInto[Reach], page="library"):
    """Says how far back it can be searched: at most ninety days at a time."""

    earliest = Field(us_date)
    folder = Element()
    from_date = Element()
    to_date = Element()
    search = Element()


class ListedDocuments(Record):
    documents: tuple[Listed, ...]
    total: int


class DocumentItem(ListedPart):
    category = Field(one_of({name: category for category, name in FOLDERS.items()}))


class FoundPage(GrowingPage[ListedDocuments], page="documents"):
    """What the search before found stays until this one has ended."""

    searched_folder = Field(text, identifies="folder")
    searched_from = Field(us_date, identifies="from_date")
    searched_to = Field(us_date, identifies="to_date")
    documents = Rows(DocumentItem)
    total = Field(taken("total", "count", parse=integer))
