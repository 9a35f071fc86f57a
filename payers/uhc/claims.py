"""What the portal states of claims: list rows, and a detail of several cards."""

from bots.page import Element, Field, One, Part, Rows
from bots.parse import text
from core.capabilities.claim_status import Adjustment, Claim
from core.capabilities.record import Record
from payers.shapes.claims import (
    LIFECYCLE,
    AdjustmentItem,
    FullDetailPage,
    LineRow,
    ListedClaims,
    PaidRow,
    Payment,
    PaymentCard,
    Reasons,
    SearchedListPage,
    claim,
    explained,
)
from payers.shapes.lists import GrowingPage


class ListPage(SearchedListPage, GrowingPage[ListedClaims], page="claims"):
    claims = Rows(PaidRow)
    notice = Element()


class Remark(Record):
    code: str


class RemarkItem(Part[Remark]):
    code = Field(text)


class Opened(Record):
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[Remark, ...]


class OpenedRow(Part[Opened]):
    """The row that opens under a line."""

    adjustments = Rows(AdjustmentItem)
    remarks = Rows(RemarkItem)


class ClaimInCards(Claim):
    payment: Payment | None
    reasons: tuple[Opened, ...]


class DetailPage(FullDetailPage[ClaimInCards], page="detail"):
    """Here when the last of its cards has loaded; its accordions are closed then. It prints no codes of X12."""

    lifecycle = Field(LIFECYCLE)
    payment = One(PaymentCard)
    lines = Rows(LineRow)
    reasons = Rows(OpenedRow, absent=True)
    accordions = Element()
    expanders = Element()
    back = Element()

    async def claim(self) -> Claim:
        await self.accordions.click_each()
        await self.expanders.click_each()
        found = await self.read()
        reasons = [
            Reasons(adjustments=each.adjustments, remark_codes=tuple(remark.code for remark in each.remarks))
            for each in found.reasons
        ]
        return claim(found, payment=found.payment, lines=explained(self, found.lines, reasons))
