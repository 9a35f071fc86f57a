"""A password is changed: kept in the vault, changed at the portal, proven by a fresh log-in, then the login's own."""

from __future__ import annotations

from typing import Protocol

from bots.contracts import LaneBot, LoginSecrets
from core.capabilities.account import PasswordAnswer, PasswordChanged, PasswordRefused
from core.errors import CredentialRejected, FleetError, LeaseLost, PortalChanged
from lanes.accounts.passwords import Passwords
from lanes.sink import LaneSink


class Door(Protocol):
    """A lane's way into the portal and out of it; `lanes.entrance.Entrance`."""

    @property
    def passwords(self) -> Passwords: ...

    async def enter(self, sink: LaneSink) -> tuple[LaneBot, LoginSecrets]:
        """Logged in, and with what."""
        ...

    async def leave_for_good(self) -> None:
        """Nothing of the browser context is kept, nor its session."""
        ...


async def change_password(door: Door, sink: LaneSink) -> PasswordAnswer:
    """Safe to be called again after a crash anywhere in it: what was begun is found out first, and counts.

    Raises core errors; the vault then still has the password that the portal has, and every other one.
    """
    passwords = door.passwords
    bot, secrets = await door.enter(sink)
    if passwords.changed:
        return PasswordChanged()
    trouble: FleetError | None = None
    try:
        said = await bot.change_password(secrets, sink)
    except LeaseLost:
        raise
    except FleetError as problem:
        if not passwords.sent:
            raise
        if isinstance(problem, CredentialRejected):  # the old one, on the page for changing it: nothing was changed
            await passwords.abandon()
            raise
        trouble = problem
    else:
        if isinstance(said, PasswordRefused):
            await passwords.new_one_refused()
            return said
        await passwords.taken()
    await door.leave_for_good()
    await door.enter(sink)
    if passwords.changed:
        return PasswordChanged()
    raise trouble or PortalChanged("password", None, detail="the portal said that it is changed, and took the old one")
