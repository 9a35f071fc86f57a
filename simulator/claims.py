"""Made-up claims of made-up members, in every state that a claim can be in."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Self
from zlib import crc32

from simulator import names
from simulator.people import Member

ZERO = Decimal("0.00")
_OFTEN = 16
"""One decided claim of so many is listed as it was before."""

_PROCEDURES = (
    ("99213", 14500), ("99214", 21000), ("99203", 23550), ("36415", 1800), ("80053", 6425), ("93000", 8800),
    ("97110", 7600), ("70553", 184000), ("20610", 19975), ("G0439", 17550), ("J3301", 4250), ("45378", 132550),
)  # fmt: skip
_DENIALS = (("CO", "197", "N706"), ("CO", "16", "M51"), ("CO", "29", None), ("CO", "50", "N130"), ("OA", "18", None))
_OPEN_STATES = (
    # (lifecycle, category, status)
    ("received", "A1", "19"),
    ("accepted", "A2", "20"),
    ("pending", "P1", "20"),
    ("pending", "P2", "46"),
    ("info_requested", "P3", "297"),
    ("rejected", "A3", "21"),
    ("rejected", "A7", "562"),
)


@dataclass(frozen=True, slots=True)
class Adjustment:
    group: str
    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    line_number: int
    procedure_code: str
    modifiers: tuple[str, ...]
    service_from: date
    service_to: date
    units: int
    billed: Decimal
    allowed: Decimal
    paid: Decimal
    adjustments: tuple[Adjustment, ...]
    remark_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    payer: str
    claim_number: str
    patient_account: str | None
    member: Member
    lifecycle: str
    category_code: str
    status_code: str
    provider_npi: str
    service_from: date
    service_to: date
    received_on: date
    billed: Decimal
    finalized_on: date | None = None
    allowed: Decimal | None = None
    paid: Decimal | None = None
    check_number: str | None = None
    check_date: date | None = None
    lines: tuple[Line, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def as_listed(self) -> Self:
        """Lists are made overnight: some still say of a decided claim what they said before."""
        if "list_lags" not in self.tags:
            return self
        return replace(self, lifecycle="pending", billed=self.billed + Decimal("10.00"), paid=None)

    def adjusted(self, *codes: str) -> Decimal | None:
        """The sum of the patient's adjustments with these reason codes; None while the payer has not decided."""
        if not self.lines:
            return None
        found = (a.amount for line in self.lines for a in line.adjustments if a.group == "PR" and a.code in codes)
        return sum(found, ZERO)


_SHAPES: dict[str, Callable[[str, random.Random], str]] = {
    "AETNA": lambda digits, _: f"E{digits}",
    "BHIL": lambda digits, rng: f"0{digits}{rng.choice('CKXZ')}",
    "CASC": lambda digits, _: f"{digits[:2]}-{digits[2:5]}-{digits[5:]}",
    "FRANKLIN": lambda digits, rng: f"0{rng.choice('12')}26{digits}0{rng.randrange(10)}",
    "MMAP": lambda digits, rng: f"{rng.choice('0123')}{digits}{rng.randrange(10**4):04d}",
    "UCARE": lambda digits, rng: f"20{digits}{rng.choice('EP')}",
    "UHC": lambda digits, rng: f"{rng.choice('CDFH')}{rng.choice('ABG')}{digits}",
}
"""How each payer writes a claim's number, from eight digits."""


