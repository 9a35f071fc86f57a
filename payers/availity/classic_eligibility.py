"""Eligibility in Availity's classic pages: a search by id or name, and one page of folded bars."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.eligibility import EligibilityAnswer, EligibilityQuery
from payers.availity.classic_coverage import ClassicResultPage
from payers.availity.classic_plans import whole
from payers.availity.refusals import ELIGIBILITY_REFUSALS
from payers.shapes.eligibility import MemberForm, asked
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage


class ClassicSearchPage(MemberForm, page="classic_search"):
    organization = Element()
    by_id = Element()
    by_name = Element()


async def check_classic(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    form = await portal.go(ClassicSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await submit(form, portal, query)
    match await portal.landed_on(ClassicResultPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)):
        case ClassicResultPage() as result:
            await result.bars.click_each()
            return whole(await result.read())
        case refused:
            return await refused.answer()


async def submit(form: ClassicSearchPage, portal: Portal, query: EligibilityQuery) -> None:
    if query.member_id is not None:
        await form.by_id.click()
        who = {"member_id": typed(query.member_id)}
    else:
        await form.by_name.click()
        who = {"first_name": typed(query.first_name), "last_name": typed(query.last_name)}
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.service_type.choose(query.service_type)
    await form.fill(as_of=typed(query.service_date), birth_date=typed(query.birth_date), **who)
    await form.submit.click()
