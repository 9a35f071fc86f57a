"""What lies in drop folders and was never taken in: it is in clear, so it does not lie there for long."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from core.retention import INBOX, Period
from lanes.assembly import Fleet
from lanes.keeping.holds import Holds
from store import audit


async def shred_inbox(fleet: Fleet, *, actor: str, dry_run: bool) -> list[tuple[Period, int]]:
    """How many files went, by the month in which they were touched last."""
    async with fleet.database.read() as session:
        holds = await Holds.in_force(session, fleet)
    now = fleet.clock.now()
    inbox = fleet.settings.layout.inbox
    over = await asyncio.to_thread(lambda: list(_over(inbox, now)))
    due = [(path, period) for path, period in over if str(period) not in holds.periods]
    count = Counter(period for _, period in due)
    if not dry_run and due:
        for path, _ in due:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        async with fleet.database.begin() as session:
            for period, files in count.items():
                event = audit.Event("retention.shredded", actor, str(period), {"files": files})
                await audit.append(session, event, now=now)
    return sorted(count.items())


def _over(inbox: Path, now: datetime) -> Iterator[tuple[Path, Period]]:
    for path in inbox.glob("*/*"):
        if path.is_file() or path.is_symlink():
            period = Period.of(INBOX, datetime.fromtimestamp(path.lstat().st_mtime, UTC))
            if period.goes_on is not None and period.goes_on <= now.date():
                yield path, period
