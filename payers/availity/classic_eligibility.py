"""Eligibility in Availity's classic pages: one long page, folded, that puts every amount in a row of its own."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bots.page import Element, Field, One, Page, Part, ReadsInto, Rows
from bots.parse import one_of, percent, text, us_date, usd
from bots.portal import Portal
from core.capabilities.common import Level, Network, Period
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    EligibilityAnswer,
    EligibilityQuery,
    Limitation,
    Plan,
    PlanStatus,
)
from core.capabilities.record import Record
from payers.availity.coverage import LEVEL, PERIOD, MemberCard, OtherPayerRow, PrimaryCareCard, asked
from payers.availity.printed import first_name, last_name, leading_code, trailing_words
from payers.availity.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage, denied, eligibility_refusal

NETWORK = one_of({"Yes": Network.IN, "No": Network.OUT, "Not Applicable": None})
STATUS = one_of({"Active": PlanStatus.ACTIVE, "Terminated": PlanStatus.INACTIVE, "Future": PlanStatus.FUTURE})
DEDUCTIBLE, OUT_OF_POCKET = "Deductible", "Out of Pocket (Stop Loss)"
COPAY, COINSURANCE = "Co-Payment", "Co-Insurance"


class ClassicSearchPage(Page, page="classic_search"):
    organization = Element()
    by_id = Element()
    by_name = Element()
    member_id = Element()
    first_name = Element()
    last_name = Element()
    birth_date = Element()
    as_of = Element()
    service_type = Element()
    submit = Element()


class Share(Record):
    """A row of co-payments and co-insurances; its amount is in dollars or per cent by its kind."""

    kind: str
    service_type_code: str
    service_type: str
    network: Network | None
    level: Level | None
    amount: str


class Sum(Record):
    """A row of deductibles and out-of-pocket maximums: one amount of an accumulator."""

    kind: str
    network: Network | None
    level: Level | None
    period: Period | None
    which: str
    amount: Decimal


class ClassicPlan(Plan):
    shares: tuple[Share, ...]
    sums: tuple[Sum, ...]


class ClassicCoverage(Coverage):
    plans: tuple[ClassicPlan, ...]


class ShareRow(Part[Share]):
    kind = Field(one_of({COPAY: COPAY, COINSURANCE: COINSURANCE}))
    service_type_code = Field(leading_code)
    service_type = Field(trailing_words)
    network = Field(NETWORK)
    level = Field(LEVEL, optional=True)
    amount = Field(text)


class SumRow(Part[Sum]):
    kind = Field(one_of({DEDUCTIBLE: DEDUCTIBLE, OUT_OF_POCKET: OUT_OF_POCKET}))
    network = Field(NETWORK)
    level = Field(LEVEL, optional=True)
    period = Field(PERIOD, optional=True)
    which = Field(one_of({"Total": "total", "Year to Date": "met", "Remaining": "remaining"}))
    amount = Field(usd)


class LimitRow(Part[Limitation]):
    service_type_code = Field(leading_code)
    service_type = Field(trailing_words)
    text = Field(text)


class RuleRow(Part[AuthorizationNeed]):
    service_type_code = Field(leading_code)
    service_type = Field(trailing_words)
    required = Field(one_of({"Required": True, "Not Required": False, "Unknown": None}))


class PlanBlock(Part[ClassicPlan]):
    status = Field(STATUS)
    plan_name = Field(text)
    insurance_type = Field(text, optional=True)
    group_number = Field(text, optional=True)
    effective_on = Field(us_date, optional=True)
    terminated_on = Field(us_date, optional=True)
    shares = Rows(ShareRow)
    sums = Rows(SumRow)
    limitations = Rows(LimitRow)
    authorization_required = Rows(RuleRow)


class ClassicResultPage(ReadsInto[ClassicCoverage], page="classic_result"):
    first_name = Field(first_name, identifies="first_name")
    last_name = Field(last_name, identifies="last_name")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    as_of = Field(us_date, identifies="as_of")
    payer_name = Field(text, identifies="payer_name")
    member = One(MemberCard)
    plans = Rows(PlanBlock)
    pcp = One(PrimaryCareCard)
    other_payers = Rows(OtherPayerRow)
    bars = Element()


async def check_classic(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    form = await portal.go(ClassicSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await submit(form, portal, query)
    match await portal.landed_on(ClassicResultPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)):
        case ClassicResultPage() as result:
            await result.bars.click_each()
            return whole(await result.read())
        case refused:
            return await eligibility_refusal(refused)


async def submit(form: ClassicSearchPage, portal: Portal, query: EligibilityQuery) -> None:
    who = {"birth_date": f"{query.birth_date.reveal():%m/%d/%Y}"} if query.birth_date else {}
    if query.member_id is not None:
        await form.by_id.click()
        who["member_id"] = query.member_id.reveal()
    elif query.first_name is not None and query.last_name is not None:
        await form.by_name.click()
        who |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.service_type.choose(query.service_type)
    await form.fill(as_of=f"{query.service_date:%m/%d/%Y}", **who)
    await form.submit.click()


def whole(found: ClassicCoverage) -> Coverage:
    """The rows put together again into co-payments, co-insurances and accumulators."""
    plans = tuple(
        Plan.model_validate(
            {
                **{name: value for name, value in plan if name in Plan.model_fields},
                "copays": tuple(
                    Copay(**_benefit(row), amount=usd(row.amount)) for row in plan.shares if row.kind == COPAY
                ),
                "coinsurances": tuple(
                    Coinsurance(**_benefit(row), percent=percent(row.amount))
                    for row in plan.shares
                    if row.kind == COINSURANCE
                ),
                "deductibles": _accumulators(plan.sums, DEDUCTIBLE),
                "out_of_pockets": _accumulators(plan.sums, OUT_OF_POCKET),
            }
        )
        for plan in found.plans
    )
    return Coverage.model_validate({**dict(found), "plans": plans})


def _benefit(row: Share) -> dict[str, Any]:
    return {name: value for name, value in row if name in Copay.model_fields and name != "amount"}


def _accumulators(sums: Iterable[Sum], kind: str) -> tuple[Accumulator, ...]:
    """Up to three rows make one accumulator; a row that is missing is an amount that is not stated."""
    found: list[dict[str, Any]] = []
    for row in sums:
        if row.kind != kind:
            continue
        about = {"network": row.network, "level": row.level, "period": row.period}
        if not found or row.which in found[-1] or any(found[-1][name] != value for name, value in about.items()):
            found.append(about)
        found[-1][row.which] = row.amount
    return tuple(Accumulator(**each) for each in found)
