"""Eligibility: one form, one page of results."""

from bots.page import Element, Field, One, Page, Part, ReadsInto, Rows
from bots.parse import text, us_date
from bots.portal import Portal
from core.capabilities.eligibility import Coverage, EligibilityAnswer, EligibilityQuery, Member, Plan
from payers.shapes.coverage import FIRST_NAME, LAST_NAME, PLAN_STATUS
from payers.shapes.eligibility import asked
from payers.shapes.questions import typed
from payers.shapes.refusals import MemberNotFoundPage, NoAnswerNowPage


class SearchPage(Page, page="search"):
    member_id = Element()
    birth_date = Element()
    as_of = Element()
    submit = Element()


class Person(Part[Member]):
    member_id = Field(text)
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    birth_date = Field(us_date)


class PlanCard(Part[Plan]):
    status = Field(PLAN_STATUS)
    plan_name = Field(text)
    effective_on = Field(us_date, optional=True)


class CoveragePage(ReadsInto[Coverage], page="coverage"):
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    as_of = Field(us_date, identifies="as_of")
    payer_name = Field(text, identifies="payer_name")
    member = One(Person)
    plans = Rows(PlanCard)


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    form = await portal.go(SearchPage)
    await form.fill(
        member_id=typed(query.member_id), birth_date=typed(query.birth_date), as_of=typed(query.service_date)
    )
    await form.submit.click()
    match await portal.landed_on(CoveragePage, MemberNotFoundPage, NoAnswerNowPage, about=asked(portal, query)):
        case CoveragePage() as found:
            return await found.read()
        case refused:
            return await refused.answer()
