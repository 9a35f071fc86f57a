"""When a schedule fires: cron in an IANA time zone, and what becomes of fires that an outage swallowed.

Days of a changing clock are cron's own (Debian): a time that the spring skips fires when the clock has jumped, one that
the autumn repeats fires the first time only; what recurs by the minute or hour follows the real hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from core.errors import RequestInvalid

MEMORY = timedelta(days=31)
"""What was missed longer ago is not made up for."""
MOST = 1_000
"""Fires of one look; the next look goes on behind them."""
_LONGEST_REPEAT = timedelta(hours=3)
"""More than any zone sets its clock back."""
_FIELDS = 5


class CatchUp(StrEnum):
    NEWEST = "newest"
    """After an outage the newest missed fire runs, the others are counted."""
    NONE = "none"
    """As NEWEST, unless it is later than the schedule allows: then nothing runs before the next time."""
    ALL = "all"


class Overlap(StrEnum):
    """What a fire does while the work of the one before is not done."""

    JOIN = "join"
    """It asks at once; what waits in the queue already is not asked twice."""
    QUEUE = "queue"
    SKIP = "skip"


@dataclass(frozen=True)
class Wanted:
    fires: tuple[datetime, ...]
    missed: int
    """Instants that passed without a fire, by the policy."""
    until: datetime
    """The instants up to here are settled."""


@dataclass(frozen=True)
class Timetable:
    cron: str
    zone: ZoneInfo

    @classmethod
    @lru_cache(maxsize=1_000)  # whoever reads a schedule makes its timetable
    def of(cls, cron: str, time_zone: str) -> Timetable:
        """Raises RequestInvalid."""
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise RequestInvalid(
                f"“{time_zone}” is not a time zone; write it as the IANA does, such as America/Chicago.",
                field="time_zone",
            ) from None
        if len(cron.split()) != _FIELDS:
            raise RequestInvalid(
                f"“{cron}” is not a cron line of five fields: minute, hour, day of month, month, day of week.",
                field="cron",
            )
        made = cls(cron, zone)
        try:
            next(made.after(datetime.now(UTC)))
        except (CronSimError, StopIteration) as problem:
            raise RequestInvalid(f"The cron line “{cron}” never fires: {problem}.", field="cron") from None
        return made

    @property
    def words(self) -> str:
        """“At 06:00, on Monday through Friday”."""
        return str(CronSim(self.cron, datetime.now(self.zone)).explain())

    def after(self, moment: datetime) -> Iterator[datetime]:
        """In UTC, rising, each later than `moment`; the same ones wherever one begins."""
        begin = (moment - _LONGEST_REPEAT).astimezone(self.zone)
        latest = moment
        for local in CronSim(self.cron, begin):
            instant = local.astimezone(UTC)
            if instant > latest:
                latest = instant
                yield instant

    def next(self, count: int, after: datetime) -> list[datetime]:
        """In the schedule's zone."""
        return [instant.astimezone(self.zone) for instant in islice(self.after(after), count)]

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        for instant in self.after(after):
            if instant > until:
                return
            yield instant

    @lru_cache(maxsize=1_000)  # noqa: B019 - small, and asked for at each look at a week
    def on(self, day: date) -> tuple[datetime, ...]:
        """The fires that the schedule's zone calls this day's, in UTC."""
        begins, ends = (datetime.combine(each, time(), self.zone) for each in (day, day + timedelta(days=1)))
        return tuple(each for each in self.between(begins - timedelta(seconds=1), ends) if each < ends)

    def wanted(self, after: datetime, now: datetime, catch_up: CatchUp, late: timedelta) -> Wanted:
        """What has to fire now of the instants since `after`."""
        pending = self.between(max(after, now - MEMORY), now)
        if catch_up is CatchUp.ALL:
            fires = tuple(islice(pending, MOST))
            return Wanted(fires, 0, fires[-1] if len(fires) == MOST else now)
        count, newest = 0, None
        for newest in pending:  # noqa: B007 - the last one is what is wanted
            count += 1
        if newest is None or (catch_up is CatchUp.NONE and now - newest > late):
            return Wanted((), count, now)
        return Wanted((newest,), count - 1, now)


@dataclass(frozen=True)
class Span:
    """A recurring span of hours; one that ends before it starts goes over midnight."""

    starts: time
    ends: time
    zone: ZoneInfo
    weekday: int | None = None
    """Of its start, 0 is Monday; every day when None."""
    on: date | None = None
    """Only the one that starts on this day."""

    @classmethod
    def of(cls, text: str) -> Span:
        """Every day, written as "21:00-06:30 America/Chicago". Raises ValueError."""
        hours, _, zone = text.strip().partition(" ")
        starts, ends = map(time.fromisoformat, hours.split("-"))
        return cls(starts, ends, ZoneInfo(zone))

    def starts_after(self, moment: datetime) -> datetime:
        """When it starts next, in UTC, within a week. For one that recurs."""
        local = moment.astimezone(self.zone).date()
        days = (local + timedelta(days=ahead) for ahead in range(9))
        starts = (datetime.combine(day, self.starts, self.zone).astimezone(UTC) for day in days if self._on(day))
        return next(each for each in starts if each > moment)

    def turns(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Moments between these, in UTC: it begins and ends at no others."""
        first, last = (each.astimezone(self.zone).date() for each in (since, until))
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            for clock in (self.starts, self.ends):
                moment = datetime.combine(day, clock, self.zone).astimezone(UTC)
                if since < moment < until:
                    yield moment

    def ends_after(self, moment: datetime) -> datetime | None:
        """When the span that `moment` lies in ends, in UTC; None outside of it."""
        local = moment.astimezone(self.zone).date()
        for day in (local - timedelta(days=1), local):
            if not self._on(day):
                continue
            last = day if self.starts < self.ends else day + timedelta(days=1)
            begins, ends = (
                datetime.combine(which, clock, self.zone).astimezone(UTC)
                for which, clock in ((day, self.starts), (last, self.ends))
            )
            if begins <= moment < ends:
                return ends
        return None

    def _on(self, day: date) -> bool:
        return self.weekday in (None, day.weekday()) and self.on in (None, day)


FOREVER = timedelta(days=30)
"""Whatever is closed for as long does not open."""


def closed_until(spans: Sequence[Span], moment: datetime) -> datetime | None:
    """The end of the spans that `moment` lies in, one touching the next, up to FOREVER; None when it lies in none."""
    until: datetime | None = None
    while (until is None or until - moment < FOREVER) and (
        ends := max((end for span in spans if (end := span.ends_after(until or moment))), default=None)
    ):
        until = ends
    return until
