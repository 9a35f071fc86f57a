"""Authorizations: search by number or member, and open each request of the list that is really asked for; make a new
one step by step.
"""

from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.authorization_requests import AuthorizationRequest
from core.capabilities.authorizations import AuthorizationsAnswer, AuthorizationsQuery
from core.capabilities.submissions import SubmissionAnswer
from payers.availity.handing_in import DocumentsPage, attached
from payers.availity.new_requests import (
    NewRequestPage,
    NotTakenPage,
    PendedAlreadyPage,
    ReceivedPage,
    ReviewPage,
    ServicePage,
)
from payers.availity.refusals import AUTHORIZATION_REFUSALS
from payers.availity.requests import RequestPage, RequestsPage
from payers.shapes.authorizations import answer, opened, searched_by, typed_criteria
from payers.shapes.questions import payer, provider, typed
from payers.shapes.refusals import AccessDeniedPage, NoAnswerNowPage, ProviderNotOnFilePage
from payers.shapes.submissions import about as asked
from payers.shapes.submissions import check_attached, printed

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


async def request_authorization(portal: Portal, wanted: AuthorizationRequest) -> SubmissionAnswer:
    form = await portal.go(NewRequestPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.fill(
        payer=payer(portal),
        request_type=printed(portal, "authorization_kind", wanted.service_kind),
        provider=provider(portal, wanted.provider_npi),
        member_id=typed(wanted.member_id),
        birth_date=typed(wanted.birth_date),
        from_date=typed(wanted.service_from),
        to_date=typed(wanted.service_to),
    )
    await form.forward.click()
    proof = asked(wanted, payer=payer(portal))
    service = await portal.landed_on(ServicePage, NotTakenPage, ProviderNotOnFilePage, NoAnswerNowPage, about=proof)
    if not isinstance(service, ServicePage):
        return await service.answer()
    names = ("procedure_code", "diagnosis_code", "servicing_npi", "contact_name", "contact_phone", "narrative")
    told = {name: typed(getattr(wanted, name)) for name in names}
    await service.fill(**told, unit=wanted.unit.value, units=f"{wanted.units.normalize():f}")
    await service.forward.click()
    documents = await portal.landed_on(DocumentsPage, NotTakenPage)
    if isinstance(documents, NotTakenPage):
        return await documents.answer()
    if (refused := await attached(portal, documents, wanted)) is not None:
        return refused
    review = await portal.landed_on(ReviewPage)
    check_attached(review, wanted, (await review.read()).documents)
    match await review.send.send(ReceivedPage, PendedAlreadyPage):
        case answered:
            return await answered.read()
