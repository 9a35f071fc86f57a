"""What the older portal states of claims: rows of a list, and a page for each."""

from bots.page import Element, Rows
from core.capabilities.claim_status import Claim
from payers.shapes.claims import Coded, FullDetailPage, FullLineRow, PagedListPage, Paid, StatedRow


class ListPage(PagedListPage, page="claims"):
    """Below the form."""

    claims = Rows(StatedRow)


class DetailPage(FullDetailPage[Claim], Coded[Claim], Paid[Claim], page="detail"):
    lines = Rows(FullLineRow)
    back = Element()
