"""Every minute: Prefect is the clock's bell, and what is due stands in the store (docs/adr/0012-schedules.md)."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect.runtime import flow_run

from flows.hands import at_hand
from flows.hygiene import ids_only
from flows.rewake import STALE


@ids_only("schedules")
async def fire() -> None:
    if datetime.now(UTC) - flow_run.scheduled_start_time > STALE:
        return  # after an outage Prefect fires all that it missed; the run of this minute does the work of all
    hands = at_hand()
    await hands.wake(await hands.scheduler.tick())
