"""What portals state of their users. An adapter puts these parts together as its pages show them."""

from __future__ import annotations

from typing import TypeVar

from bots.identity import Proof
from bots.page import Element, Field, Page, Part, ReadsInto
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import said, taken, unsaid, word
from core.capabilities.record import Record
from core.capabilities.users import PortalUser, UserNotFound, UsersAnswer, UsersQuery, UserStatus, asked_for
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.refusals import RefusalPage

R = TypeVar("R", bound=Record)


class UserSearchPage(Page, page="user_search"):
    username = Element()
    submit = Element()


def one_role(printed: str) -> tuple[str, ...]:
    """Where each user has one and no more."""
    return (printed,)


class SeenPart(Part[R]):
    """But for the name, of which portals have their own way to write it."""

    username = Field(text)
    status = Field(word("user_status", UserStatus))
    last_login = Field(unsaid("never", us_date), optional=True)
    never_logged_in = Field(said("never"), optional=True, blank=False)


class UserPart(SeenPart[R]):
    name = Field(text)


class ListedUsers(Record):
    users: tuple[PortalUser, ...]
    total: int


class UserListPage(ReadsInto[R]):
    """Names that begin with the one asked for are listed as well. The list of before stays until this one is there."""

    searched = Field(text, identifies="username")
    total = Field(taken("users_total", "count", parse=integer))


class UserNotFoundPage(RefusalPage[UserNotFound], page="user_not_found"):
    means = UserNotFound


class PagedUserListPage(UserListPage[ListedUsers], PagedPage[ListedUsers]): ...


async def each_listed(
    portal: Portal,
    query: UsersQuery,
    listed: type[PagedUserListPage],
    nobody: type[UserNotFoundPage],
    about: Proof,
) -> UsersAnswer:
    """What a search that was sent off leads to. `about`: what each page must say that it was searched by."""
    match await portal.landed_on(listed, nobody, about={**about, "page": 1}):
        case UserNotFoundPage() as refused:
            return await refused.answer()
        case found:
            pages = each_page(portal, found, "users", about)
            return asked_for([user async for _, shown, _ in pages for user in shown.users], query)
