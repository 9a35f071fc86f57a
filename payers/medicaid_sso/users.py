"""Users: user maintenance has a row for each provider that somebody is linked to; the rows of one make the user."""

from collections.abc import Iterable, Sequence
from datetime import date

from bots.page import Field, Rows
from bots.parse import integer, text
from bots.portal import Portal
from bots.words import taken
from core.capabilities.record import Record
from core.capabilities.users import PortalUser, Scope, UsersAnswer, UsersQuery, UserStatus, asked_for
from core.errors import PortalChanged
from payers.shapes.coverage import FIRST_NAME, LAST_NAME
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.questions import typed
from payers.shapes.refusals import AccessDeniedPage
from payers.shapes.users import SeenPart, UserListPage, UserSearchPage

EVERYBODY = "All"
"""What the list says that it was searched by when no FranklinID was given."""


def privileges(printed: str) -> tuple[str, ...]:
    return tuple(printed.split("; "))


class Link(Record):
    """A row: one user at one provider."""

    username: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    status: UserStatus
    last_login: date | None
    never_logged_in: bool
    tin: str
    npi: str | None
    site: str | None


class LinkRow(SeenPart[Link]):
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    roles = Field(privileges)
    tin = Field(text)
    npi = Field(taken("party", "npi", parse=text), optional=True)
    site = Field(text, optional=True)


class Links(Record):
    links: tuple[Link, ...]
    total: int


class UsersPage(UserListPage[Links], PagedPage[Links], page="users"):
    """Ten rows a page, by provider."""

    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    links = Rows(LinkRow)


async def list_users(portal: Portal, query: UsersQuery) -> UsersAnswer:
    form = await portal.go(UserSearchPage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    searched = typed(query.username)
    await form.fill(username=searched)
    await form.submit.click()
    about = {"username": searched or EVERYBODY}
    listed = await portal.landed_on(UsersPage, about={**about, "page": 1})
    pages = each_page(portal, listed, "links", about)
    return asked_for(merged([link async for _, shown, _ in pages for link in shown.links]), query)


def merged(links: Iterable[Link]) -> list[PortalUser]:
    by_user: dict[str, list[Link]] = {}
    for each in links:
        by_user.setdefault(each.username, []).append(each)
    return [whole(by_user[name]) for name in sorted(by_user, key=str.casefold)]


def whole(links: Sequence[Link]) -> PortalUser:
    """Raises PortalChanged when the rows of one user tell of different people."""
    same = {
        name: {getattr(each, name) for each in links} for name in Link.model_fields if name not in Scope.model_fields
    }
    if any(len(values) > 1 for values in same.values()):
        raise PortalChanged("users", "links", detail="the rows of one user do not agree")
    known = {name: value for name, value in links[0] if name in PortalUser.model_fields}
    scopes = tuple(Scope(tin=each.tin, npi=each.npi, site=each.site) for each in links)
    return PortalUser(**{**known, "name": f"{links[0].first_name} {links[0].last_name}", "scopes": scopes})
