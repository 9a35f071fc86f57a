"""Made-up members, from a seed: most are plain, some are everything that ever broke a bot."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulator import names
from simulator.benefits import Plan, plans

_KINDS = ("active",) * 12 + ("renewed", "renewed", "two_plans", "terminated", "terminated", "future")
_OTHER_PAYERS = ("Medicare Part B", "Union Pacific Welfare Fund", "Prairie Mutual Health", "TriState Teachers Trust")


@dataclass(frozen=True, slots=True)
class PrimaryCare:
    name: str
    npi: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class OtherPayer:
    name: str
    order: str | None
    member_id: str | None


@dataclass(frozen=True, slots=True)
class Member:
    payer: str
    member_id: str
    first_name: str
    last_name: str
    birth_date: date
    gender: str | None
    relationship: str | None
    plans: tuple[Plan, ...]
    pcp: PrimaryCare | None = None
    other_payers: tuple[OtherPayer, ...] = ()
    restricted: bool = False
    tags: tuple[str, ...] = ()


_SHAPES: dict[str, Callable[[str, random.Random], str]] = {
    "AETNA": lambda digits, _: f"W{digits}-01",
    "BHIL": lambda digits, _: f"XOH{digits}",
    "CASC": lambda digits, _: f"00{digits}",
    "FRANKLIN": lambda digits, rng: f"{digits}{rng.choice('KLMPQR')}",
    "MMAP": lambda digits, rng: f"{rng.choice('0012')}{digits[2:]}",
    "UCARE": lambda digits, _: f"1{digits}0",
    "UHC": lambda digits, _: f"9{digits[1:]}",
}
"""How each payer writes a member's id, from nine digits."""


class MemberIds:
    """Issues member ids in each payer's own form; no id is issued twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._issued: set[str] = set()

    def issue(self, payer: str) -> str:
        while (member_id := self._draw(payer)) in self._issued:
            pass
        self._issued.add(member_id)
        return member_id

    def _draw(self, payer: str) -> str:
        digits = f"{self._rng.randrange(10**9):09d}"
        return _SHAPES[payer](digits, self._rng)


def grow(payer: str, count: int, rng: random.Random, today: date, ids: MemberIds) -> Iterator[Member]:
    """Plain members first come the awkward ones; every payer gets the whole set of those."""
    awkward = list(_awkward(payer, rng, today, ids))
    yield from awkward
    for _ in range(count - len(awkward)):
        yield _member(payer, rng, today, ids, kind=rng.choice(_KINDS))


def elsewhere(member: Member, payer: str, rng: random.Random, today: date, ids: MemberIds) -> Member:
    """The same person, insured by another payer too."""
    return replace(
        member,
        payer=payer,
        member_id=ids.issue(payer),
        plans=plans(rng, payer, "active", today),
        other_payers=(OtherPayer(_OTHER_PAYERS[0], "secondary", None),),
        tags=("several_payers",),
    )


def _member(payer: str, rng: random.Random, today: date, ids: MemberIds, kind: str) -> Member:
    gender = rng.choice(("F", "M", "F", "M", "X", None))
    birth_date = today - timedelta(days=rng.randrange(200, 33000))
    if birth_date.month == 2 and rng.random() < 0.2:
        birth_date = date(birth_date.year // 4 * 4 or 1996, 2, 29)
    tags = [kind] if kind != "active" else []
    pcp = None
    if rng.random() < 0.6:
        phone = f"({rng.randrange(201, 989)}) {rng.randrange(200, 999)}-{rng.randrange(10000):04d}"
        pcp = PrimaryCare(
            f"{names.first_name(rng, gender)} {names.last_name(rng)}, MD",
            names.npi(rng) if rng.random() < 0.8 else None,
            phone if rng.random() < 0.8 else None,
        )
    others: list[OtherPayer] = []
    if rng.random() < 0.12:
        tags.append("cob")
        for order in rng.choice((("primary",), ("secondary",), ("secondary", "tertiary"), (None,))):
            policy = f"{rng.choice('ABKZ')}{rng.randrange(10**8):08d}" if rng.random() < 0.7 else None
            others.append(OtherPayer(rng.choice(_OTHER_PAYERS), order, policy))
    return Member(
        payer=payer,
        member_id=ids.issue(payer),
        first_name=names.first_name(rng, gender),
        last_name=names.last_name(rng),
        birth_date=birth_date,
        gender=gender,
        relationship=rng.choice(("self", "self", "self", "spouse", "child", "other", None)),
        plans=plans(rng, payer, kind, today),
        pcp=pcp,
        other_payers=tuple(others),
        tags=tuple(tags),
    )


def _awkward(payer: str, rng: random.Random, today: date, ids: MemberIds) -> Iterator[Member]:
    for tag, first, last, gender in names.AWKWARD_NAMES:
        base = _member(payer, rng, today, ids, kind="active")
        yield replace(base, first_name=first, last_name=last, gender=gender, tags=(*base.tags, tag))
    for _ in range(6):
        yield from _twins(payer, rng, today, ids)
        yield from _namesakes(payer, rng, today, ids)
        base = _member(payer, rng, today, ids, kind="active")
        yield replace(base, restricted=True, tags=("restricted",))
    for kind in ("terminated", "future", "renewed", "two_plans"):
        for _ in range(8):
            yield _member(payer, rng, today, ids, kind=kind)


def _twins(payer: str, rng: random.Random, today: date, ids: MemberIds) -> Iterator[Member]:
    """Born on one day into one family. Aetna tells them apart by a suffix, the others share the subscriber's id."""
    base = _member(payer, rng, today, ids, kind="active")
    base = replace(base, relationship="child", birth_date=today - timedelta(days=rng.randrange(900, 6000)))
    first, second = names.first_name(rng, "F"), names.first_name(rng, "M")
    yield replace(base, first_name=first, gender="F", tags=("twin",))
    member_id = base.member_id.replace("-01", "-02")
    yield replace(base, first_name=second, gender="M", member_id=member_id, tags=("twin",))


def _namesakes(payer: str, rng: random.Random, today: date, ids: MemberIds) -> Iterator[Member]:
    """Two have one name and one birth date, the third only the name."""
    base = _member(payer, rng, today, ids, kind="active")
    yield replace(base, tags=("same_name",))
    for born in (base.birth_date, base.birth_date - timedelta(days=365)):
        other = _member(payer, rng, today, ids, kind="active")
        yield replace(other, first_name=base.first_name, last_name=base.last_name, birth_date=born, tags=("same_name",))
