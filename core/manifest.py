"""What is known of a portal as a whole: payers/<portal>/manifest.yaml."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.capabilities.claim_status import Lifecycle
from core.passwords import PasswordRules
from core.timetable import FOREVER, Span, closed_until

_ORIGIN = re.compile(r"https?://[^\s/?#@]+")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(StrEnum):
    """How well the adapter is proven. Below `live` it runs unattended against the simulator only."""

    DRAFT = "draft"
    SIMULATED = "simulated"
    RECORDED = "recorded"
    LIVE = "live"


class Environment(_Data):
    """`hosts` may begin with `*.`; a browser of this portal can resolve no other name."""

    url: str
    hosts: tuple[str, ...]
    keeps_hours: bool = True
    """False: hours and maintenance are those of another environment; this one is never closed by the calendar."""
    worklist_minutes: float | None = Field(default=None, gt=0)
    """In place of that of the rules for submissions, where it is quicker or slower here."""

    @model_validator(mode="after")
    def _is_origin(self) -> Environment:
        if not _ORIGIN.fullmatch(self.url):
            raise ValueError("url is http(s)://HOST, with :PORT where it needs one, and nothing behind it")
        host = urlsplit(self.url).hostname or ""
        if not any(host == known or (known.startswith("*.") and host.endswith(known[1:])) for known in self.hosts):
            raise ValueError(f"hosts lacks {host}, the portal's own")
        return self


class Payer(_Data):
    """A payer behind the portal. `label` is what the portal's lists call it, `layout` names its generation of pages."""

    id: str
    name: str
    label: str
    layout: str = "standard"


class AutomationPolicy(_Data):
    """What the portal's terms say of bots. A portal that forbids them is never worked."""

    stance: Literal["allowed", "registered", "forbidden", "unknown"]
    evidence: str
    reviewed_on: date


class Maintenance(_Data):
    """A window in the portal's own time zone (IANA name), over midnight when it ends before it starts."""

    weekday: int | None = Field(default=None, ge=0, le=6)
    """Of its start, 0 is Monday; every day when None."""
    on: date | None = None
    """The one day of an announced window."""
    starts: time
    ends: time
    """Earlier than `starts`: on the next day."""
    time_zone: str

    def span(self) -> Span:
        return Span(self.starts, self.ends, ZoneInfo(self.time_zone), self.weekday, self.on)


class Opening(_Data):
    """Hours of the portal's own time zone (IANA name), over midnight when they end before they start."""

    weekdays: tuple[int, ...] = tuple(range(7))
    """Of their start, 0 is Monday."""
    starts: time
    ends: time
    time_zone: str

    def spans(self) -> Iterator[Span]:
        return (Span(self.starts, self.ends, ZoneInfo(self.time_zone), weekday) for weekday in self.weekdays)


class Hours(_Data):
    """When the portal can be used, but for its maintenance; around the clock when it names no hours."""

    open: tuple[Opening, ...] = ()
    source: str
    """Documented, observed, or assumed; of the maintenance windows too."""

    def spans(self) -> list[Span]:
        return [span for each in self.open for span in each.spans()]

    def opens_at(self, moment: datetime) -> datetime | None:
        """When it opens next, in UTC; None while it is open."""
        spans = self.spans()
        if not spans or any(span.ends_after(moment) for span in spans):
            return None
        return min(span.starts_after(moment) for span in spans)


class Lock(_Data):
    """What opens an account again that too many wrong passwords have locked."""

    opened_by: str
    """Goes on after “It is opened by …”."""
    minutes: int | None = Field(default=None, gt=0)
    """So long it lasts at most, and then opens by itself; None: until somebody opens it."""
    source: str
    """Documented, observed, or assumed."""

    @property
    def sentence(self) -> str:
        lasts = f"A lock lasts {self.minutes} minutes there" if self.minutes else "A lock does not end by itself there"
        return f"{lasts}; {'before that ' if self.minutes else ''}it is opened by {self.opened_by}."


class Device(_Data):
    """How long the portal remembers a device, and asks no second step of it."""

    days: int = Field(gt=0)
    source: str
    """Documented, observed, or assumed."""


class Retention(_Data):
    """How long the portal keeps something: a capability's data, or a kind of it as its queries name it. Without months
    and days nobody knows, and the source says who was asked.
    """

    kind: str
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    tier: str | None = None
    """Which accounts, where that depends on what is paid for."""
    source: str | None = None
    """Documented, observed, or assumed."""

    @property
    def known(self) -> bool:
        return bool(self.months or self.days)

    def since(self, today: date) -> date:
        """The oldest day that the portal still has today."""
        return months_later(today, -self.months) - timedelta(days=self.days)

    def until(self, posted_on: date) -> date:
        """The last day on which the portal has what it posted on this one."""
        return months_later(posted_on, self.months) + timedelta(days=self.days)


