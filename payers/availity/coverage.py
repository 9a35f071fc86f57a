"""What Availity's newer pages state of a member's coverage: one result with a view behind each tab."""

from typing import TypeVar

from bots.page import Element, Field, One, Rows
from bots.parse import text
from core.capabilities.eligibility import Coverage, OtherPayer, Plan, PrimaryCare
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.coverage import (
    PLAN_STATUS,
    MemberFacts,
    OtherPayerRow,
    PlanAccumulators,
    PlanBenefits,
    PlanSummary,
    PrimaryCareFacts,
    ResultPage,
)

R = TypeVar("R", bound=Record)


class BenefitsOfPlan(PlanBenefits[Plan]):
    status = Field(PLAN_STATUS)


class AccumulatorsOfPlan(PlanAccumulators[Plan]):
    status = Field(PLAN_STATUS)


class Plans(Record):
    plans: tuple[Plan, ...]


class OtherPayers(Record):
    other_payers: tuple[OtherPayer, ...]


class PrimaryCareView(Record):
    pcp: PrimaryCare | None


class View(ResultPage[R]):
    covered_service = Field(text, identifies="covered_service")


class SummaryPage(View[Coverage], page="summary"):
    member = One(MemberFacts)
    plans = Rows(PlanSummary)
    benefits_tab = Element()
    accumulators_tab = Element()
    other_payers_tab = Element()
    primary_care_tab = Element()


class BenefitsPage(View[Plans], page="benefits"):
    plans = Rows(BenefitsOfPlan)


class AccumulatorsPage(View[Plans], page="accumulators"):
    plans = Rows(AccumulatorsOfPlan)


class OtherPayersPage(View[OtherPayers], page="other_payers"):
    other_payers = Rows(OtherPayerRow)


class PrimaryCarePage(View[PrimaryCareView], page="primary_care"):
    pcp = One(PrimaryCareFacts)


def merged(*views: tuple[Plan, ...]) -> tuple[Plan, ...]:
    """One plan of what each view of the result states of it; the views list the plans in the same order."""
    if len({len(view) for view in views}) > 1:
        raise PortalChanged("benefits", "plans", detail="the views of the result list different plans")
    return tuple(
        first.model_copy(
            update={name: getattr(view, name) for view in rest for name in view.model_fields_set - {"status"}}
        )
        for first, *rest in zip(*views, strict=True)
    )
