"""Made-up prior authorizations of made-up members, with everything that a payer can decide about one."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulator import names
from simulator.accounts import NORTHGATE
from simulator.people import Member

_FATES = (
    *("certified",) * 6,
    *("partly_certified", "not_certified", "pended") * 3,
    *("modified", "modified", "cancelled", "contact_payer", "not_required"),
)
_SERVICES = {
    # kind: (code, is a revenue code, unit, the most that is requested)
    "inpatient": (("0120", True, "days", 9), ("0200", True, "days", 4), ("27447", False, "units", 1)),
    "outpatient": (("97110", False, "visits", 24), ("70553", False, "units", 2), ("45378", False, "units", 1)),
    "drug": (("J0897", False, "units", 120), ("J1745", False, "units", 60)),
    "referral": (("99243", False, "visits", 6), ("99203", False, "visits", 3)),
    "equipment": (("E0601", False, "units", 1), ("K0001", False, "units", 1)),
    "home_health": (("G0299", False, "hours", 96), ("S9123", False, "hours", 40)),
}
_FACILITIES = (
    "St. Brigid's Memorial Hospital",
    "Lakeshore Surgery Center, LLC",
    "Dr. Núñez & Søns Rehabilitation",
    "The <b>Oakfield</b> Clinic",
)
_REASONS = {
    "modified": "Authorized at the frequency that the member's plan covers.",
    "partly_certified": "Clinical notes support a part of the services requested.",
    "not_certified": "The records don't show that the service is medically necessary (policy MP-114 <rev. 3>).",
    "cancelled": "Withdrawn by the requesting provider.",
    "not_required": "No prior authorization is required for these services under the member's plan.",
}
_LONG_REASON = " ".join(
    f"Criterion {number}: the member's <b>condition</b> wasn't shown to meet it; the notes of visit {number} don't say."
    for number in range(1, 30)
)
_NEXT_STEPS = {
    "pended": "Send clinical notes within 14 days: the case can't be decided without them.",
    "not_certified": "Request a peer-to-peer review by calling 1-877-555-0143.",
    "contact_payer": "Call the plan's utilization management at 1-877-555-0119.",
}


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    npi: str


@dataclass(frozen=True, slots=True)
class Service:
    line_number: int
    code: str
    is_revenue: bool
    modifiers: tuple[str, ...]
    service_from: date
    service_to: date
    unit: str
    requested: int
    decision: str | None = None
    approved: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    payer: str
    number: str
    tracking: str | None
    member: Member
    decision: str
    kind: str
    requesting: Party
    servicing: Party | None
    facility: str | None
    submitted_on: date
    service_from: date
    service_to: date
    decided_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str | None = None
    next_step: str | None = None
    lines: tuple[Service, ...] = ()
    tags: tuple[str, ...] = ()


_SHAPES: dict[str, Callable[[str, random.Random], str]] = {
    "AETNA": lambda digits, rng: f"000{digits}{rng.randrange(10)}",
    "BHIL": lambda digits, rng: f"UM{digits}{rng.choice('BHX')}",
    "CASC": lambda digits, _: f"{digits[:4]}-{digits[4:]}",
    "FRANKLIN": lambda digits, _: f"P0{digits}",
    "MMAP": lambda digits, rng: f"0{digits}{rng.randrange(10)}",
    "UCARE": lambda digits, rng: f"0{digits}{rng.choice('RS')}",
    "UHC": lambda digits, rng: f"A{digits}{rng.randrange(10)}",
}
"""How each payer writes the number of an authorization, from eight digits."""
_TRACKING: dict[str, Callable[[str], str]] = {
    "AETNA": lambda digits: f"71{digits}",
    "BHIL": lambda digits: f"71{digits}",
    "CASC": lambda digits: f"71{digits}",
    "UHC": lambda digits: f"D0{digits}",
}
"""Of payers that have a second number: what the request got before anything was decided."""


def number_of(payer: str, rng: random.Random) -> str:
    return _SHAPES[payer](f"{rng.randrange(10**8):08d}", rng)


def tracking_of(payer: str, number: str) -> str | None:
    """Of a request that was made by this number."""
    shape = _TRACKING.get(payer)
    return shape("".join(filter(str.isdigit, number))[:8]) if shape else None


class Numbers:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._issued: set[str] = set()

    def issue(self, shape: Callable[[str], str]) -> str:
        while not self.reserve(number := shape(f"{self.rng.randrange(10**8):08d}")):
            pass
        return number

    def reserve(self, number: str) -> bool:
        """Whether it was still free; it is taken now."""
        free = number not in self._issued
        self._issued.add(number)
        return free


def grow(payer: str, members: Sequence[Member], seed: int, today: date) -> list[Authorization]:
    """By number. The dice are its own: members and claims are the same with and without authorizations."""
    rng = random.Random(f"authorizations {seed} {payer}")
    numbers = Numbers(rng)
    many = set(rng.sample(range(len(members)), 4))
    found = [
        each
        for place, member in enumerate(members)
        for each in _of_member(member, rng.randrange(7, 12) if place in many else _count(member, rng), today, numbers)
    ]
    return sorted(found, key=lambda each: each.number)


def _count(member: Member, rng: random.Random) -> int:
    return rng.randrange(1, 4) if member.tags else rng.choice((0, 0, 0, 1, 2))


def _of_member(member: Member, count: int, today: date, numbers: Numbers) -> Iterator[Authorization]:
    rng = numbers.rng
    for _ in range(count):
        number = numbers.issue(lambda digits: _SHAPES[member.payer](digits, rng))
        made = _made(member, number, today, numbers)
        yield made
        longer = f"{made.number}{rng.randrange(10)}"
        if rng.random() < 0.06 and made.decision != "not_required" and numbers.reserve(longer):
            twin = _made(member, longer, today, numbers, _FATES[:-1])
            yield replace(twin, tags=(*twin.tags, "prefix"))


def _made(member: Member, number: str, today: date, numbers: Numbers, fates: Sequence[str] = _FATES) -> Authorization:
    rng = numbers.rng
    fate = rng.choice(fates)
    begins = today + timedelta(days=rng.randrange(-330, 60) if fate != "pended" else rng.randrange(-5, 60))
    ends = begins + timedelta(days=rng.choice((0, 2, 29, 59, 89)))
    kind = rng.choice(list(_SERVICES))
    submitted = min(begins - timedelta(days=rng.randrange(1, 15)), today)
    servicing = Party(f"{names.first_name(rng, None)} {names.last_name(rng)}, MD", names.npi(rng))
    provider = rng.choice(NORTHGATE.providers)
    tracking = _TRACKING.get(member.payer)
    draft = Authorization(
        payer=member.payer,
        number=number,
        tracking=numbers.issue(tracking) if tracking else None,
        member=member,
        decision=fate,
        kind=kind,
        requesting=Party(provider.name, provider.npi),
        servicing=servicing if rng.random() < 0.8 else None,
        facility=rng.choice(_FACILITIES) if kind in {"inpatient", "outpatient"} else None,
        submitted_on=submitted,
        service_from=begins,
        service_to=ends,
        reason=_REASONS.get(fate),
        next_step=_NEXT_STEPS.get(fate),
        lines=tuple(_requested(kind, rng, begins, ends)),
        tags=(fate, kind),
    )
    if fate == "not_certified" and rng.random() < 0.2:
        draft = replace(draft, reason=_LONG_REASON, tags=(*draft.tags, "long_text"))
    return _decided(draft, rng, min(submitted + timedelta(days=rng.randrange(1, 8)), today))


def _requested(kind: str, rng: random.Random, begins: date, ends: date) -> Iterator[Service]:
    chosen = rng.sample(_SERVICES[kind], rng.randrange(1, len(_SERVICES[kind]) + 1))
    for place, (code, is_revenue, unit, most) in enumerate(chosen, start=1):
        modifiers = () if is_revenue else rng.choice(((), (), ("GP",), ("LT", "59")))
        yield Service(place, code, is_revenue, modifiers, begins, ends, unit, rng.randrange(1, most + 1))


def _decided(draft: Authorization, rng: random.Random, on: date) -> Authorization:
    match draft.decision:
        case "pended" | "contact_payer":
            return draft if rng.random() < 0.8 else replace(draft, lines=(), tags=(*draft.tags, "no_lines"))
        case "cancelled" | "not_required":
            lines = tuple(replace(line, decision=draft.decision) for line in draft.lines)
            return replace(draft, decided_on=on, lines=lines)
        case "not_certified":
            # Some payers print 0 for what they denied, some nothing.
            approved = rng.choice((0, None))
            return replace(draft, decided_on=on, lines=tuple(_denied(line, approved) for line in draft.lines))
    lines = tuple(_certified(line, rng) for line in draft.lines)
    if draft.decision == "partly_certified":
        most = max(line.requested for line in lines)
        if len(lines) > 1 and (most == 1 or rng.random() < 0.5):
            lines = (*lines[:-1], _denied(draft.lines[-1], rng.choice((0, None))))
        elif most > 1:
            lines = tuple(_fewer(line, rng) for line in lines)
        else:
            lines = (replace(lines[0], decision="pended", approved=None, used=None),)
    if draft.decision == "modified":
        lines = (replace(lines[0], decision="modified", approved=lines[0].requested + 2, used=None), *lines[1:])
    days = rng.choice((0, 0, 14))
    return replace(
        draft,
        decided_on=on,
        valid_from=draft.service_from,
        valid_to=draft.service_to + timedelta(days=days),
        lines=lines,
        tags=(*draft.tags, *(("units_differ",) if any(line.approved != line.requested for line in lines) else ())),
    )


def _certified(line: Service, rng: random.Random) -> Service:
    used = rng.randrange(line.requested + 1) if rng.random() < 0.6 else None
    return replace(line, decision="certified", approved=line.requested, used=used)


def _fewer(line: Service, rng: random.Random) -> Service:
    if line.requested == 1:
        return line
    return replace(line, decision="partly_certified", approved=rng.randrange(1, line.requested), used=0)


def _denied(line: Service, approved: int | None) -> Service:
    return replace(line, decision="not_certified", approved=approved, used=None)
