"""Eligibility on the strange portal: three lines of business, three kinds of answer."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import footnoted, one_of, stated, text, us_date, usd
from bots.portal import Portal
from core.capabilities.common import MemberNotFound, Network
from core.capabilities.eligibility import Copay, Coverage, EligibilityAnswer, EligibilityQuery, Member, Plan, PlanStatus
from core.capabilities.record import Record
from core.errors import RequestInvalid

CLINIC = "Lakeside Clinic (L-12)"
_SENTENCE = re.compile(
    r"Subscriber .+ \(ID (?P<member_id>\w+), born (?P<born>[\d/]+)\) "
    r"is eligible for (?P<program>\w+) on (?P<day>[\d/]+)\."
)
_CARRIER = re.compile(r"Health care services are delivered through (.+)\.")


def said(what: str) -> Callable[[str], str]:
    """One datum of the sentence that Medical Assistance answers with."""

    def parse(printed: str) -> str:
        found = _SENTENCE.fullmatch(printed)
        if found is None:
            raise ValueError("not the sentence about an eligible subscriber")
        return found[what]

    return parse


def said_day(what: str) -> Callable[[str], date]:
    return lambda printed: us_date(said(what)(printed))


def carrier(printed: str) -> str:
    found = _CARRIER.fullmatch(printed)
    if found is None:
        raise ValueError("not the sentence about the carrier")
    return found[1]


def amount_or_none(printed: str) -> Decimal | None:
    return footnoted(usd)(printed) if stated(printed) and printed != "None" else None


class MenuPage(Page, page="menu"):
    inquiry = Element()


class SearchPage(Page, page="search"):
    product = Element()
    member_id = Element()
    birth_date = Element()
    clinic = Element()
    served_on = Element()
    submit = Element()


class Listed(Record):
    service_type: str
    network: Network
    amount: Decimal | None


class CopayRow(Part[Listed]):
    service_type = Field(text)
    network = Field(one_of({"In": Network.IN, "Out": Network.OUT}))
    amount = Field(amount_or_none)


class Shown(Record):
    member_id: str
    as_of: date
    plan_name: str
    copays: tuple[Listed, ...] = ()
    copay: Decimal | None = None
    status: PlanStatus = PlanStatus.ACTIVE


class TablePage(ReadsInto[Shown], page="table"):
    member_id = Field(text, identifies="member_id")
    name = Field(text)
    birth_date = Field(us_date, identifies="birth_date")
    as_of = Field(us_date, identifies="service_date")
    plan_name = Field(text)
    copays = Rows(CopayRow)


class Program(Record):
    member_id: str
    as_of: date
    program: str
    carrier: str


class ProsePage(ReadsInto[Program], page="prose"):
    member_id = Field(said("member_id"), identifies="member_id")
    birth_date = Field(said_day("born"), identifies="birth_date")
    as_of = Field(said_day("day"), identifies="service_date")
    program = Field(said("program"))
    carrier = Field(carrier)


class DentalPage(ReadsInto[Shown], page="dental"):
    member_id = Field(text, identifies="member_id")
    name = Field(text)
    birth_date = Field(us_date, identifies="birth_date")
    as_of = Field(us_date, identifies="service_date")
    plan_name = Field(text)
    status = Field(one_of({"Eligible": PlanStatus.ACTIVE}))
    copay = Field(usd)


class NoMatchPage(Page, page="no_match"):
    message = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    if query.member_id is None or query.birth_date is None or portal.payer is None:
        raise RequestInvalid("This portal asks for the member_id and the birth_date.", field="member_id")
    form = await portal.go(SearchPage, MenuPage)
    if isinstance(form, MenuPage):
        await form.inquiry.click()
        form = await portal.landed_on(SearchPage)
    await form.product.choose(portal.payer.label)
    await form.clinic.choose(CLINIC)
    await form.fill(
        member_id=query.member_id.reveal(),
        birth_date=f"{query.birth_date.reveal():%m/%d/%Y}",
        served_on=f"{query.service_date:%m/%d/%Y}",
    )
    await form.submit.click()
    match await portal.landed_on(TablePage, ProsePage, DentalPage, NoMatchPage):
        case TablePage() as table:
            listed = await table.read()
            copays = [Copay(**dict(row)) for row in listed.copays if row.amount is not None]
            plan = Plan(status=PlanStatus.ACTIVE, plan_name=listed.plan_name, copays=tuple(copays))
            return coverage(listed.member_id, listed.as_of, plan)
        case ProsePage() as prose:
            found = await prose.read()
            plan = Plan(status=PlanStatus.ACTIVE, plan_name=found.program, insurance_type=found.carrier)
            return coverage(found.member_id, found.as_of, plan)
        case DentalPage() as dental:
            shown = await dental.read()
            copays = [Copay(service_type="Office visit", amount=shown.copay)] if shown.copay is not None else []
            plan = Plan(status=shown.status, plan_name=shown.plan_name, copays=tuple(copays))
            return coverage(shown.member_id, shown.as_of, plan)
        case NoMatchPage() as nobody:
            return MemberNotFound(message=await nobody.message.text())


def coverage(member_id: str, as_of: date, plan: Plan) -> Coverage:
    return Coverage(member=Member(member_id=member_id), as_of=as_of, plans=(plan,))
