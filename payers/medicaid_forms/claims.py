"""What the portal states of claims: a list in the response, and one claim opened in its place."""

from bots.page import Element, Field, Rows
from bots.parse import text
from core.capabilities.claim_status import Claim
from payers.shapes.claims import (
    FIRST_DAY,
    LAST_DAY,
    Coded,
    FullDetailPage,
    FullLineRow,
    PagedListPage,
    Paid,
    StatedRow,
)


class ListPage(PagedListPage, page="claims"):
    claims = Rows(StatedRow)
    reference = Field(text, identifies="reference")
    searched_from = Field(FIRST_DAY, absent=True, identifies="from_date")
    searched_to = Field(LAST_DAY, absent=True, identifies="to_date")


class DetailPage(FullDetailPage[Claim], Coded[Claim], Paid[Claim], page="detail"):
    reference = Field(text, identifies="reference")
    lines = Rows(FullLineRow)
    back = Element()
