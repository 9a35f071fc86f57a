"""What a day will bring: which fires will wait or fail and why, and what the log-ins of the day have to share.

A seed gives one log-in per half-minute, whoever wants it; an account has one session, and its work is done in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from core.checks import FIRST_DAY, LAST_DAY
from core.errors import RequestInvalid
from core.manifest import Manifest
from core.schedules import Definition
from lanes.calendar.obstacles import Board, Kind, Known, Obstacle, obstacles
from lanes.codes import PERIOD
from store import fires, schedules
from store.credentials import Credential, CredentialState
from store.fires import Fire
from store.schedules import Schedule

STEP = timedelta(seconds=PERIOD)


@dataclass(frozen=True)
class Outlook:
    """Of one fire."""

    schedule: Schedule
    said: Definition
    instant: datetime
    fire: Fire | None
    """Once it was made: how it stands, instead of a forecast."""
    account: str | None
    """The credential that it will use, as far as that can be said."""
    starts_at: datetime | None
    """The earliest moment; None when somebody has to act first."""
    reasons: Sequence[Obstacle]

    @property
    def due_at(self) -> datetime:
        return self.instant + timedelta(minutes=self.said.due_minutes)

    @property
    def verdict(self) -> str:
        """runs, waits, late (begins after it was due), or fails; or the state of a fire that was made."""
        if self.fire is not None:
            return self.fire.state.value
        if self.starts_at is None:
            return "fails"
        if self.starts_at > self.due_at:
            return "late"
        return "waits" if self.starts_at > self.instant else "runs"


@dataclass
class Slots:
    """The log-ins of one account, which portals of one identity provider share."""

    account: str
    names: set[str] = field(default_factory=set)
    """All that the account is called."""
    portals: set[str] = field(default_factory=set)
    total: int = 0
    """Half-minutes of the day in which its portal is open."""
    closed: Sequence[tuple[datetime, datetime]] = ()
    """The spans of the day in which it is not."""
    wanted: int = 0
    longest_wait: timedelta = timedelta()
    taken_until: datetime | None = None

    @property
    def free(self) -> int:
        return self.total - self.wanted


@dataclass(frozen=True)
class Forecast:
    day: date
    fires: Sequence[Outlook]
    slots: Sequence[Slots]


async def forecast(board: Board, day: date) -> Forecast:
    """The fires whose schedules' zones call it this day, by what is known now."""
    async with board.database.read() as session:
        return await forecast_in(session, board, day)


async def forecast_in(session: AsyncSession, board: Board, day: date) -> Forecast:
    """As `forecast`, with what this transaction has written."""
    known = await schedules.all_of(session)
    coming = sorted(
        ((instant, schedule) for schedule in known for instant in schedule.read().timetable.on(day)),
        key=lambda each: (each[0], each[1].read().priority),
    )
    made = await _made(session, coming)
    book = _Book(board, await Known.of(session, board), day)
    told = []
    for instant, schedule in coming:
        fire = made.get((schedule.id, instant))
        if fire is None and instant <= board.clock.now():
            continue  # missed by the policy, or before the schedule was made
        told.append(book.enter(schedule, instant, fire))
    return Forecast(day, told, sorted(book.slots.values(), key=lambda each: each.account))


