"""Users: what a Provider Admin sees of the Tax ID's people, page by page, with the fold of each opened."""

from bots.page import Element, Field, Part, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import ListedUsers, PagedUserListPage, UserNotFoundPage, UserPart, UserSearchPage, each_listed

EVERYBODY = "Everybody"
"""What the list says that it was searched by when no name was given."""


def roles(printed: str) -> tuple[str, ...]:
    """From "Provider User, Provider Financial User"."""
    return tuple(printed.split(", "))


class ScopeRow(Part[Scope]):
    tin = Field(text)
    npi = Field(text, optional=True)
    site = Field(text, optional=True)


class UserRow(UserPart[PortalUser]):
    roles = Field(roles)
    scopes = Rows(ScopeRow)
    created_on = Field(us_date, optional=True)


class UsersPage(PagedUserListPage, page="users"):
    page_number = Field(integer, identifies="page")
    users = Rows(UserRow)
    folds = Element()

    async def listing(self) -> ListedUsers:
        await self.folds.click_each()
        return await self.read()


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(UserSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.submit.click()
    return await each_listed(portal, query, UsersPage, UserNotFoundPage, {"username": searched or EVERYBODY})
