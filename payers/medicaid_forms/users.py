"""Users: the administrator's list, page by page, of those who are inactive as well."""

from bots.page import Element, Field, Page, Rows
from bots.parse import integer, text
from bots.portal import Portal
from bots.words import several, taken
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import ListedUsers, UserListPage, UserNotFoundPage, UserPart

EVERYBODY = "(all)"
"""What the list says that it was searched by when no User ID was given."""


def functions(printed: str) -> tuple[str, ...]:
    return tuple(printed.split(", "))


class UserSearchPage(Page, page="user_search"):
    username = Element()
    inactive = Element()
    submit = Element()


class UserRow(UserPart[PortalUser]):
    roles = Field(functions)
    scopes = Field(several("access", Scope))


class UsersPage(UserListPage[ListedUsers], PagedPage[ListedUsers], page="users"):
    """Says whether those who are inactive are among them."""

    inactive = Field(text, identifies="inactive")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    users = Rows(UserRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(UserSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.inactive.click()
    await form.submit.click()
    about = {"username": searched or EVERYBODY, "inactive": "included"}
    match await portal.landed_on(UsersPage, UserNotFoundPage, about={**about, "page": 1}):
        case UsersPage() as found:
            pages = each_page(portal, found, "users", about)
            return asked_for([user async for _, shown, _ in pages for user in shown.users], query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()
