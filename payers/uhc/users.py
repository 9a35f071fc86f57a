"""Users: the access administrator's table, made whole before it is read."""

from bots.page import Field, Rows
from bots.portal import Portal
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, asked_for
from payers.shapes.lists import GrowingPage, whole
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import ListedUsers, UserListPage, UserNotFoundPage, UserPart, UserSearchPage, one_role

EVERYBODY = "anything"
"""What the list says that it was searched by when no ID was given."""


def tax_ids(printed: str) -> tuple[Scope, ...]:
    return tuple(Scope(tin=each) for each in printed.split(", "))


class UserRow(UserPart[PortalUser]):
    roles = Field(one_role)
    scopes = Field(tax_ids)


class UsersPage(UserListPage[ListedUsers], GrowingPage[ListedUsers], page="users"):
    """Fifteen at first."""

    users = Rows(UserRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(UserSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.submit.click()
    match await portal.landed_on(UsersPage, UserNotFoundPage, about={"username": searched or EVERYBODY}):
        case UsersPage() as found:
            return asked_for((await whole(portal, found, "users")).users, query)
        case UserNotFoundPage() as nobody:
            return await nobody.answer()
