"""Authorizations: search by number or member, turn the pages of the list, open each case that is really asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from payers.shapes.authorizations import answer, opened, searched_by, typed_criteria
from payers.shapes.refusals import AccessDeniedPage
from payers.uhc.cases import CaseListPage, CasePage
from payers.uhc.refusals import AUTHORIZATION_REFUSALS

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
