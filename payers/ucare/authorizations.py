"""Authorizations: find by number or member, and read the cards that are really of it, page by page."""

from bots.identity import agree
from bots.page import Element
from bots.portal import Portal
from core.capabilities.authorizations import Authorization, AuthorizationsAnswer, AuthorizationsQuery
from core.capabilities.common import Mismatch, NotAuthorised
from payers.shapes.authorizations import answer, meant, pages, searched_by, typed_criteria, whom
from payers.shapes.refusals import AUTHORIZATION_REFUSALS
from payers.ucare import practice
from payers.ucare.authorized import CardsPage

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
    about = searched_by(query, every=EVERY_DATE)
    listed = await portal.landed_on(CardsPage, *AUTHORIZATION_REFUSALS, about=about)
    if not isinstance(listed, CardsPage):
        return await listed.answer()
    found: list[Authorization] = []
    async for shown in pages(portal, query, listed, every=EVERY_DATE):
        found += [card for card in shown.authorizations if meant(query, card.authorization_number)]
    if differs := sorted({name for card in found for name in others(card, query)}):
        return Mismatch(differs=tuple(differs))
    return answer(found)


def others(card: Authorization, query: AuthorizationsQuery) -> list[str]:
    """By what a card is not of the member asked for: the page as a whole proves the search, and not its cards."""
    asked = whom(query)
    return [name for name, value in asked.items() if value is not None and not agree(getattr(card, name), value)]
