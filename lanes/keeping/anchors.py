"""Where the audit trail ended each night, kept beside the evidence: whoever rewrites its end has to rewrite these too,
and a bucket can be told to let nobody do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from lanes.assembly import Fleet
from store import audit
from store.objects import EvidenceStore


@dataclass(frozen=True)
class Anchors:
    found: int
    broken: Sequence[date]
    """Days whose anchor is not in the trail any more: an event up to then was changed or taken away."""


async def cast_anchor(fleet: Fleet) -> None:
    """Once a day, of UTC; whoever comes second changes nothing. Raises PartUnavailable."""
    async with fleet.database.read() as session:
        seq, digest = await audit.head(session)
    if seq:
        await fleet.evidence.put_if_absent(_name(fleet.clock.now().date()), f"{seq}:{digest}".encode())


async def checked(session: AsyncSession, evidence: EvidenceStore, *, today: date) -> Anchors:
    """Every anchor since the trail's first event. Raises PartUnavailable."""
    found, broken = 0, []
    begun = await audit.begun(session)
    day = begun.date() if begun else today + timedelta(days=1)
    while day <= today:
        with suppress(KeyError):  # a night on which nothing ran
            seq, _, digest = (await evidence.get(_name(day))).decode().partition(":")
            found += 1
            if not (seq.isdigit() and await audit.holds(session, int(seq), digest)):
                broken.append(day)
        day += timedelta(days=1)
    return Anchors(found, broken)


def _name(day: date) -> str:
    return f"anchors/{day.isoformat()}"
