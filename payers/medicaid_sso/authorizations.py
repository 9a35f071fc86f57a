"""Authorizations, here prior approvals: search by number or recipient, and unfold each row that is really asked for."""

from bots.page import Element, Field, Page, Rows
from bots.parse import number, text
from bots.portal import Portal
from bots.words import word
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery, Unit
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
from payers.shapes.refusals import AUTHORIZATION_REFUSALS, AccessDeniedPage

EVERY_DATE = "All"
EVERY_TYPE = "All types"


class ApprovalSearchPage(Page, page="approval_search"):
    provider = Element()
    location = Element()
    review = Element()
    by = Element()
    authorization_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


class ApprovalsPage(SearchedPage[ListedRows], page="approvals"):
    searched_type = Field(text, identifies="type")
    authorizations = Rows(NumberedRow)


class ServiceRow(shapes.ServiceRow):
    """What is counted, and how many, stand in columns of their own."""

    revenue_code = Field(text, optional=True)
    procedure_code = Field(text, optional=True)
    unit = Field(word("unit", Unit))
    units_requested = Field(number, optional=True)
    units_approved = Field(number, optional=True)
    units_used = Field(number, optional=True)


class ApprovalPage(LeafPage, page="approval"):
    lines = Rows(ServiceRow)


async def check_authorizations(portal: Portal, query: AuthorizationsQuery) -> AuthorizationsAnswer:
    npi = provider(portal, query.provider_npi)
    form = await portal.go(ApprovalSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    by = "Recipient" if query.authorization_number is None else "Prior approval number"
    await form.choose(provider=npi, location="(primary)", review=EVERY_TYPE, by=by)
    await form.fill(**typed_criteria(query))
    await form.submit.click()
    about = searched_by(query, every=EVERY_DATE) | {"type": EVERY_TYPE}
    listed = await portal.landed_on(ApprovalsPage, *AUTHORIZATION_REFUSALS, about=about)
    if not isinstance(listed, ApprovalsPage):
        return await listed.answer()
    return answer(await opened(portal, query, listed, ApprovalPage, every=EVERY_DATE, type=EVERY_TYPE))
