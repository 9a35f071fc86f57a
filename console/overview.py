"""The first page of everybody who is signed in: what people would rather see than read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from console.choices import EMPTY_HANDED
from console.days import forecast_for, logins_drawn
from console.days import today as day_now
from console.door import AnyVisitor, House, HouseOf
from console.drawing import Bar, columns, rows
from console.inventory import Account, accounts, resting_by_portal
from console.money import DAYS as MONEY_DAYS
from console.money import KEPT_SECONDS, PROOF, SPANS, Sums, summed
from console.pages import page, words
from console.rights import Right, rights_of
from console.scope import allowed_credentials
from core.counted import counted
from core.x12 import codes
from lanes.assembly import Fleet
from lanes.people import Visitor
from store import quarantine, tallies
from store.quarantine import Quarantine
from store.tallies import Tally

router = APIRouter(include_in_schema=False)
DAYS = 7
REASONS = 8
PARTS = {"found": "fill-found", "nothing found": "fill-none", "failed": "fill-failed"}
FAILED = ("failed", PARTS["failed"])
OUTCOMES = 6
_FRESH_DAYS = 30
"""The whole of a bar where a portal states no limit."""


@dataclass(frozen=True)
class Numbers:
    """What the first page counts; of the visitor's tax IDs, and free of patient data."""

    days: Sequence[date]
    counted: Sequence[Tally]
    sums: Sums
    inventory: Sequence[Account]
    """Empty for those who may not see runs."""
    resting: dict[str, list[Quarantine]]

    @property
    def total(self) -> int:
        return sum(each.count for each in self.counted)

    @property
    def failed(self) -> int:
        return sum(each.count for each in self.counted if each.failed)


async def numbers(house: House, visitor: Visitor) -> Numbers:
    fleet, today = house.fleet, datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    async with fleet.database.read() as session:
        allowed = await allowed_credentials(session, visitor)
        inventory = await accounts(session, fleet, allowed) if Right.RUNS in rights_of(visitor) else []
        resting = resting_by_portal(await quarantine.all_resting(session))
    counted = await house.kept.get(("questions", allowed, today), partial(_counted, fleet, days, allowed))
    sums = await house.kept.get(("sums", allowed), partial(summed, fleet, allowed), seconds=lambda _: KEPT_SECONDS)
    return Numbers(days, counted, sums, inventory, resting)


@router.get("/")
async def overview(request: Request, visitor: AnyVisitor, house: HouseOf) -> Response:
    fleet, found = house.fleet, await numbers(house, visitor)
    counted, sums, inventory = found.counted, found.sums, found.inventory
    slots = None
    if Right.SCHEDULE in request.state.rights:
        slots = await house.kept.get(("slots", visitor.tins, found.days[-1]), partial(_logins, house, visitor))
    return page(
        request,
        "overview.html",
        total=found.total,
        answered=any(each.outcome for each in counted),
        failed=found.failed,
        stopped=[each for each in inventory if each.mood == "bad"],
        resting=found.resting,
        portals=fleet.portals,
        parts=PARTS,
        by_day=columns("Questions by day and outcome", _columns(by_day(counted, found.days)), PARTS),
        health=rows("Share of questions that were answered, by portal", _health(fleet, counted)),
        freshness=rows(
            "Days since the last log-in, by account", [_freshness(each) for each in inventory if not each.fresh.retired]
        ),
        outcomes=rows("Questions by outcome", _outcomes(counted)),
        slots=slots,
        payments=sum(sums.proof.values()),
        proof=rows("Payments by how well they are proven", _proven(sums)),
        denied=sums.denied,
        denials=rows("Denied claims by reason", _denials(sums)),
        meanings={code: codes.reason(code.partition("-")[2]) for code in [each.name for each in _denials(sums)]},
        deadlines=rows("Denied claims that can still be appealed, by time left", _deadlines(sums)),
        appealable=sum(sums.deadlines.values()),
        money_days=MONEY_DAYS,
    )


async def _counted(fleet: Fleet, days: Sequence[date], allowed: frozenset[str] | None) -> list[Tally]:
    async with fleet.database.read() as session:
        return await tallies.questions(session, days=days, credentials=allowed)


