"""When the fleet changes a password by itself: an account's own rule, else its portal's, else FLEET_ROTATE_DAYS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from core.errors import FleetError
from core.manifest import Manifest
from core.settings import Settings
from lanes.accounts.errands import ROTATION, Errand, set_out
from lanes.assembly import Fleet
from store import work_items
from store.credentials import Credential

_PAUSE = timedelta(days=1)
"""After a change that came to nothing: a portal that did not take one password may not take the next one either."""

log = structlog.get_logger()


@dataclass(frozen=True)
class RotationPolicy:
    every: int | None
    """Days from one change to the next, as an administrator wants it for this account."""
    ahead: int | None
    """So many days before it expires."""

    @classmethod
    def of(cls, credential: Credential, manifest: Manifest, settings: Settings) -> RotationPolicy:
        """Without any day where only people change it, or only when they ask for it."""
        rules, every = manifest.password, credential.rotate_every
        if rules is None or rules.changed_by == "person" or every == 0:
            return cls(None, None)
        return cls(every, settings.rotate_days if rules.rotate_days is None else rules.rotate_days)

    @property
    def unasked(self) -> bool:
        """Whether one that has expired is changed on the spot."""
        return self.every is not None or self.ahead is not None

    def day(self, credential: Credential, manifest: Manifest) -> date | None:
        """The first one on which it is changed; None where nobody knows when it expires, or nobody wants it."""
        since = (credential.password_since or credential.created_at).date()
        days = [] if self.every is None else [since + timedelta(days=self.every)]
        expires = expires_on(credential, manifest)
        if self.ahead is not None and expires is not None:
            days.append(expires - timedelta(days=self.ahead))
        return min(days, default=None)


def expires_on(credential: Credential, manifest: Manifest) -> date | None:
    """By the portal's own word, else by how long its passwords live: a person's may be older than its time here."""
    if credential.password_expires_on is not None or manifest.password is None:
        return credential.password_expires_on
    days = manifest.password.expires_days
    since = (credential.password_since or credential.created_at).date()
    return since + timedelta(days=days) if days is not None else None


async def change_in_time(fleet: Fleet, credential: Credential, *, by: str) -> bool:
    """Places the errand if the password's day has come, once a day at most. Whether there was something to place."""
    now, manifest = fleet.clock.now(), fleet.portals[credential.portal]
    day = RotationPolicy.of(credential, manifest, fleet.settings).day(credential, manifest)
    if day is None or day > now.date():
        return False
    async with fleet.database.read() as session:
        last = await work_items.last_asked(session, credential.id, ROTATION)
    if last is not None and now < last + _PAUSE:
        return False
    try:
        await set_out(fleet, Errand(ROTATION, credential.id, by))
    except FleetError as problem:  # too early by the portal's rules, or somebody has to look at its pages first
        log.warning("a password is not changed in time", credential=credential.id, error=problem.code)
        return False
    return True
