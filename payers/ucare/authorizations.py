"""Authorizations: find by number or member, and read the cards that are really of it, page by page; request one by a
form that is checked before it is sent.
"""

from bots.identity import agree
from bots.page import Element
from bots.portal import Portal
from core.capabilities.authorization_requests import AuthorizationRequest
from core.capabilities.authorizations import Authorization, AuthorizationsAnswer, AuthorizationsQuery
from core.capabilities.common import Mismatch, NotAuthorised
from core.capabilities.submissions import SubmissionAnswer
from payers.shapes.authorizations import answer, meant, pages, searched_by, typed_criteria, whom
from payers.shapes.questions import typed
from payers.shapes.refusals import AUTHORIZATION_REFUSALS
from payers.shapes.submissions import printed
from payers.ucare import practice
from payers.ucare.authorized import CardsPage
from payers.ucare.papers import CheckPage, RequestFormPage, sent

EVERY_DATE = "Any date"


class FindAuthorizationsPage(practice.ToolPage, page="find_authorizations"):
    by_number = Element()
    by_member = Element()
    authorization_number = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    submit = Element()


async def check_authorizations(portal: Portal, query: AuthorizationsQuery) -> AuthorizationsAnswer:
    form = await practice.opened(portal, FindAuthorizationsPage, query.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    await (form.by_member if query.authorization_number is None else form.by_number).click()
    await form.fill(**typed_criteria(query))
    await form.submit.click()
    listed = await portal.landed_on(CardsPage, *AUTHORIZATION_REFUSALS, about=searched_by(query, every=EVERY_DATE))
    if not isinstance(listed, CardsPage):
        return await listed.answer()
    found: list[Authorization] = []
    async for _, shown, _ in pages(portal, query, listed, every=EVERY_DATE):
        found += [card for card in shown.authorizations if meant(query, card.authorization_number)]
    if differs := sorted({name for card in found for name in others(card, query)}):
        return Mismatch(differs=tuple(differs))
    return answer(found)


def others(card: Authorization, query: AuthorizationsQuery) -> list[str]:
    """By what a card is not of the member asked for: the page as a whole proves the search, and not its cards."""
    asked = whom(query)
    return [name for name, value in asked.items() if value is not None and not agree(getattr(card, name), value)]


async def request_authorization(portal: Portal, wanted: AuthorizationRequest) -> SubmissionAnswer:
    form = await practice.opened(portal, RequestFormPage, wanted.provider_npi)
    if isinstance(form, NotAuthorised):
        return form
    keys = ("member_id", "birth_date", "service_from", "service_to", "procedure_code", "diagnosis_code", "narrative")
    await form.fill(
        **{name: typed(getattr(wanted, name)) for name in (*keys, "contact_name", "contact_phone")},
        service_kind=printed(portal, "authorization_kind", wanted.service_kind),
        unit=wanted.unit.value,
        units=f"{wanted.units.normalize():f}",
    )
    return await sent(portal, form, wanted, CheckPage)