def by_day(counted: Iterable[Tally], days: Iterable[date]) -> dict[date, Counter[str]]:
    """Of each day the questions by a key of PARTS."""
    heaps: dict[date, Counter[str]] = {day: Counter() for day in days}
    for each in counted:
        if part := _part(each):
            heaps[each.day][part] += each.count
    return heaps


def _columns(heaps: dict[date, Counter[str]]) -> dict[str, Counter[str]]:
    return {f"{day:%a} {day.day}": parts for day, parts in heaps.items()}


def _part(tally: Tally) -> str | None:
    if tally.outcome is None:
        return "failed" if tally.failed else None
    return "nothing found" if tally.outcome in EMPTY_HANDED else "found"


def _outcomes(counted: Iterable[Tally]) -> list[Bar]:
    """The most frequent ones, and all that failed."""
    told = Counter({(name, PARTS[part]): count for (name, part), count in by_outcome(counted).items()})
    whole = sum(told.values())
    failed = [(kind, count) for kind, count in told.items() if kind == FAILED]
    shown = [each for each in told.most_common(OUTCOMES) if each[0] != FAILED] + failed
    return [Bar(words(name), count / whole, css, f"{count:,}") for (name, css), count in shown]


def by_outcome(counted: Iterable[Tally]) -> Counter[tuple[str, str]]:
    """Questions by outcome, "failed" for those that have none, and the key of PARTS to which it belongs."""
    told: Counter[tuple[str, str]] = Counter()
    for each in counted:
        if part := _part(each):
            told[each.outcome or part, part] += each.count
    return told


async def _logins(house: House, visitor: Visitor) -> Markup | None:
    seen = await forecast_for(house, visitor, day_now(house))
    return logins_drawn(house, seen) if seen.slots else None


def by_portal(counted: Iterable[Tally]) -> dict[str, tuple[int, int]]:
    """Of each portal how many questions it answered, and of how many."""
    answered: dict[str, int] = defaultdict(int)
    settled: dict[str, int] = defaultdict(int)
    for each in counted:
        if each.outcome or each.failed:
            settled[each.portal] += each.count
            answered[each.portal] += each.count if each.outcome else 0
    return {portal: (answered[portal], count) for portal, count in sorted(settled.items())}


def _health(fleet: Fleet, counted: Iterable[Tally]) -> list[Bar]:
    bars = []
    for portal, (answered, count) in by_portal(counted).items():
        share = answered / count
        name = fleet.portals[portal].name if portal in fleet.portals else portal
        css = "fill-good" if share > 0.95 else "fill-warn" if share > 0.8 else "fill-bad"
        bars.append(Bar(name, share, css, f"{answered:,} of {count:,}"))
    return bars


def _freshness(account: Account) -> Bar:
    name = f"{account.credential.portal}/{account.credential.name}"
    last = account.credential.last_login_at
    if last is None:
        return Bar(name, 0, "fill-warn", "never")
    days = (datetime.now(UTC) - last).days
    whole = (account.deadline - last).days if account.deadline else _FRESH_DAYS
    css = {"bad": "fill-bad", "warn": "fill-warn", "good": "fill-good"}[account.mood]
    return Bar(name, days / whole if whole else 1, css, counted(days, "day"))


def _proven(sums: Sums) -> list[Bar]:
    payments = sum(sums.proof.values()) or 1
    return [
        Bar(words, sums.proof.get(key, 0) / payments, css, f"{sums.proof.get(key, 0):,} of {payments:,}")
        for key, (words, css) in PROOF.items()
    ]


def _denials(sums: Sums) -> list[Bar]:
    most = sorted(sums.denials.items(), key=lambda each: (-each[1], each[0]))[:REASONS]
    return [Bar(code, count / sums.denied, "fill-found", f"{count:,}") for code, count in most]


def _deadlines(sums: Sums) -> list[Bar]:
    whole = sum(sums.deadlines.values()) or 1
    return [
        Bar(words, sums.deadlines.get(words, 0) / whole, css, f"{sums.deadlines.get(words, 0):,}")
        for _, words, css in SPANS
    ]
