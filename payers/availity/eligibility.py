"""Eligibility and benefits in Availity's newer pages; payers that have not moved open in the classic ones."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.common import SeveralMatches
from core.capabilities.eligibility import SERVICE_TYPES, Coverage, EligibilityAnswer, EligibilityQuery
from core.errors import RequestInvalid
from payers.availity.classic_eligibility import check_classic
from payers.availity.coverage import (
    AccumulatorsPage,
    BenefitsPage,
    CandidatesPage,
    OtherPayersPage,
    PrimaryCarePage,
    SummaryPage,
    asked,
    merged,
)
from payers.availity.refusals import ELIGIBILITY_REFUSALS, AccessDeniedPage, denied, eligibility_refusal

OFFERED = ("30", "1", "12", "33", "47", "48", "50", "62", "86", "88", "98", "AE", "MH", "UC")
"""Service types in the portal's list; it prints them with the words of X12."""


class SearchPage(Page, page="search"):
    organization = Element()
    payer = Element()
    provider = Element()
    search_option = Element()
    member_id = Element()
    first_name = Element()
    last_name = Element()
    birth_date = Element()
    as_of = Element()
    service_type = Element()
    submit = Element()


async def check_eligibility(portal: Portal, query: EligibilityQuery) -> EligibilityAnswer:
    if query.provider_npi is None:
        raise RequestInvalid("Availity asks for the provider: give a provider_npi.", field="provider_npi")
    if query.service_type not in OFFERED:
        raise RequestInvalid(f"Availity offers the service types {', '.join(OFFERED)}.", field="service_type")
    if portal.payer is not None and portal.payer.layout == "classic":
        return await check_classic(portal, query)
    form = await portal.go(SearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await denied(form)
    await submit(form, portal, query)
    match await portal.landed_on(SummaryPage, CandidatesPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query)):
        case SummaryPage() as summary:
            return await coverage(portal, summary)
        case CandidatesPage() as several:
            return await choose(portal, query, several)
        case refused:
            return await eligibility_refusal(refused)


async def submit(form: SearchPage, portal: Portal, query: EligibilityQuery) -> None:
    who = {"birth_date": f"{query.birth_date.reveal():%m/%d/%Y}"} if query.birth_date else {}
    by = "Patient ID and Date of Birth"
    if query.member_id is not None:
        who["member_id"] = query.member_id.reveal()
    elif query.first_name is not None and query.last_name is not None:
        by = "Patient Name and Date of Birth"
        who |= {"first_name": query.first_name.reveal(), "last_name": query.last_name.reveal()}
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.choose(
        payer=portal.payer.label if portal.payer else "",
        provider=query.provider_npi or "",
        search_option=by,
        service_type=SERVICE_TYPES[query.service_type],
    )
    await form.fill(as_of=f"{query.service_date:%m/%d/%Y}", **who)
    await form.submit.click()


async def choose(portal: Portal, query: EligibilityQuery, several: CandidatesPage) -> EligibilityAnswer:
    """Twins share an id and a birth date: the name decides, if the question has one and only one of them bears it."""
    patients = (await several.read()).patients
    fitting = [place for place, patient in enumerate(patients) if patient.is_named(query)]
    if len(fitting) != 1:
        return SeveralMatches(count=len(patients))
    await several.click_in("patients", fitting[0], "choose")
    match await portal.landed_on(SummaryPage, *ELIGIBILITY_REFUSALS, about=asked(portal, query, by_name=True)):
        case SummaryPage() as summary:
            return await coverage(portal, summary)
        case refused:
            return await eligibility_refusal(refused)


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
