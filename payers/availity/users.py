"""Users: Manage My Organization, for one organization, card by card over all pages."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from core.errors import PortalChanged
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


class UsersPage(UserListPage[UserCards], page="users"):
    """Ten a page."""

    organization = Field(text, identifies="organization")
    first = Field(taken("users_total", "first", parse=integer), identifies="first")
    users = Rows(UserCard)
    next_page = Element()


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(FindPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    await form.fill(username=typed(query.username))
    await form.submit.click()
    match await portal.landed_on(UsersPage, UserNotFoundPage, about=criteria(portal, query, first=1)):
        case UsersPage() as found:
            return asked_for(await walk(portal, query, found), query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()


def criteria(portal: Portal, query: UsersQuery, *, first: int) -> dict[str, object]:
    searched = typed(query.username) or EVERYBODY
    return {"organization": portal.organization, "username": searched, "first": first}


async def walk(portal: Portal, query: UsersQuery, found: UsersPage) -> list[PortalUser]:
    users: list[PortalUser] = []
    while True:
        part = await found.read()
        users += map(whole, part.users)
        if not part.users or len(users) > part.total:
            raise PortalChanged(found.page_name, "users", detail="the list counts other users than it shows")
        if len(users) == part.total:
            return users
        await found.next_page.click()
        found = await portal.landed_on(UsersPage, about=criteria(portal, query, first=len(users) + 1))


def whole(card: User) -> PortalUser:
    values = {name: value for name, value in card if name in PortalUser.model_fields}
    return PortalUser(**{**values, "roles": tuple(chip.name for chip in card.chips)})
