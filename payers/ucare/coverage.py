"""What UCare states of a member's coverage: one result whose folds are fetched when they are opened."""

from bots.page import Element, Field, One, Rows
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


class PlanSection(PlanFacts[Plan], PlanBenefits[Plan], PlanAccumulators[Plan]): ...


class CoveragePage(ResultPage[Coverage], page="coverage"):
    """Its folds are closed at first, and empty until they are opened."""

    covered_service = Field(taken("service", "code", parse=text), identifies="service_type")
    member = One(MemberFacts)
    plans = Rows(PlanSection)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)
    folds = Element()
