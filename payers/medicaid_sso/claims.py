"""What the portal states of claims: rows page by page, a claim's facts, and its lines behind a tab."""

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import Unreadable, codes, integer, text
from bots.words import taken
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Lifecycle
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.claims import (
    CATEGORY,
    STATUS_CODE,
    AdjustmentItem,
    FullDetailPage,
    LineRow,
    PagedListPage,
    Paid,
    PaidRow,
)


def lifecycle(category: str) -> Lifecycle:
    found = Lifecycle.of_category(category)
    if found is None:
        raise Unreadable("not a category of claim status")
    return found


class ListPage(PagedListPage, page="claims"):
    claims = Rows(PaidRow)


class DetailPage(FullDetailPage[Claim], Paid[Claim], page="detail"):
    lifecycle = Field(taken("category", "code", parse=lifecycle))
    category_code = Field(CATEGORY)
    status_code = Field(STATUS_CODE)
    lines_tab = Element()
    back = Element()


class LineOfTab(LineRow):
    remark_codes = Field(codes, optional=True, blank=())


class LineAdjustment(Record):
    line_number: int
    adjustment: Adjustment


class AdjustmentRow(Part[LineAdjustment]):
    """A table of its own, which names the line that each amount was taken from."""

    line_number = Field(integer)
    adjustment = One(AdjustmentItem)


class Lines(Record):
    lines: tuple[ClaimLine, ...]
    adjustments: tuple[LineAdjustment, ...]

    def merged(self) -> tuple[ClaimLine, ...]:
        """Each line with what was taken from it."""
        by_line: dict[int, list[Adjustment]] = {line.line_number: [] for line in self.lines}
        if any(each.line_number not in by_line for each in self.adjustments) or len(by_line) != len(self.lines):
            raise PortalChanged("lines", "adjustments", detail="lines and adjustments do not fit together")
        for each in self.adjustments:
            by_line[each.line_number].append(each.adjustment)
        return tuple(line.model_copy(update={"adjustments": tuple(by_line[line.line_number])}) for line in self.lines)


class LinesPage(ReadsInto[Lines], page="lines"):
    claim_number = Field(text, identifies="claim_number")
    lines = Rows(LineOfTab)
    adjustments = Rows(AdjustmentRow)
