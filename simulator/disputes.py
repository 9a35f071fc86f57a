"""Disputes of claims that were sent to payers: what came in, what becomes of it, and those of the months before."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from simulator.claims import Claim
from simulator.enclosure import Enclosure

DISPUTED = ("AETNA", "BHIL", "CASC", "FRANKLIN", "MMAP", "UCARE", "UHC")
"""Payers whose portals take disputes."""
REASONS = {
    "medical_necessity": "Medical necessity",
    "authorization": "Authorization on file",
    "timely_filing": "Timely filing",
    "payment_amount": "Payment amount",
    "coding": "Coding or bundling",
    "coordination_of_benefits": "Coordination of benefits",
    "other": "Other",
}
STAGES = {
    "availity": {"received": "Submitted", "in_review": "Under review", "decided": "Decided"},
    "uhc": {"received": "New", "in_review": "Assigned", "decided": "Closed"},
    "medicaid_sso": {"received": "Logged", "in_review": "With a reviewer", "decided": "Finalized"},
    "medicaid_forms": {"received": "Filed", "in_review": "Pending", "decided": "Adjudicated"},
    "ucare": {"received": "Received", "in_review": "In process", "decided": "Completed"},
}
"""What each portal calls how far a dispute is."""
_RECONSIDERS_PAID_ALONE = ("UCARE",)
"""Payers whose portals take nothing else."""
_EARLIER = 34
_DECISIONS = ("overturned", "upheld", "partly_overturned")
_NOT_APPEALABLE = "18"  # an exact duplicate was never adjudicated


@dataclass(frozen=True, slots=True)
class SentFile:
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Dispute:
    number: str  # what the portal confirms with, and calls ticket or reference
    payer: str
    claim: Claim
    kind: str  # reconsideration | appeal
    reason: str  # of REASONS
    narrative: str
    contact: str
    files: tuple[SentFile, ...]
    at: datetime
    username: str | None = None  # None: somebody of the practice, before any bot came

    @property
    def content(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What nobody wants to send twice. The narrative is not in it: a second one may be worded anew."""
        return self.payer, self.claim.claim_number, self.kind, tuple(sorted({each.sha256 for each in self.files}))

    @property
    def same(self) -> tuple[str, str]:
        return self.claim.claim_number, self.kind

    @property
    def about(self) -> str:
        return f"{self.kind} {self.claim.claim_number}"

    def open(self, now: datetime) -> bool:
        return self.stage(now) != "decided"

    @property
    def decided_at(self) -> datetime:
        return self.at + timedelta(days=9 + _dice(self.number) % 21)

    def stage(self, now: datetime) -> str:
        """One of received, in_review, decided."""
        if now >= self.decided_at:
            return "decided"
        return "in_review" if now >= self.at + timedelta(days=1) else "received"

    def decision(self, now: datetime) -> str | None:
        return _DECISIONS[_dice(self.number) // 21 % len(_DECISIONS)] if self.stage(now) == "decided" else None

    @property
    def letter(self) -> Enclosure:
        """What the payer writes when it has decided."""
        return Enclosure(f"Decision about request {self.number}", "pdf")


def _dice(number: str) -> int:
    return int.from_bytes(hashlib.sha256(number.encode()).digest()[:4])


_SHAPES = {
    "availity": lambda digits: f"DR-{digits[:4]}-{digits[4:]}",
    "uhc": lambda digits: f"PRT{digits}7",
    "medicaid_forms": lambda digits: f"A26{digits}",
    "medicaid_sso": lambda digits: f"CAR{digits}",
    "ucare": lambda digits: f"00{digits}",
}


class DisputeNumbers:
    """Issues confirmation numbers in each portal's own form, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._issued: set[str] = set()

    def issue(self, portal: str) -> str:
        while (number := _SHAPES[portal](f"{self._rng.randrange(10**8):08d}")) in self._issued:
            pass
        self._issued.add(number)
        return number

    def reserve(self, numbers: Sequence[str]) -> None:
        self._issued.update(numbers)


def unfit(claim: Claim) -> str | None:
    """Why a payer hears no dispute of a claim: open | unpaid | not_appealable. None: it does."""
    if claim.finalized_on is None:
        return "open"
    if claim.payer in _RECONSIDERS_PAID_ALONE and not claim.paid:
        return "unpaid"
    codes = {each.code for line in claim.lines for each in line.adjustments if line.paid == 0}
    return "not_appealable" if claim.lifecycle == "denied" and _NOT_APPEALABLE in codes else None


def grow(payer: str, portal: str, claims: Sequence[Claim], seed: int, today: date) -> list[Dispute]:
    """What the practice's people sent in the last months, the oldest first."""
    rng = random.Random(f"disputes {seed} {payer}")
    numbers = DisputeNumbers(rng)
    kinds = ("reconsideration",) if payer in _RECONSIDERS_PAID_ALONE else ("reconsideration", "appeal")
    fit = [each for each in claims if each.finalized_on and unfit(each) is None]
    shorter = {each.claim_number[:-1] for each in claims if "prefix" in each.tags}
    # The longer number's dispute is not the shorter one's, nor one of a twin his brother's.
    chosen = [each for each in fit if "prefix" in each.tags][:6]
    chosen += [each for each in fit if "twin" in each.member.tags][:3]
    chosen += rng.sample([each for each in fit if each.claim_number not in shorter], _EARLIER)
    made = []
    for claim in dict.fromkeys(chosen):
        days = rng.randrange(1, max(2, (today - (claim.finalized_on or today)).days))
        sent = datetime.combine(today - timedelta(days=days), time(rng.randrange(8, 18), rng.randrange(60)), UTC)
        digest = hashlib.sha256(f"{seed} {claim.claim_number}".encode()).hexdigest()
        made.append(
            Dispute(
                number=numbers.issue(portal),
                payer=payer,
                claim=claim,
                kind=rng.choice(kinds),
                reason=rng.choice(list(REASONS)),
                narrative="The enclosed records support the services that were billed.",
                contact="Northgate Family Practice",
                files=(SentFile("records.pdf", 4096 + rng.randrange(10**6), digest),),
                at=sent,
            )
        )
    return sorted(made, key=lambda each: each.at)
