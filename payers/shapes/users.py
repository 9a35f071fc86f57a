"""What portals state of their users. An adapter puts these parts together as its pages show them."""

from __future__ import annotations

from typing import TypeVar

from bots.page import Field, Part, ReadsInto
from bots.parse import integer, text, us_date
from bots.words import said, taken, unsaid, word
from core.capabilities.record import Record
from core.capabilities.users import PortalUser, UserNotFound, UserStatus
from payers.shapes.refusals import RefusalPage

R = TypeVar("R", bound=Record)


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
