"""Authorizations: search by number or member, and open each request of the list that is really asked for."""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from payers.availity.refusals import AUTHORIZATION_REFUSALS
from payers.availity.requests import RequestPage, RequestsPage
from payers.shapes.authorizations import answer, opened, searched_by, typed_criteria
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage

EVERY_DATE = "Any"


class RequestSearchPage(Page, page="request_search"):
    organization = Element()
    payer = Element()
    provider = Element()
    by_member = Element()
    by_number = Element()
    authorization_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_authorizations(portal: Portal, query: AuthorizationsQuery) -> AuthorizationsAnswer:
    npi = provider(portal, query.provider_npi)
    form = await portal.go(RequestSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)
    await form.provider.choose(npi)
    await (form.by_member if query.authorization_number is None else form.by_number).click()
    await form.fill(**typed_criteria(query))
    await form.submit.click()
    about = searched_by(query, every=EVERY_DATE)
    match await portal.landed_on(RequestsPage, *AUTHORIZATION_REFUSALS, about=about):
        case RequestsPage() as listed:
            return answer(await opened(portal, query, listed, RequestPage, every=EVERY_DATE))
        case refused:
            return await refused.answer()
