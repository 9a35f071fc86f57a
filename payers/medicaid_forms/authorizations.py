"""Authorizations: the response to a request lists them; each that is really asked for is opened, read and left."""

from bots.page import Element, Field, Rows
from bots.parse import codes, text
from bots.portal import Portal
from bots.words import taken
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from payers.medicaid_forms.refusals import AUTHORIZATION_REFUSALS
from payers.medicaid_forms.requests import RequestPage, padded, responded, with_provider
from payers.shapes import authorizations as shapes
from payers.shapes.authorizations import (
    LeafPage,
    ListedRows,
    NumberedRow,
    SearchedPage,
    answer,
    opened,
    searched_by,
    typed_criteria,
)
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage

CRITERIA = ("authorization_number", "member_id", "birth_date", "from_date", "to_date")
EVERY_DATE = "Any"


class AuthorizationRequestPage(RequestPage, page="authorization_request"):
    authorization_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()


class ListPage(SearchedPage[ListedRows], page="authorizations"):
    reference = Field(text, identifies="reference")
    authorizations = Rows(NumberedRow)


class ServiceRow(shapes.ServiceRow):
    procedure_code = Field(taken("procedure", "code", parse=text), optional=True)
    modifiers = Field(taken("procedure", "modifiers", parse=codes), optional=True, blank=())


class AuthorizationPage(LeafPage, page="authorization"):
    reference = Field(text, identifies="reference")
    lines = Rows(ServiceRow)


async def check_authorizations(portal: Portal, query: AuthorizationsQuery) -> AuthorizationsAnswer:
    query, npi = padded(query), provider(portal, query.provider_npi)
    form = await portal.go(AuthorizationRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    form = await with_provider(portal, form, npi)
    await form.fill(**dict.fromkeys(CRITERIA, "") | typed_criteria(query))
    reference = await responded(portal, form)
    about = searched_by(query, every=EVERY_DATE) | {"reference": reference}
    listed = await portal.landed_on(ListPage, *AUTHORIZATION_REFUSALS, about=about)
    if not isinstance(listed, ListPage):
        return await listed.answer()
    found = await opened(
        portal, query, listed, AuthorizationPage, every=EVERY_DATE, comes_back=True, reference=reference
    )
    return answer(found)
