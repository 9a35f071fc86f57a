"""What the portal states of a recipient: one response, with benefits that unfold under each plan."""

from typing import TypeVar

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import one_of, percent, text, us_date, usd
from core.capabilities.common import Level, Network, Period
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    Limitation,
    Member,
    OtherPayer,
    Plan,
    PlanStatus,
    PrimaryCare,
    Relationship,
)
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.medicaid_sso.printed import first_name, last_name

R = TypeVar("R", bound=Record)

NETWORK = one_of({"In": Network.IN, "Out": Network.OUT})
LEVEL = one_of({"Recipient": Level.INDIVIDUAL, "Household": Level.FAMILY})
PERIOD = one_of({"Calendar year": Period.CALENDAR_YEAR, "Benefit year": Period.SERVICE_YEAR})
STATUS = one_of(
    {
        "Eligible": PlanStatus.ACTIVE,
        "Not eligible": PlanStatus.INACTIVE,
        "Eligible at a later date": PlanStatus.FUTURE,
    }
)
RELATIONSHIP = one_of(
    {
        "Self": Relationship.SELF,
        "Spouse": Relationship.SPOUSE,
        "Child": Relationship.CHILD,
        "Other relative": Relationship.OTHER,
    }
)


class ServiceRow(Part[R]):
    service_type_code = Field(text)
    service_type = Field(text)


class CopayRow(ServiceRow[Copay]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    amount = Field(usd)


class CoinsuranceRow(ServiceRow[Coinsurance]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    percent = Field(percent)


class LimitationRow(ServiceRow[Limitation]):
    text = Field(text)


class AuthorizationRow(ServiceRow[AuthorizationNeed]):
    required = Field(one_of({"Yes": True, "No": False, "Call the programme": None}))


class AccumulatorRow(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanRow(Part[Plan]):
    status = Field(STATUS)
    plan_name = Field(text)
    insurance_type = Field(text, optional=True)
    group_number = Field(text, optional=True)
    effective_on = Field(us_date, optional=True)
    terminated_on = Field(us_date, optional=True)


class Benefits(Record):
    copays: tuple[Copay, ...]
    coinsurances: tuple[Coinsurance, ...]
    deductibles: tuple[Accumulator, ...]
    out_of_pockets: tuple[Accumulator, ...]
    limitations: tuple[Limitation, ...]
    authorization_required: tuple[AuthorizationNeed, ...]


class BenefitsRow(Part[Benefits]):
    """The row that unfolds under a plan; what it holds is fetched then."""

    copays = Rows(CopayRow)
    coinsurances = Rows(CoinsuranceRow)
    deductibles = Rows(AccumulatorRow)
    out_of_pockets = Rows(AccumulatorRow)
    limitations = Rows(LimitationRow)
    authorization_required = Rows(AuthorizationRow)


class MemberFacts(Part[Member]):
    member_id = Field(text)
    first_name = Field(first_name)
    last_name = Field(last_name)
    birth_date = Field(us_date)
    gender = Field(one_of({"Female": "F", "Male": "M", "Unspecified": "X"}), optional=True)
    relationship = Field(RELATIONSHIP, optional=True)


class PrimaryCareFacts(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class ThirdPartyRow(Part[OtherPayer]):
    name = Field(text)
    order = Field(one_of({"Primary": "primary", "Secondary": "secondary", "Tertiary": "tertiary"}), optional=True)
    member_id = Field(text, optional=True)


class Response(Coverage):
    benefits: tuple[Benefits, ...]


class CoveragePage(ReadsInto[Response], page="coverage"):
    member_id = Field(text, identifies="member_id")
    first_name = Field(first_name, identifies="first_name")
    last_name = Field(last_name, identifies="last_name")
    birth_date = Field(us_date, identifies="birth_date")
    payer_name = Field(text, identifies="payer_name")
    as_of = Field(us_date, identifies="as_of")
    service = Field(text, identifies="service")
    member = One(MemberFacts)
    plans = Rows(PlanRow)
    benefits = Rows(BenefitsRow, absent=True)
    pcp = One(PrimaryCareFacts)
    other_payers = Rows(ThirdPartyRow)
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