class ClaimNumbers:
    """Issues claim numbers in each payer's own form, some with leading zeros, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._issued: set[str] = set()

    def issue(self, payer: str) -> str:
        while (number := self._draw(payer)) in self._issued:
            pass
        self._issued.add(number)
        return number

    def reserve(self, number: str) -> bool:
        """Whether this very number was still free; it is taken now."""
        free = number not in self._issued
        self._issued.add(number)
        return free

    def _draw(self, payer: str) -> str:
        digits = f"{self._rng.randrange(10**8):08d}"
        return _SHAPES[payer](digits, self._rng)


def grow(member: Member, count: int, rng: random.Random, today: date, numbers: ClaimNumbers) -> Iterator[Claim]:
    rendering = names.npi(rng)
    for _ in range(count):
        claim = _claim(member, rng, today, numbers.issue(member.payer), rendering)
        yield claim
        longer = f"{claim.claim_number}{rng.randrange(10)}"
        if rng.random() < 0.03 and numbers.reserve(longer):
            twin = _claim(member, rng, today, longer, rendering)
            yield replace(twin, tags=(*twin.tags, "prefix"))


def _claim(member: Member, rng: random.Random, today: date, number: str, rendering: str) -> Claim:
    served = today - timedelta(days=rng.randrange(12, 340))
    until = served + timedelta(days=rng.choice((0, 0, 0, 0, 2, 6)))
    received = until + timedelta(days=rng.randrange(1, 6))
    draft = Claim(
        payer=member.payer,
        claim_number=number,
        patient_account=f"PA{rng.randrange(10**7):07d}" if rng.random() < 0.85 else None,
        member=member,
        lifecycle="received",
        category_code="A1",
        status_code="19",
        provider_npi=rendering,
        service_from=served,
        service_to=until,
        received_on=received,
        billed=ZERO,
    )
    count = rng.randrange(1, 6)
    drafts = [_line(index + 1, rng, served, until, bundled=until > served and index == 0) for index in range(count)]
    draft = replace(draft, billed=sum((line.billed for line in drafts), ZERO))
    if rng.random() < 0.3:
        lifecycle, category, status = rng.choice(_OPEN_STATES)
        return replace(draft, lifecycle=lifecycle, category_code=category, status_code=status, tags=(lifecycle,))
    return _decided(draft, drafts, rng, received + timedelta(days=rng.randrange(3, 7)))


def _line(number: int, rng: random.Random, served: date, until: date, *, bundled: bool) -> Line:
    code, cents = rng.choice(_PROCEDURES)
    units = rng.choice((1, 1, 1, 2, 4))
    day = served if bundled else served + timedelta(days=rng.randrange((until - served).days + 1))
    modifiers = rng.choice(((), (), ("25",), ("59",), ("LT", "59")))
    billed = Decimal(cents * units) / 100
    return Line(number, code, modifiers, day, until if bundled else day, units, billed, ZERO, ZERO, (), ())


def _decided(draft: Claim, lines: list[Line], rng: random.Random, finalized: date) -> Claim:
    fate = rng.choice(("paid",) * 6 + ("denied", "denied", "no_payment", "partly_denied"))
    if fate == "denied":
        decided = [_denied(line, rng) for line in lines]
        outcome = ("denied", "F2", rng.choice(("585", "88")))
    elif fate == "no_payment":
        decided = [_priced(line, rng, to_deductible=True) for line in lines]
        outcome = ("finalized_no_payment", "F4", "107")
    else:
        spoiled = rng.randrange(len(lines)) if fate == "partly_denied" and len(lines) > 1 else -1
        decided = [
            _denied(line, rng) if index == spoiled else _priced(line, rng, to_deductible=False)
            for index, line in enumerate(lines)
        ]
        outcome = ("paid", "F1", rng.choice(("65", "104")))
    paid = sum((line.paid for line in decided), ZERO)
    check = None
    if paid > ZERO:
        check = f"{rng.randrange(10**10):010d}" if rng.random() < 0.6 else f"EFT{rng.randrange(10**9):09d}"
    return replace(
        draft,
        lifecycle=outcome[0],
        category_code=outcome[1],
        status_code=outcome[2],
        finalized_on=finalized,
        allowed=sum((line.allowed for line in decided), ZERO),
        paid=paid,
        check_number=check,
        check_date=finalized + timedelta(days=2) if check else None,
        lines=tuple(decided),
        tags=(fate, "list_lags") if crc32(draft.claim_number.encode()) % _OFTEN == 0 else (fate,),
    )


def _denied(line: Line, rng: random.Random) -> Line:
    group, code, remark = rng.choice(_DENIALS)
    reasons = (Adjustment(group, code, line.billed),)
    return replace(line, adjustments=reasons, remark_codes=(remark,) if remark else ())


def _priced(line: Line, rng: random.Random, *, to_deductible: bool) -> Line:
    allowed = (line.billed * Decimal(rng.randrange(35, 96)) / 100).quantize(Decimal("0.01"))
    adjustments = [Adjustment("CO", "45", line.billed - allowed)]
    left = allowed
    if to_deductible:
        adjustments.append(Adjustment("PR", "1", left))
        left = ZERO
    else:
        shares = (("3", Decimal("25.00")), ("2", (allowed / 5).quantize(Decimal("0.01"))), ("1", Decimal("40.00")))
        for code, amount in rng.sample(shares, rng.randrange(3)):
            if amount < left:
                adjustments.append(Adjustment("PR", code, amount))
                left -= amount
    remarks = rng.choice(((), (), ("N130",), ("M15", "MA04")))
    return replace(line, allowed=allowed, paid=left, adjustments=tuple(adjustments), remark_codes=remarks)
