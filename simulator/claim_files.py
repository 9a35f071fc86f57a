"""Files of claims (837) that payers take in: what came, what each claim of it meets, and those of the months before."""

import hashlib
import random
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import count

from simulator.claims import Claim
from simulator.disputes import SentFile
from simulator.submissions import Counter, Draft
from simulator.world import PAYERS, World

TAKEN_BY = ("AETNA", "BHIL", "CASC", "MMAP")
"""Payers whose portals take files."""
SYNTAX_AFTER = timedelta(minutes=10)
CLAIMS_AFTER = timedelta(hours=1)
_EARLIER = 14
_SHAPE = "F{:09d}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim of a file."""

    account: str
    member_id: str
    fate: str  # accepted | warned | rejected

    @property
    def status(self) -> tuple[str, str]:
        """Category and status of the 277CA."""
        return {"accepted": ("A2", "20"), "warned": ("A2", "122"), "rejected": ("A7", "33")}[self.fate]


class NoClaims(Exception):
    """Not a whole 837; the text says why."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What stands in a file."""

    payer: str
    sender: str
    control_number: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ClaimFile:
    number: str
    batch: Batch
    files: tuple[SentFile, ...]
    at: datetime
    username: str | None = None  # None: somebody of the practice, before any bot came

    @property
    def payer(self) -> str:
        return self.batch.payer

    @property
    def about(self) -> str:
        return f"claims {self.batch.control_number}"

    @property
    def same(self) -> Hashable:
        return self.batch.sender, self.batch.control_number

    @property
    def content(self) -> Hashable:
        return tuple(each.sha256 for each in self.files)

    def open(self, _now: datetime) -> bool:
        """A control number is never free again."""
        return True

    def has_999(self, now: datetime) -> bool:
        return now >= self.at + SYNTAX_AFTER

    def has_277(self, now: datetime) -> bool:
        return now >= self.at + CLAIMS_AFTER

    def stage(self, now: datetime) -> str:
        """One of received, accepted, partly_accepted, rejected."""
        if not self.has_277(now):
            return "received"
        rejected = sum(each.fate == "rejected" for each in self.batch.entries)
        if not rejected:
            return "accepted"
        return "rejected" if rejected == len(self.batch.entries) else "partly_accepted"


def read(payer: str, data: bytes, members: dict[str, str]) -> Batch:
    """`members`: by id, what the payer finds of it: accepted or warned. Raises NoClaims."""
    text = data.decode("latin-1").strip()
    if len(text) < 106 or not text.startswith("ISA"):
        raise NoClaims("The file is not an X12 interchange.")
    element, ends = text[3], text[105]
    rows = [each.strip().split(element) for each in text.split(ends) if each.strip()]
    if rows[-1][0] != "IEA" or rows[-1][2] != rows[0][13]:
        raise NoClaims("The interchange is not whole.")
    if ["ST", "837"] not in [row[:2] for row in rows]:
        raise NoClaims("The interchange holds no health care claim (837).")
    return Batch(payer, rows[0][6].strip(), rows[0][13], tuple(_entries(rows, members)))


def _entries(rows: Sequence[Sequence[str]], members: dict[str, str]) -> Iterator[Entry]:
    member = ""
    for row in rows:
        if row[:2] == ["NM1", "IL"]:
            member = row[9] if len(row) > 9 else ""
        elif row[0] == "CLM":
            yield Entry(row[1], member, members.get(member, "rejected"))


def grow(payer: str, claims: Sequence[Claim], seed: int, today: date) -> list[ClaimFile]:
    """What the practice's people sent in the last weeks, the oldest first."""
    rng = random.Random(f"claim files {seed} {payer}")
    made = []
    for number, back in zip(count(1), sorted(rng.sample(range(2, 60), _EARLIER), reverse=True), strict=False):
        fates = rng.choice((("accepted",), ("accepted", "rejected", "warned"), ("rejected",)))
        chosen = rng.sample(claims, rng.randrange(1, 6))
        entries = [
            Entry(each.patient_account or f"P{place}", each.member.member_id, fates[place % len(fates)])
            for place, each in enumerate(chosen)
        ]
        # The longer number's file is not the shorter one's.
        control = f"{number:09d}" if number > 1 else "1"
        digest = hashlib.sha256(f"{seed} {payer} {number}".encode()).hexdigest()
        at = datetime.combine(today - timedelta(days=back), time(rng.randrange(8, 18), rng.randrange(60)), UTC)
        file = SentFile(f"batch{number}.837", 4096 + rng.randrange(10**5), digest)
        batch = Batch(payer, "NORTHGATE", control, tuple(entries))
        made.append(ClaimFile(_SHAPE.format(rng.randrange(10**8)), batch, (file,), at))
    return made


class Clearing(Counter[Batch, ClaimFile]):
    """Where files of claims come in."""

    needed = frozenset()
    fewest_files = 1

    def earlier(self, payer: str) -> Sequence[ClaimFile]:
        return self._grown.get(payer, ())

    @cached_property
    def _grown(self) -> dict[str, list[ClaimFile]]:
        return {payer: earlier_files(self._world, payer) for payer in TAKEN_BY}

    def name(self, matter: Batch) -> str:
        return f"claims {matter.control_number}"

    def taken(self, draft: Draft[Batch], number: str, now: datetime) -> ClaimFile:
        return ClaimFile(number, draft.matter, tuple(draft.files), now, draft.username)

    def issue(self, payer: str, /) -> str:
        return _SHAPE.format(10**8 + len(self._received[PAYERS[payer].portal]))

    def members(self, payer: str) -> dict[str, str]:
        """What becomes of a claim, by its member."""
        return {
            each.member_id: "warned" if each.member_id.endswith("7") else "accepted"
            for each in self._world.members[payer]
        }


def earlier_files(world: World, payer: str) -> list[ClaimFile]:
    return grow(payer, world.claims[payer], world.seed, world.today)
