"""The retention clock: what a portal will have forgotten before somebody pulled it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.manifest import Manifest
from core.schedules import Definition
from store.schedules import Schedule

URGENT_DAYS = 14
URGENT = 10
"""A priority: before every sheet, after people who wait."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """Of a schedule that pulls what was posted between two days."""

    open_from: date
    """The oldest day that it has not pulled for good."""
    first_lost_day: date | None
    """From this day on the portal does not have that day any more; None where the manifest does not say."""

    def urgent(self, today: date) -> bool:
        return self.first_lost_day is not None and self.first_lost_day - today <= timedelta(days=URGENT_DAYS)


def clock(schedule: Schedule, said: Definition, manifest: Manifest, covered_to: date | None) -> Clock | None:
    """`covered_to`: the last day that a fire pulled, as the store says. Its own day may have got more since."""
    if said.kind.between is None:
        return None
    open_from = covered_to or said.days(schedule.created_at)[0]
    kept = manifest.keeps(said.task)
    return Clock(open_from, kept.until(open_from) + _DAY if kept else None)


def spans(said: Definition, manifest: Manifest, first: date, last: date, today: date) -> Iterator[tuple[date, date]]:
    """From `first`, or what the portal still has of it, to `last`, in spans no longer than the schedule's own: portals
    refuse long ones.
    """
    kept = manifest.keeps(said.task)
    begins = max(first, kept.since(today)) if kept else first
    step = timedelta(days=said.days_to - said.days_from)
    while begins <= last:
        yield begins, min(begins + step, last)
        begins += step + _DAY
