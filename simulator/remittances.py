"""What the payers paid: checks and EFTs made from the claims that were decided, and what became of them."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from simulator.accounts import NORTHGATE
from simulator.claims import ZERO, Claim

PAYEE = NORTHGATE
PAYEE_NPI = NORTHGATE.providers[0].npi
CENT = Decimal("0.01")
_PAPERS = {"UHC": "pra"}  # what the payer calls its explanation of a payment, if not that
_ON_PAPER_ALONE = ("UCARE",)  # their portals give no 835
_MOST_CLAIMS = 4  # of one payment


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim in a payment: as it was decided, or taken back (CLP02 22) with all its amounts negative."""

    claim: Claim
    status_code: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """A PLB pair: what is positive is taken off the payment."""

    code: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    payer: str
    number: str
    paid_on: date
    method: str  # "ach" | "check" | "virtual_card" | "none"
    status: str  # "issued" | "cashed" | "voided" | "reissued"
    entries: tuple[Entry, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    replaces: str | None = None
    file_slip: Decimal = ZERO  # the 835 pays this much more than its claims come to
    page_slip: Decimal = ZERO  # the portal prints this much more than the 835 pays
    paper_slip: Decimal = ZERO  # the explanation of payment prints this much more than the portal does
    tags: tuple[str, ...] = ()

    @property
    def claims_total(self) -> Decimal:
        paid = sum(((entry.claim.paid or ZERO) * entry.sign for entry in self.entries), ZERO)
        return paid - sum((each.amount for each in self.provider_adjustments), ZERO)

    @property
    def file_amount(self) -> Decimal:
        """BPR02."""
        return self.claims_total + self.file_slip

    @property
    def amount(self) -> Decimal:
        """What the portal prints."""
        return self.file_amount + self.page_slip

    @property
    def explained(self) -> Decimal:
        """What the explanation of payment prints."""
        return self.amount + self.paper_slip

    @property
    def documents(self) -> tuple[str, ...]:
        """A virtual card comes without an 835; a remittance without money has nothing to explain on paper."""
        paper = _PAPERS.get(self.payer, "eop")
        files = {"virtual_card": (paper,), "none": ("835",)}.get(self.method, ("835", paper))
        return tuple(each for each in files if each == paper or self.payer not in _ON_PAPER_ALONE)


class CheckBook:
    """Puts claims that a payer pays on one day into one payment, a few at a time."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, date], list[Claim]] = defaultdict(list)

    def pay(self, claim: Claim) -> Claim:
        """The claim, under the number of the payment that it is in."""
        if claim.check_number is None or claim.check_date is None:
            return claim
        together = self._open[claim.payer, claim.check_date]
        if together and len(together) < 1 + int(together[0].claim_number[-3:-2], 36) % _MOST_CLAIMS:
            claim = replace(claim, check_number=together[0].check_number)
        else:
            together.clear()
        together.append(claim)
        return claim


def grow(payer: str, claims: Iterable[Claim], seed: int, today: date) -> list[Payment]:
    """By number and day. The dice are its own: members and claims are the same with and without payments."""
    rng = random.Random(f"payments {seed} {payer}")
    paid: dict[str, list[Claim]] = defaultdict(list)
    unpaid: dict[date, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.check_number:
            paid[claim.check_number].append(claim)
        elif claim.lines and claim.finalized_on:
            unpaid[claim.finalized_on + timedelta(days=2)].append(claim)
    found = [payment for group in paid.values() for payment in _paid(payer, group, rng, today)]
    found += [_without_money(payer, on, group) for on, group in unpaid.items()]
    _correct_some(found, rng)
    return sorted(found, key=lambda each: (each.paid_on, each.number))


def _paid(payer: str, group: Sequence[Claim], rng: random.Random, today: date) -> list[Payment]:
    first = group[0]
    number, on = first.check_number or "", first.check_date or today
    method = "ach" if number.startswith("EFT") else rng.choice(("check", "check", "check", "virtual_card"))
    old = on < today - timedelta(days=10)
    payment = Payment(
        payer=payer,
        number=number,
        paid_on=on,
        method=method,
        status="cashed" if method == "check" and old else "issued",
        entries=tuple(Entry(claim, "1") for claim in group),
        tags=(method, *(("several_claims",) if len(group) > 1 else ())),
    )
    payment = _with_oddities(payment, rng)
    if method == "check" and old and rng.random() < 0.08:
        again = replace(
            payment,
            number=f"{(int(number) + 7_777_777) % 10**10:010d}",
            paid_on=on + timedelta(days=9),
            status="reissued",
            replaces=number,
            tags=(*payment.tags, "reissued"),
        )
        return [replace(payment, status="voided", tags=(*payment.tags, "voided")), again]
    return [payment]


def _with_oddities(payment: Payment, rng: random.Random) -> Payment:
    """Money of other payments, and now and then a sum that does not come out."""
    chance = rng.random()
    reference = f"{payment.entries[0].claim.claim_number}A"
    recovery = (payment.claims_total * Decimal(rng.randrange(2, 20)) / 100).quantize(CENT)
    if chance < 0.12:
        taken = (ProviderAdjustment("WO", reference, recovery),)
        return replace(payment, provider_adjustments=taken, tags=(*payment.tags, "recovery"))
    if chance < 0.18:
        plb = (ProviderAdjustment("L6", reference, Decimal("-0.37")), ProviderAdjustment("FB", reference, recovery))
        return replace(payment, provider_adjustments=plb, tags=(*payment.tags, "interest"))
    if chance < 0.22 and payment.method != "virtual_card":
        return replace(payment, file_slip=Decimal("0.50"), tags=(*payment.tags, "out_of_balance"))
    if chance < 0.25 and payment.method != "virtual_card":
        return replace(payment, page_slip=Decimal("-1.00"), tags=(*payment.tags, "page_differs"))
    if chance < 0.28:
        return replace(payment, paper_slip=Decimal("0.90"), tags=(*payment.tags, "paper_differs"))
    return payment


def _without_money(payer: str, on: date, group: Sequence[Claim]) -> Payment:
    entries = tuple(Entry(claim, "4" if claim.lifecycle == "denied" else "1") for claim in group)
    return Payment(payer, f"NP{on:%y%m%d}{payer[:2]}", on, "none", "issued", entries, tags=("no_money",))


def _correct_some(payments: list[Payment], rng: random.Random) -> None:
    """A claim of an older payment is taken back and decided anew in a later one."""
    efts = [place for place, each in enumerate(payments) if each.method == "ach"]
    for place in efts[::25]:
        later = payments[place]
        older = [
            each for each in payments if each.paid_on < later.paid_on and each.method == "ach" and each is not later
        ]
        if older:
            claim = rng.choice(older).entries[0].claim
            corrected = (Entry(claim, "22", -1), Entry(claim, "1"))
            payments[place] = replace(later, entries=(*later.entries, *corrected), tags=(*later.tags, "reversal"))