class _Book:
    """Gives log-ins away in the order of the day."""

    def __init__(self, board: Board, known: Known, day: date) -> None:
        self._board = board
        self._known = known
        self._day = day
        self._busy_until: dict[str, datetime] = {}
        """By credential: when its session will be dead, if nobody uses it again."""
        self._uses: dict[str, int] = defaultdict(int)
        self.slots: dict[str, Slots] = {}

    def enter(self, schedule: Schedule, instant: datetime, fire: Fire | None) -> Outlook:
        said = schedule.read()
        known = self._known.accounts(said)
        found = self._reasons(schedule, said, instant, known)
        starts = max([instant, *(each.until for each in found if each.until)])
        usable = [each for each in known if each.state is CredentialState.OPEN] or list(known)
        account = min(usable, key=lambda each: self._uses[each.id], default=None)
        outlook = Outlook(schedule, said, instant, fire, account.name if account else None, starts, found)
        if fire is not None:
            return replace(outlook, starts_at=fire.planned_at or fire.not_before, reasons=[])
        if account is None or any(each.until is None for each in found):
            return replace(outlook, starts_at=None)
        logged_in = self._log_in(account, said.portal, starts)
        if logged_in > starts:
            sentence = f"Its log-in waits {(logged_in - starts).total_seconds():.0f} s for a code of “{account.name}”."
            found = [*found, Obstacle(Kind.SLOT, sentence, until=logged_in)]
        self._uses[account.id] += 1
        return replace(outlook, starts_at=logged_in, reasons=found)

    def _log_in(self, account: Credential, portal: str, moment: datetime) -> datetime:
        """When it may have its log-in; the same moment when the session still lives."""
        manifest = self._board.portals[portal]
        slots = self._slots(account, portal)
        alive = self._busy_until.get(account.id)
        if alive is None or alive < moment:
            slots.wanted += 1
            if "totp" in manifest.mfa and slots.taken_until is not None and slots.taken_until > moment:
                free = manifest.closed_until(slots.taken_until, self._board.environment) or slots.taken_until
                slots.longest_wait = max(slots.longest_wait, free - moment)
                moment = free
            slots.taken_until = _step_end(moment)
        self._busy_until[account.id] = moment + timedelta(minutes=manifest.session_minutes)
        return moment

    def _slots(self, account: Credential, portal: str) -> Slots:
        manifest = self._board.portals[portal]
        name = f"{manifest.keeper}/{account.name}"
        whose = account.account_mark or name
        if whose not in self.slots:
            begins, ends = day_span(self._day)
            closed = list(_closed(manifest, self._board.environment, begins, ends))
            open_for = ends - begins - sum((until - since for since, until in closed), timedelta())
            self.slots[whose] = Slots(name, total=int(open_for / STEP), closed=closed)
        self.slots[whose].names.add(name)
        self.slots[whose].portals.add(portal)
        return self.slots[whose]

    def _reasons(
        self, schedule: Schedule, said: Definition, instant: datetime, known: Sequence[Credential]
    ) -> list[Obstacle]:
        found = obstacles(self._known, self._board, schedule, instant)
        if schedule.paused_at is not None:
            cure = f"`fleet schedules resume {said.name}` lets it run."
            found.append(Obstacle(Kind.PAUSED, f"It is paused: {schedule.pause_reason}; {cure}"))
        local = instant.astimezone(said.timetable.zone).date()
        usable = [each for each in known if each.state is CredentialState.OPEN]
        dying = [each for each in usable if each.password_expires_on and each.password_expires_on <= local]
        if usable and len(dying) == len(usable):
            names = " and ".join(f"“{each.name}” ({each.password_expires_on})" for each in dying)
            found.append(Obstacle(Kind.PASSWORD, f"The password of {names} expires before; renew it at the portal."))
        return found


def day_span(day: date) -> tuple[datetime, datetime]:
    """In the time zone of this machine, in UTC: on days of a changing clock 23 or 25 hours."""
    begins, ends = (datetime.combine(each, time()).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return begins, ends


def _closed(
    manifest: Manifest, environment: Literal["simulator", "live"], begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, datetime]]:
    opens = begins
    for moment in (begins, *manifest.turns(begins, ends)):
        if moment >= opens and (until := manifest.closed_until(moment, environment)) is not None:
            opens = until
            yield moment, min(until, ends)


def _step_end(moment: datetime) -> datetime:
    return moment + STEP - timedelta(seconds=moment.timestamp() % PERIOD)


async def _made(session: AsyncSession, coming: Sequence[tuple[datetime, Schedule]]) -> dict[tuple[str, datetime], Fire]:
    if not coming:
        return {}
    found = await fires.between(session, coming[0][0], coming[-1][0] + timedelta(seconds=1))
    return {(fire.schedule_id, fire.instant): fire for fire in found}


def parsed_day(text: str | None, today: date) -> date:
    """Raises RequestInvalid."""
    if text is None:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise RequestInvalid("--day is a date; dates are written YYYY-MM-DD.", field="day") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise RequestInvalid(f"--day lies before {FIRST_DAY} or after {LAST_DAY}.", field="day")
    return found
