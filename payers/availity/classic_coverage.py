"""What Availity's classic pages state of coverage: one long page."""

from typing import TypeVar

from bots.page import Element, Field, One, Part, Rows
from bots.parse import code, text, usd
from bots.words import taken, word
from core.capabilities.common import Network
from core.capabilities.eligibility import AuthorizationNeed, Limitation, PlanStatus
from core.capabilities.record import Record
from payers.availity.classic_plans import ClassicCoverage, ClassicPlan, Share, ShareKind, Sum, SumKind, Which
from payers.shapes.coverage import LEVEL, PERIOD, OtherPayerRow, Person, PlanFacts, PrimaryCareFacts, ResultPage

R = TypeVar("R", bound=Record)

NETWORK = word("classic_network", Network | None)


class ClassicService(Part[R]):
    service_type_code = Field(taken("classic_service", "code", parse=code))
    service_type = Field(taken("classic_service", "label", parse=text))


class ShareRow(ClassicService[Share]):
    kind = Field(word("classic_share", ShareKind))
    network = Field(NETWORK)
    level = Field(LEVEL, optional=True)
    amount = Field(text)


class SumRow(Part[Sum]):
    kind = Field(word("classic_accumulator", SumKind))
    network = Field(NETWORK)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    which = Field(word("classic_sum", Which))
    amount = Field(usd)


class LimitRow(ClassicService[Limitation]):
    text = Field(text)


class RuleRow(ClassicService[AuthorizationNeed]):
    required = Field(word("classic_authorization", bool | None))


class PlanBlock(PlanFacts[ClassicPlan]):
    status = Field(word("classic_plan_status", PlanStatus))
    shares = Rows(ShareRow)
    sums = Rows(SumRow)
    limitations = Rows(LimitRow)
    authorization_required = Rows(RuleRow)


class ClassicResultPage(ResultPage[ClassicCoverage], page="classic_result"):
    member = One(Person)
    plans = Rows(PlanBlock)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(OtherPayerRow)
    bars = Element()
