"""Sentences in red instead of data. One of them means that the newer portal is the one to ask."""

from core.capabilities.common import AskElsewhere
from payers.shapes import refusals
from payers.shapes.refusals import ClaimRefusals, EligibilityRefusals


class AskElsewherePage(refusals.AskElsewherePage):
    """The days asked about lie after the hand-over."""

    async def answer(self) -> AskElsewhere:
        return (await super().answer()).model_copy(update={"portal": "ucare"})


ELIGIBILITY_REFUSALS: EligibilityRefusals = (*refusals.ELIGIBILITY_REFUSALS, AskElsewherePage)
CLAIM_REFUSALS: ClaimRefusals = (*refusals.CLAIM_REFUSALS, AskElsewherePage)
