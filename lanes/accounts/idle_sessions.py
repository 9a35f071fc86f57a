"""Sessions that their portals would end for want of a click, while their lanes have work that is not due yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lanes.accounts.freshness import log_in_soon
from lanes.assembly import Fleet
from store import sessions

LONGEST = timedelta(hours=1)
"""Work that is further off is worth a log-in rather than pages all the time until then."""
SPENT = 0.6
"""The share of a session's idle time after which it is used: two minutes of Prefect's may still come between."""


async def keep_sessions(fleet: Fleet) -> Sequence[str]:
    """Has the cheapest page asked for that proves a session, by an errand of its lane; gives the lanes to wake.

    Not for a lane that rests: its portal, or whoever else works with the account, has asked for that.
    """
    now = fleet.clock.now()
    async with fleet.database.read() as session:
        waiting = await sessions.with_work_to_come(session, fleet.settings.environment, now=now, until=now + LONGEST)
    idle = []
    for credential, used_at in waiting:
        manifest = fleet.portals.get(credential.portal)
        lives = timedelta(minutes=manifest.session_minutes) if manifest else timedelta()
        if lives * SPENT <= now - used_at < lives:
            idle.append(credential)
    return await log_in_soon(fleet, idle)
