"""Users: the administrator's list, page by page, of those who are inactive as well."""

from bots.page import Element, Field, Rows
from bots.parse import integer, text
from bots.portal import Portal
from bots.words import several, taken
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import PagedUserListPage, UserNotFoundPage, UserPart, UserSearchPage, each_listed

EVERYBODY = "(all)"
"""What the list says that it was searched by when no User ID was given."""


def functions(printed: str) -> tuple[str, ...]:
    return tuple(printed.split(", "))


class FindUsersPage(UserSearchPage, page="user_search"):
    inactive = Element()


class UserRow(UserPart[PortalUser]):
    roles = Field(functions)
    scopes = Field(several("access", Scope))


class UsersPage(PagedUserListPage, page="users"):
    """Says whether those who are inactive are among them."""

    inactive = Field(text, identifies="inactive")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    users = Rows(UserRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(FindUsersPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.inactive.click()
    await form.submit.click()
    about = {"username": searched or EVERYBODY, "inactive": "included"}
    return await each_listed(portal, query, UsersPage, UserNotFoundPage, about)
