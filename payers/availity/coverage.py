"""What Availity states of a member's coverage: the parts of a result, shared by both generations of pages."""

from typing import TypeVar

from bots.page import Element, Field, One, Part, ReadsInto, Rows
from bots.parse import one_of, percent, text, us_date, usd
from bots.portal import Portal
from core.capabilities.common import Level, Network, Period
from core.capabilities.eligibility import (
    SERVICE_TYPES,
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    EligibilityQuery,
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
from payers.availity.printed import first_name, last_name, plain, service_code, service_label

R = TypeVar("R", bound=Record)

NETWORK = one_of({"In Network": Network.IN, "Out of Network": Network.OUT})
LEVEL = one_of({"Individual": Level.INDIVIDUAL, "Family": Level.FAMILY})
PERIOD = one_of({"Calendar Year": Period.CALENDAR_YEAR, "Service Year": Period.SERVICE_YEAR})
STATUS = one_of(
    {
        "Active Coverage": PlanStatus.ACTIVE,
        "Inactive": PlanStatus.INACTIVE,
        "Future Coverage": PlanStatus.FUTURE,
    }
)
ORDER = one_of({"Primary": "primary", "Secondary": "secondary", "Tertiary": "tertiary"})


class PlanSummary(Part[Plan]):
    status = Field(STATUS)
    plan_name = Field(text)
    insurance_type = Field(text, optional=True)
    group_number = Field(text, optional=True)
    effective_on = Field(us_date, optional=True)
    terminated_on = Field(us_date, optional=True)


class Service(Part[R]):
    service_type_code = Field(service_code)
    service_type = Field(service_label)


class CopayRow(Service[Copay]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    amount = Field(usd)


class CoinsuranceRow(Service[Coinsurance]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    percent = Field(percent)


class LimitationRow(Service[Limitation]):
    text = Field(text)


class AuthorizationRow(Service[AuthorizationNeed]):
    required = Field(one_of({"Yes": True, "No": False, "Unknown": None}))


class PlanBenefits(Part[Plan]):
    status = Field(STATUS)
    copays = Rows(CopayRow)
    coinsurances = Rows(CoinsuranceRow)
    limitations = Rows(LimitationRow)
    authorization_required = Rows(AuthorizationRow)


class AccumulatorRow(Part[Accumulator]):
    network = Field(NETWORK, optional=True)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    total = Field(usd, optional=True)
    met = Field(usd, optional=True)
    remaining = Field(usd, optional=True)


class PlanAccumulators(Part[Plan]):
    status = Field(STATUS)
    deductibles = Rows(AccumulatorRow)
    out_of_pockets = Rows(AccumulatorRow)


class MemberCard(Part[Member]):
    member_id = Field(text)
    first_name = Field(first_name)
    last_name = Field(last_name)
    birth_date = Field(us_date)
    relationship = Field(
        one_of(
            {
                "Self": Relationship.SELF,
                "Spouse": Relationship.SPOUSE,
                "Child": Relationship.CHILD,
                "Other": Relationship.OTHER,
            }
        ),
        optional=True,
    )


class FullMemberCard(MemberCard):
    gender = Field(one_of({"Female": "F", "Male": "M", "Unspecified": "X"}), optional=True)


class OtherPayerRow(Part[OtherPayer]):
    name = Field(text)
    order = Field(ORDER, optional=True)
    member_id = Field(text, optional=True)


class PrimaryCareCard(Part[PrimaryCare]):
    name = Field(text)
    npi = Field(text, optional=True)
    phone = Field(text, optional=True)


class Plans(Record):
    plans: tuple[Plan, ...]


class OtherPayers(Record):
    other_payers: tuple[OtherPayer, ...]


class PrimaryCareView(Record):
    pcp: PrimaryCare | None


class Candidate(Record):
    first_name: str
    last_name: str

    def is_named(self, query: EligibilityQuery) -> bool:
        wanted = [query.first_name, query.last_name]
        if None in wanted:
            return False
        return [plain(name.reveal()) for name in wanted if name] == [plain(self.first_name), plain(self.last_name)]


class Candidates(Record):
    patients: tuple[Candidate, ...]


class ResultPage(ReadsInto[R]):
    """What stands beside every view of a result, and by which it is known to be the one asked for."""

    first_name = Field(first_name, identifies="first_name")
    last_name = Field(last_name, identifies="last_name")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    as_of = Field(us_date, identifies="as_of")
    payer_name = Field(text, identifies="payer_name")
    covered_service = Field(text, identifies="covered_service")


class SummaryPage(ResultPage[Coverage], page="summary"):
    member = One(FullMemberCard)
    plans = Rows(PlanSummary)
    benefits_tab = Element()
    accumulators_tab = Element()
    other_payers_tab = Element()
    primary_care_tab = Element()


class BenefitsPage(ResultPage[Plans], page="benefits"):
    plans = Rows(PlanBenefits)


class AccumulatorsPage(ResultPage[Plans], page="accumulators"):
    plans = Rows(PlanAccumulators)


class OtherPayersPage(ResultPage[OtherPayers], page="other_payers"):
    other_payers = Rows(OtherPayerRow)


class PrimaryCarePage(ResultPage[PrimaryCareView], page="primary_care"):
    pcp = One(PrimaryCareCard)


class CandidateRow(Part[Candidate]):
    first_name = Field(first_name)
    last_name = Field(last_name)
    choose = Element()


class CandidatesPage(ReadsInto[Candidates], page="candidates"):
    patients = Rows(CandidateRow)


def asked(portal: Portal, query: EligibilityQuery, *, by_name: bool = False) -> dict[str, object]:
    """What a result must show. A name proves somebody only where it was what was asked for: payers spell names as
    they please beside an id that is right.
    """
    proof: dict[str, object] = {
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "as_of": query.service_date,
        "payer_name": portal.payer and portal.payer.label,
        "covered_service": SERVICE_TYPES[query.service_type],
    }
    if query.member_id is not None:
        proof["member_id"] = query.member_id.reveal()
    if query.first_name is not None and query.last_name is not None and (by_name or query.member_id is None):
        proof |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    return proof


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