class FollowUp(_Data):
    """What is to be done about something that a payer has received, and by when."""

    answer_days: int | None = Field(default=None, ge=1)
    """So long the payer may take to decide, from the day on which it was sent; then it is asked."""
    next_kind: str | None = None
    """What may be sent against its decision; until when, the rule of that kind says."""
    next_days: int | None = Field(default=None, ge=1)
    """From the day of the decision, where the portal itself does not take what comes next."""
    verdict: str = "Decided against you"
    """How that is said of this kind."""
    until: str = "decided"
    """What it waits to be: decided, answered, acknowledged."""
    letter_days: int = Field(default=14, ge=0)
    """So long after the decision its letter is looked for: what the portal has not by then comes by post, or never."""
    source: str
    """Documented, contract, or assumed; and where."""


class SubmissionRule(_Data):
    """What the portal, and the payers behind it, take of some kinds of submission, and how they show it."""

    kinds: tuple[str, ...]
    payers: tuple[str, ...] = ()
    """Their ids; all of the portal's when there are none."""
    requires: tuple[str, ...] = ()
    """Keys that the portal's form cannot do without."""
    lacks: tuple[str, ...] = ()
    """Keys for which the form has no place: who gives one is told, and nothing is left out in silence."""
    reasons: tuple[str, ...] = ()
    """Those that the portal's list has; any when there are none."""
    topics: tuple[str, ...] = ()
    """Of messages, likewise."""
    service_kinds: tuple[str, ...] = ()
    """Of requests for authorizations, likewise."""
    min_files: int = Field(default=0, ge=0)
    max_files: int = Field(ge=0)
    min_bytes: int = Field(default=1, ge=1)
    """Of one file."""
    max_bytes: int
    total_bytes: int
    endings: tuple[str, ...]
    """Without the dot, in small letters."""
    longest_text: int | None = Field(default=None, ge=1)
    """Characters of a narrative, or of a message with the mark that the fleet puts under it."""
    filing_days: int | None = Field(default=None, ge=1)
    filing_months: int | None = Field(default=None, ge=1)
    """Counted from the day of the decision."""
    filing_source: str | None = None
    """Documented, contract, or assumed; and where."""
    claim_states: tuple[Lifecycle, ...] = (Lifecycle.PAID, Lifecycle.DENIED, Lifecycle.FINALIZED_NO_PAYMENT)
    """Of a claim that may be disputed."""
    needs_approval: bool = False
    """A person says yes before anything is sent."""
    worklist_minutes: float = Field(gt=0)
    """After so long the portal's worklist certainly shows what has arrived."""
    not_shown: Literal["ask_person", "send_again"] = "ask_person"
    """What follows when it does not by then, though the click may have been made: docs/adr/0008."""
    follow_up: FollowUp | None = None
    """None: nobody decides on it, and the portal is not asked for it any more once it has it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys without which it is not sent: the form's, and the day from which the time to file is counted."""
        counted = ("decided_on",) if self.filing_days or self.filing_months else ()
        return tuple(dict.fromkeys((*self.requires, *counted)))

    def file_by(self, decided_on: date) -> date | None:
        """The last day on which the payer takes it; None where no rule is known."""
        if self.filing_months is not None:
            return months_later(decided_on, self.filing_months)
        return decided_on + timedelta(days=self.filing_days) if self.filing_days is not None else None


class Recovery(_Data):
    """How the portal itself lets a locked or forgotten account be recovered."""

    by: Literal["backup_code", "emailed_link"]
    """What proves who one is: a one-time code of the vault's stock, or a link that a person hands in."""
    source: str
    """Documented, observed, or assumed."""


