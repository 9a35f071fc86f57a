"""Users: what a Provider Admin sees of the Tax ID's people, page by page, with the fold of each opened."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from payers.shapes.lists import PagedPage, each_page
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


class UsersPage(UserListPage[ListedUsers], PagedPage[ListedUsers], page="users"):
    page_number = Field(integer, identifies="page")
    users = Rows(UserRow)
    folds = Element()

    async def listing(self) -> ListedUsers:
        await self.folds.click_each()
        return await self.read()


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(AdministrationPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    await form.fill(username=typed(query.username))
    await form.submit.click()
    about = {"username": typed(query.username) or EVERYBODY}
    match await portal.landed_on(UsersPage, UserNotFoundPage, about={**about, "page": 1}):
        case UsersPage() as found:
            pages = each_page(portal, found, "users", about)
            return asked_for([user async for _, shown, _ in pages for user in shown.users], query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()
