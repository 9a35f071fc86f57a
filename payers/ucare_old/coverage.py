"""What the older portal states of a member: everything on one page, in tables within tables."""

from bots.page import Field, One, Rows
from bots.parse import text
from bots.words import taken
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


class PlanTable(PlanFacts[Plan], PlanBenefits[Plan], PlanAccumulators[Plan]): ...


class CoveragePage(ResultPage[Coverage], page="coverage"):
    """Below the form and below whom the office asked for last."""

    covered_service = Field(taken("service", "code", parse=text), identifies="service_type")
    member = One(MemberFacts)
    plans = Rows(PlanTable)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)
