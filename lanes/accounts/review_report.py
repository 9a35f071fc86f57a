"""The quarterly access review as one page to decide on, to sign and to file, and when each portal's is due."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment
from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.users import PortalUser
from core.manifest import Manifest
from lanes.accounts.access_review import REVIEWED, Finding, Found, Review
from lanes.assembly import Fleet
from store import audit

EVERY = timedelta(days=92)
"""The longest quarter."""
SOON = timedelta(days=14)
"""So long before it is due somebody is told."""
_PAGE = Environment(autoescape=True).from_string(Path(__file__).with_name("review.html").read_text("utf-8"))


@dataclass(frozen=True)
class Reviewed:
    portal: str
    at: datetime | None
    """None: never."""
    by: str | None = None
    findings: int | None = None

    @property
    def due_at(self) -> datetime | None:
        """None: it was never made, and is due."""
        return self.at + EVERY if self.at else None

    @property
    def due(self) -> str:
        return f"{self.due_at:%Y-%m-%d}" if self.due_at else "now"

    def due_soon(self, now: datetime) -> bool:
        return self.due_at is None or self.due_at - now <= SOON


async def reviewed(session: AsyncSession, portals: Mapping[str, Manifest]) -> list[Reviewed]:
    """The last review of each portal that shows its users."""
    shown = [portal for portal, manifest in portals.items() if "users" in manifest.capabilities]
    return [await _last(session, portal) for portal in shown]


async def page(fleet: Fleet, done: Review, *, signed_by: str | None, signed_at: datetime | None) -> bytes:
    """HTML. `done` as it was before it was signed: what counts as the review before is the one before this."""
    async with fleet.database.read() as session:
        before = {portal: await _last(session, portal, until=signed_at) for portal in done.as_of}
    day = max(done.as_of.values(), default=fleet.clock.now())
    portals = [
        {
            "name": fleet.portals[portal].name,
            "as_of": f"{as_of:%Y-%m-%d %H:%M}",
            "before": f"{last.at:%Y-%m-%d} by {last.by}" if (last := before[portal]).at else None,
            "rows": list(_rows(done.access[portal], [each for each in done.found if each.portal == portal])),
        }
        for portal, as_of in done.as_of.items()
    ]
    return _PAGE.render(
        quarter=f"{day.year} Q{(day.month + 2) // 3}",
        done=done,
        portals=portals,
        by_hand=[fleet.portals[portal].name for portal in done.by_hand],
        signed_by=signed_by,
        signed_at=f"{signed_at:%Y-%m-%d %H:%M}" if signed_at else None,
    ).encode()


async def _last(session: AsyncSession, portal: str, *, until: datetime | None = None) -> Reviewed:
    event = await audit.latest(session, REVIEWED, portal, before=until)
    if event is None:
        return Reviewed(portal, None)
    return Reviewed(portal, event.at, event.actor, json.loads(event.detail).get("findings"))


def _rows(users: Sequence[PortalUser], found: Sequence[Found]) -> Iterator[dict[str, Any]]:
    """Everybody who has access; then who should have it and has not."""
    for user in users:
        yield {
            "username": user.username,
            "name": user.name or "",
            "roles": ", ".join(user.roles),
            "status": user.status or "",
            "last_login": "never" if user.never_logged_in else user.last_login or "",
            "findings": [_told(each) for each in found if each.username == user.username],
        }
    for each in found:
        if each.finding is Finding.MISSING:
            yield {"username": each.username, "name": each.name or "", "findings": [_told(each)]}


def _told(found: Found) -> str:
    return f"{found.finding.value} ({found.detail})" if found.detail else found.finding.value
