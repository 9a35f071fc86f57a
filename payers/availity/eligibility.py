"""Eligibility and benefits in Availity's newer pages; payers that have not moved open in the classic ones."""

from bots.page import Element
from bots.portal import Portal
from core.capabilities.eligibility import SERVICE_TYPES, Coverage, EligibilityAnswer, EligibilityQuery
from payers.availity.classic_eligibility import check_classic
from payers.availity.coverage import (
    AccumulatorsPage,
    BenefitsPage,
    OtherPayersPage,
    PrimaryCarePage,
    SummaryPage,
    merged,
)
from payers.availity.refusals import ELIGIBILITY_REFUSALS
from payers.shapes.coverage import CandidatesPage
from payers.shapes.eligibility import MemberForm, result
from payers.shapes.questions import check_service_type, provider, typed
from payers.shapes.refusals import AccessDeniedPage


class SearchPage(MemberForm, page="search"):
    organization = Element()
    payer = Element()
    provider = Element()
    search_option = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    npi = provider(portal, query.provider_npi)
    check_service_type(portal, query)
    if portal.payer is not None and portal.payer.layout == "classic":
        return await check_classic(portal, query)
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await submit(form, portal, query, npi)
    found = await result(portal, query, SummaryPage, CandidatesPage, ELIGIBILITY_REFUSALS)
    return await coverage(portal, found) if isinstance(found, SummaryPage) else found


async def submit(form: SearchPage, portal: Portal, query: EligibilityQuery, npi: str) -> None:
    by, who = "Patient ID and Date of Birth", {"member_id": typed(query.member_id)}
    if query.member_id is None:
        by = "Patient Name and Date of Birth"
        who = {"first_name": typed(query.first_name), "last_name": typed(query.last_name)}
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.choose(
        payer=portal.payer.label if portal.payer else "",
        provider=npi,
        search_option=by,
        service_type=SERVICE_TYPES[query.service_type],
    )
    await form.fill(as_of=typed(query.service_date), birth_date=typed(query.birth_date), **who)
    await form.submit.click()


async def coverage(portal: Portal, summary: SummaryPage) -> Coverage:
    found = await summary.read()
    await summary.benefits_tab.click()
    benefits = (await (await portal.landed_on(BenefitsPage)).read()).plans
    await summary.accumulators_tab.click()
    sums = (await (await portal.landed_on(AccumulatorsPage)).read()).plans
    await summary.other_payers_tab.click()
    others = await (await portal.landed_on(OtherPayersPage)).read()
    await summary.primary_care_tab.click()
    primary = await (await portal.landed_on(PrimaryCarePage)).read()
    plans = merged(found.plans, benefits, sums)
    return found.model_copy(update={"plans": plans, "other_payers": others.other_payers, "pcp": primary.pcp})
