"""Users: what a Provider Admin sees of the Tax ID's people, page by page, with the fold of each opened."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from core.errors import PortalChanged
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import ListedUsers, UserListPage, UserNotFoundPage, UserPart

EVERYBODY = "Everybody"
"""What the list says that it was searched by when no name was given."""


def roles(printed: str) -> tuple[str, ...]:
    """From "Provider User, Provider Financial User"."""
    return tuple(printed.split(", "))


class AdministrationPage(Page, page="administration"):
    username = Element()
    submit = Element()


class ScopeRow(Part[Scope]):
    tin = Field(text)
    npi = Field(text, optional=True)
    site = Field(text, optional=True)


class UserRow(UserPart[PortalUser]):
    roles = Field(roles)
    scopes = Rows(ScopeRow)
    created_on = Field(us_date, optional=True)


class UsersPage(UserListPage[ListedUsers], page="users"):
    page_number = Field(integer, identifies="page")
    users = Rows(UserRow)
    folds = Element()
    next_page = Element()


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(AdministrationPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(username=typed(query.username))
    await form.submit.click()
    match await portal.landed_on(UsersPage, UserNotFoundPage, about=criteria(query, page=1)):
        case UsersPage() as found:
            return asked_for(await walk(portal, query, found), query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()


def criteria(query: UsersQuery, *, page: int) -> dict[str, object]:
    return {"page": page, "username": typed(query.username) or EVERYBODY}


async def walk(portal: Portal, query: UsersQuery, found: UsersPage) -> list[PortalUser]:
    users: list[PortalUser] = []
    page = 1
    while True:
        await found.folds.click_each()
        part = await found.read()
        users += part.users
        if not part.users or len(users) > part.total:
            raise PortalChanged(found.page_name, "users", detail="the list counts other users than it shows")
        if len(users) == part.total:
            return users
        page += 1
        await found.next_page.click()
        found = await portal.landed_on(UsersPage, about=criteria(query, page=page))
