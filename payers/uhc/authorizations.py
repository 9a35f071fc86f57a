"""Authorizations: search by number or member and open each case that is really asked for; request one by a form."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.authorization_requests import AuthorizationRequest
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from core.capabilities.submissions import SubmissionAnswer
from payers.shapes.authorizations import answer, opened, searched_by, typed_criteria
from payers.shapes.questions import provider, typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.submissions import about as asked
from payers.shapes.submissions import printed
from payers.uhc.cases import CaseListPage, CasePage
from payers.uhc.handing_in import sent
from payers.uhc.refusals import AUTHORIZATION_REFUSALS
from payers.uhc.requests import BEFORE_THE_FORM, CheckNeedPage, ReceivedPage, RequestPage, ReviewPage

EVERY_DATE = "All dates"


class CaseSearchPage(Page, page="case_search"):
    search_type = Element()
    authorization_number = Element()
    member_id = Element()
    birth_date = Element()
    all_dates = Element()
    custom_range = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_authorizations(portal: Portal, query: AuthorizationsQuery) -> AuthorizationsAnswer:
    form = await portal.go(CaseSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await search(form, query)
    about = searched_by(query, every=EVERY_DATE)
    match await portal.landed_on(CaseListPage, *AUTHORIZATION_REFUSALS, about=about):
        case CaseListPage() as listed:
            return answer(await opened(portal, query, listed, CasePage, every=EVERY_DATE))
        case refused:
            return await refused.answer()


async def search(form: CaseSearchPage, query: AuthorizationsQuery) -> None:
    if query.authorization_number is not None:
        await form.search_type.choose("Decision ID or service reference number")
        await form.fill(**typed_criteria(query))
    else:
        await form.search_type.choose("Member ID & date of birth")
        # What the form starts with is the last month alone.
        await (form.all_dates if query.from_date is None else form.custom_range).click()
        await form.fill(**{name: value for name, value in typed_criteria(query).items() if value})
    await form.submit.click()


async def request_authorization(portal: Portal, wanted: AuthorizationRequest) -> SubmissionAnswer:
    check = await portal.go(CheckNeedPage, AccessDeniedPage)
    if isinstance(check, AccessDeniedPage):
        return await check.answer()
    await check.service_kind.choose(printed(portal, "authorization_kind", wanted.service_kind))
    await check.fill(
        member_id=typed(wanted.member_id),
        birth_date=typed(wanted.birth_date),
        provider_npi=provider(portal, wanted.provider_npi),
        procedure_code=wanted.procedure_code,
    )
    await check.submit.click()
    form = await portal.landed_on(RequestPage, *BEFORE_THE_FORM, about=asked(wanted))
    if not isinstance(form, RequestPage):
        return await form.answer()
    await form.unit.choose(wanted.unit.value)
    names = ("service_from", "service_to", "diagnosis_code", "narrative", "contact_name", "contact_phone")
    await form.fill(**{name: typed(getattr(wanted, name)) for name in names}, units=f"{wanted.units.normalize():f}")
    return await sent(portal, form, wanted, ReviewPage, ReceivedPage)
