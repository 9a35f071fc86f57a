"""Users: Manage My Organization, for one organization, card by card over all pages."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import UserListPage, UserNotFoundPage, UserPart

EVERYBODY = "(all)"
"""What the list says that it was searched by when no id was given."""


class FindPage(Page, page="find_users"):
    organization = Element()
    username = Element()
    submit = Element()


class Role(Record):
    name: str


class RoleChip(Part[Role]):
    name = Field(text)


class TaxId(Part[Scope]):
    tin = Field(text)


class User(PortalUser):
    chips: tuple[Role, ...]


class UserCard(UserPart[User]):
    chips = Rows(RoleChip)
    scopes = Rows(TaxId)
    created_on = Field(us_date, optional=True)


class UserCards(Record):
    users: tuple[User, ...]
    total: int


class UsersPage(UserListPage[UserCards], PagedPage[UserCards], page="users"):
    """Ten a page."""

    organization = Field(text, identifies="organization")
    first = Field(taken("users_total", "first", parse=integer), identifies="first")
    users = Rows(UserCard)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(FindPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.fill(username=typed(query.username))
    await form.submit.click()
    about = {"organization": portal.organization, "username": typed(query.username) or EVERYBODY}
    match await portal.landed_on(UsersPage, UserNotFoundPage, about={**about, "first": 1}):
        case UsersPage() as found:
            pages = each_page(portal, found, "users", about)
            return asked_for([whole(card) async for _, shown, _ in pages for card in shown.users], query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()


def whole(card: User) -> PortalUser:
    values = {name: value for name, value in card if name in PortalUser.model_fields}
    return PortalUser(**{**values, "roles": tuple(chip.name for chip in card.chips)})
