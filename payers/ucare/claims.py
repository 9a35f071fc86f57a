"""What UCare states of claims: rows of a list, and the panel of the claim that was opened."""

from bots.page import Element, Field, One, Rows
from bots.parse import codes
from core.capabilities.claim_status import Claim
from payers.shapes.claims import (
    AdjustmentItem,
    Coded,
    FullDetailPage,
    LineRow,
    PagedListPage,
    PaidRow,
    Payment,
    PaymentCard,
    claim,
)


class ListPage(PagedListPage, page="claims"):
    claims = Rows(PaidRow)
    notice = Element()


class LineOfPanel(LineRow):
    adjustments = Rows(AdjustmentItem)
    remark_codes = Field(codes, optional=True, blank=())


class ClaimInPanel(Claim):
    payment: Payment | None


class DetailPage(FullDetailPage[ClaimInPanel], Coded[ClaimInPanel], page="detail"):
    """Beside the list; the claim that was opened before stays in the panel until this one is there."""

    payment = One(PaymentCard)
    lines = Rows(LineOfPanel)
    folds = Element()

    async def claim(self) -> Claim:
        await self.folds.click_each()
        found = await self.read()
        return claim(found, payment=found.payment)
