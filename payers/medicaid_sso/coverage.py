"""What the portal states of a recipient: one response, with benefits that unfold under each plan."""

from bots.page import Element, Field, One, Rows
from bots.parse import text
from bots.words import taken
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    Limitation,
)
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.coverage import (
    MemberFacts,
    OtherPayerRow,
    PlanAccumulators,
    PlanBenefits,
    PlanSummary,
    PrimaryCareFacts,
    ResultPage,
)


class Benefits(Record):
    copays: tuple[Copay, ...]
    coinsurances: tuple[Coinsurance, ...]
    deductibles: tuple[Accumulator, ...]
    out_of_pockets: tuple[Accumulator, ...]
    limitations: tuple[Limitation, ...]
    authorization_required: tuple[AuthorizationNeed, ...]


class BenefitsRow(PlanBenefits[Benefits], PlanAccumulators[Benefits]):
    """The row that unfolds under a plan; what it holds is fetched then."""


class Response(Coverage):
    benefits: tuple[Benefits, ...]


class CoveragePage(ResultPage[Response], page="coverage"):
    covered_service = Field(taken("covered_service", "label", parse=text), identifies="covered_service")
    covered_code = Field(taken("covered_service", "code", parse=text), identifies="service_type")
    member = One(MemberFacts)
    plans = Rows(PlanSummary)
    benefits = Rows(BenefitsRow, absent=True)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)
    unfold = Element()


async def unfolded(page: CoveragePage) -> Coverage:
    await page.unfold.click_each()
    found = await page.read()
    if len(found.plans) != len(found.benefits):
        raise PortalChanged(page.page_name, "benefits", detail="not every plan has unfolded")
    plans = tuple(
        plan.model_copy(update=dict(benefits)) for plan, benefits in zip(found.plans, found.benefits, strict=True)
    )
    stated = {name: value for name, value in found if name in Coverage.model_fields}
    return Coverage(**{**stated, "plans": plans})
