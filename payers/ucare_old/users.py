"""Users in the older portal: those of the group practice, a page at a time. It knows no Tax ID, NPI or site of anybody:
a user's scope is the group practice numbers.
"""

from bots.page import Field, Rows
from bots.parse import codes, integer
from bots.portal import Portal
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import (
    PagedUserListPage,
    UserNotFoundPage,
    UserPart,
    UserSearchPage,
    each_listed,
    one_role,
)

EVERYBODY = "ALL"
"""What the list says that it was searched by when no user ID was given."""


def practices(printed: str) -> tuple[Scope, ...]:
    return tuple(Scope(site=each) for each in codes(printed))


class UserRow(UserPart[PortalUser]):
    roles = Field(one_role)
    scopes = Field(practices)


class UsersPage(PagedUserListPage, page="users"):
    """Below the form."""

    page_number = Field(integer, identifies="page")
    users = Rows(UserRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(UserSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.submit.click()
    return await each_listed(portal, query, UsersPage, UserNotFoundPage, {"username": searched or EVERYBODY})
