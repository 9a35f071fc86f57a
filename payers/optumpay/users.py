"""Users: Maintain Enrollment lists those of the organization, with all that are active no more, page by page."""

from bots.page import Element, Field, Part, Rows
from bots.parse import integer, text
from bots.portal import Portal
from bots.words import taken
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

ANYBODY = "Any user"
"""What the list says that it was searched by when no ID was given."""
ALL = "All"
"""Of the statuses; the form comes with those who are active alone."""


class FindUsersPage(UserSearchPage, page="user_search"):
    status = Element()


class TinRow(Part[Scope]):
    tin = Field(text)


class UserRow(UserPart[PortalUser]):
    roles = Field(one_role)
    scopes = Rows(TinRow)


class UsersPage(PagedUserListPage, page="users"):
    """Says of which status they are."""

    listed = Field(text, identifies="listed")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    users = Rows(UserRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(FindUsersPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched, status=ALL)
    await form.submit.click()
    about = {"username": searched or ANYBODY, "listed": ALL}
    return await each_listed(portal, query, UsersPage, UserNotFoundPage, about)
