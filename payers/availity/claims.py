"""What Availity states of claims: list rows, details and lines in the newer pages and in the classic ones."""

from bots.page import Element, Field, Part, Rows
from bots.parse import code, codes, text, us_date, usd
from bots.words import several, taken
from core.capabilities.claim_status import Adjustment, Claim, Lifecycle
from payers.shapes import claims as shapes
from payers.shapes.claims import AdjustmentItem, Coded, FullLineRow, LineRow, Paid, Reasons, explained
from payers.shapes.lists import PagedPage


def modifiers(printed: str) -> tuple[str, ...]:
    """From "-25-59", what stands behind the code of a procedure."""
    return tuple(filter(None, printed.split("-")))


class ListPage(shapes.ListPage, PagedPage[shapes.ListedClaims]):
    """Claims, ten a page."""

    notice = Element()


class NewListedRow(shapes.StatedRow):
    finalized_on = Field(us_date, optional=True)


class NewListPage(ListPage, page="claims"):
    claims = Rows(NewListedRow)


class ReasonsRow(Part[Reasons]):
    """The row that an expander opens under a line."""

    adjustments = Rows(AdjustmentItem)
    remark_codes = Field(codes, optional=True, blank=())


class NewClaim(Claim):
    reasons: tuple[Reasons, ...]


class NewDetailPage(shapes.DetailPage[NewClaim], Coded[NewClaim], Paid[NewClaim], page="detail"):
    received_on = Field(us_date, optional=True)
    allowed = Field(usd, optional=True)
    lines = Rows(LineRow, absent=True)
    reasons = Rows(ReasonsRow, absent=True)
    expanders = Element()
    back = Element()

    async def claim(self, row: shapes.Listed) -> Claim:
        """With the reasons of its lines, which are folded away at first."""
        await self.expanders.click_each()
        found = await self.read()
        lines = explained(self, found.lines, found.reasons)
        return shapes.claim(found, lines=lines, finalized_on=row.finalized_on)


class ClassicListPage(ListPage, page="classic_claims"):
    """Without the finalized date, which the classic pages state in the detail."""

    claims = Rows(shapes.PaidRow)


class ClassicLineRow(FullLineRow):
    procedure_code = Field(taken("classic_procedure", "code", parse=text), optional=True)
    modifiers = Field(taken("classic_procedure", "modifiers", parse=modifiers), optional=True, blank=())
    adjustments = Field(several("classic_adjustment", Adjustment, amount=usd), optional=True, blank=())


class ClassicDetailPage(shapes.DetailPage[Claim], Paid[Claim], page="classic_detail"):
    lifecycle = Field(taken("classic_codes", "category", parse=Lifecycle.of_category))
    category_code = Field(taken("classic_codes", "category", parse=code))
    status_code = Field(taken("classic_codes", "status", parse=code))
    finalized_on = Field(us_date, optional=True)
    lines = Rows(ClassicLineRow, absent=True)
    back = Element()
