"""Users: who has access to a portal for the practice, to what, and since when they did not use it. None means "the
portal does not state it". The people in it are staff: what is known of them is sealed like what is known of patients.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from core.capabilities.common import Mismatch, NotAuthorised, PortalSays
from core.capabilities.record import Answer, Query, Record
from core.phi import Phi


class UsersQuery(Query):
    """Everybody, or the one user of this name."""

    username: Phi[str] | None = None


class UserStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    """Switched off by an administrator, or by the portal for want of log-ins."""
    LOCKED = "locked"
    PENDING = "pending"
    """Invited, and has not accepted yet."""


class Scope(Record):
    """For whom a user may act. An NPI or a site that is None: the portal does not narrow it."""

    tin: str | None = None
    npi: str | None = None
    site: str | None = None
    """Or the number that the portal itself gave to the practice, where it knows no tax ID."""


class PortalUser(Record):
    username: str
    name: str | None = None
    """First name first, however the portal prints it."""
    roles: tuple[str, ...] = ()
    """In the portal's own words: they grant other things on each."""
    scopes: tuple[Scope, ...] = ()
    status: UserStatus | None = None
    last_login: date | None = None
    never_logged_in: bool = False
    """The portal says so. A last log-in that it does not state is None, and this False."""
    created_on: date | None = None


class Users(Answer):
    """By user name."""

    outcome: Literal["users"] = "users"
    users: tuple[PortalUser, ...]

    @property
    def sentence(self) -> str:
        many = len(self.users) != 1
        said = f"{len(self.users)} user{'s' * many} {'have' if many else 'has'} access"
        counted = [
            f"{number} {status.value}"
            for status in UserStatus
            if (number := sum(user.status is status for user in self.users))
        ]
        return f"{said}: {', '.join(counted)}." if counted else f"{said}."


class UserNotFound(PortalSays):
    outcome: Literal["user_not_found"] = "user_not_found"
    said = "The portal knows no user of this name."


def asked_for(users: Iterable[PortalUser], query: UsersQuery) -> Users | UserNotFound:
    """Portals list every name that begins with the one asked for: longer ones are not meant."""
    wanted = query.username.reveal().strip().casefold() if query.username else None
    found = tuple(user for user in users if wanted in (None, user.username.casefold()))
    return Users(users=found) if found else UserNotFound()


UsersAnswer = Annotated[Users | UserNotFound | NotAuthorised | Mismatch, Field(discriminator="outcome")]