class Manifest(_Data):
    id: str
    name: str
    administrator_contact: str | None = None
    notes: str | None = None
    environments: dict[Literal["simulator", "live"], Environment]
    payers: tuple[Payer, ...]
    capabilities: tuple[str, ...]
    identity_provider: str | None = None
    """Who keeps the log-in, where several portals share it: payers/<it> and selectors/<it>. What locks an account there
    locks it for all of them.
    """
    mfa: tuple[Literal["totp", "sms", "call", "email", "backup_code"], ...]
    device_cookies: tuple[str, ...] = ()
    """Names of the cookies by which the portal knows a device that it was told to remember: they outlive sessions and
    passwords, and spare codes.
    """
    device: Device | None = None
    """None: it remembers none, or nobody knows how long."""
    session_minutes: int
    session_source: str
    """Where the minutes come from: documented, observed, or assumed."""
    password: PasswordRules | None = None
    """None: nobody knows them, and passwords are changed by a person."""
    recovery: Recovery | None = None
    """None: a person does it, by the portal's runbook. Else whoever keeps the accounts has a module `recovery`."""
    inactivity_days: int | None = None
    wrong_passwords_allowed: int | None = None
    """In a row; the next one locks the account."""
    lock: Lock | None = None
    answer_seconds: float = 60
    """How long the portal may take to answer before it counts as unavailable."""
    single_session: bool = False
    hours: Hours | None = None
    """None: nobody knows them, and it counts as open around the clock."""
    maintenance: tuple[Maintenance, ...] = ()
    time_zone: str | None = None
    """IANA name of the zone by whose days deadlines are counted, and in which the portal prints times of day."""
    time_zone_source: str | None = None
    """Documented, observed, or assumed."""
    retention: tuple[Retention, ...] = ()
    submissions: tuple[SubmissionRule, ...] = ()
    """The first rule of a kind and payer counts."""
    policy: AutomationPolicy
    rung: Rung
    paused: str | None = None
    """A reason: the adapter is known to be broken and rests."""

    @model_validator(mode="after")
    def _payers_differ(self) -> Manifest:
        ids = [payer.id.upper() for payer in self.payers]
        if len(ids) != len(set(ids)):
            raise ValueError("two payers have the same id")
        return self

    @model_validator(mode="after")
    def _opens(self) -> Manifest:
        now = datetime.now(UTC)
        for environment in self.environments:
            if (until := self.closed_until(now, environment)) and until - now >= FOREVER:
                raise ValueError("hours and maintenance leave no time at which the portal is open")
        return self

    @property
    def keeper(self) -> str:
        """Who keeps the accounts: their passwords, their codes, their locks."""
        return self.identity_provider or self.id

    def payer(self, wanted: str | None) -> Payer | None:
        """By id or name, without regard to case; the only one when none is named. None when there is no such payer."""
        if wanted is None:
            return self.payers[0] if len(self.payers) == 1 else None
        folded = wanted.casefold()
        return next((payer for payer in self.payers if folded in (payer.id.casefold(), payer.name.casefold())), None)

    def takes(self, kind: str, payer: str | None) -> SubmissionRule | None:
        """The rule of this kind and payer id; None where the portal does not take it."""
        fitting = (rule for rule in self.submissions if kind in rule.kinds)
        return next((rule for rule in fitting if not rule.payers or payer in rule.payers), None)

    def kept_since(self, capability: str, kinds: Iterable[str], today: date) -> date | None:
        """The oldest day of which the portal still has any of these kinds; None where that is not known of each."""
        known = [self.keeps(kind) or self.keeps(capability) for kind in kinds]
        return min((each.since(today) for each in known if each), default=None) if all(known) else None

    def forgotten(self, kind: str, asked_from: date) -> tuple[str, ...]:
        """The note of an answer whose first days lie before the portal's memory; none for any other."""
        kept = self.keeps(kind)
        since = kept.since(self.today(datetime.now(UTC))) if kept else asked_from
        return (f"Nothing from before {since} is kept any more.",) if asked_from < since else ()

    def closed_until(self, moment: datetime, environment: Literal["simulator", "live"]) -> datetime | None:
        """When the portal opens that is closed at this moment, by its hours or for maintenance, in UTC; None when it is
        open.
        """
        until: datetime | None = None
        while self.environments[environment].keeps_hours and (until is None or until - moment < FOREVER):
            now = until or moment
            spans = [window.span() for window in self.maintenance]
            ends = closed_until(spans, now) or (self.hours.opens_at(now) if self.hours else None)
            if ends is None:
                break
            until = ends
        return until

    def turns(self, since: datetime, until: datetime) -> list[datetime]:
        """Moments between these, in UTC, rising: it closes and opens at no others."""
        spans = [window.span() for window in self.maintenance] + (self.hours.spans() if self.hours else [])
        return sorted({moment for span in spans for moment in span.turns(since, until)})

    def in_maintenance(self, moment: datetime) -> bool:
        return closed_until([window.span() for window in self.maintenance], moment) is not None

    def in_its_zone(self, printed: datetime | None) -> datetime | None:
        """A time of day as the portal prints it, with the zone that it does not print."""
        return printed.replace(tzinfo=ZoneInfo(self.time_zone)) if printed and self.time_zone else printed

    def today(self, now: datetime) -> date:
        """The day where the portal is. Where nobody knows that, a day lasts until it ends on the west coast."""
        return now.astimezone(ZoneInfo(self.time_zone or "America/Los_Angeles")).date()

    def keeps(self, kind: str) -> Retention | None:
        """The longest that any account gets; None where nobody knows."""
        of_it = [each for each in self.retention if each.kind == kind and each.known]
        return max(of_it, key=lambda each: (each.months, each.days), default=None)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
