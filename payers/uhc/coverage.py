"""What the portal states of a member's coverage: one result page of several cards."""

from bots.page import Element, Field, One, Rows
from bots.parse import text
from core.capabilities.eligibility import Coverage, Plan
from payers.shapes.coverage import (
    MemberFacts,
    OtherPayerRow,
    PlanAccumulators,
    PlanBenefits,
    PlanFacts,
    PrimaryCareFacts,
    ResultPage,
)


class PlanCard(PlanFacts[Plan], PlanBenefits[Plan], PlanAccumulators[Plan]): ...


class CoveragePage(ResultPage[Coverage], page="coverage"):
    """Here when the last of its cards has loaded; its accordions are closed then."""

    covered_service = Field(text, identifies="covered_service")
    member = One(MemberFacts)
    plans = Rows(PlanCard)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)
    accordions = Element()
