"""The counters at which portals take what practices send: drafts, uploads, faults, and what was truly received."""

import hashlib
import random
import secrets
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, Generic, Protocol, TypeVar

from simulator.claims import Claim
from simulator.clock import VirtualClock
from simulator.dials import Dials, SubmitFault
from simulator.disputes import Dispute, DisputeNumbers, SentFile
from simulator.tally import Tally
from simulator.world import PAYERS, World

KB, MB = 1024, 1024 * 1024
M = TypeVar("M")
S = TypeVar("S", bound="Sent")
CUT_SECONDS = 2.5
"""How long nothing of a draft gets through once its line was cut. A browser asks again by itself, at once, when a
connection that it used before breaks: that must not come through where the network is dead.
"""


@dataclass(frozen=True, slots=True)
class FileRules:
    extensions: tuple[str, ...]
    most: int
    largest: int  # bytes, and so are the next two
    larger_than: int = 0
    together: int | None = None

    def breach(self, name: str, size: int, others: list[SentFile]) -> str | None:
        """One of type, small, large, many, together."""
        if name.rpartition(".")[2].lower() not in self.extensions:
            return "type"
        if size <= self.larger_than:
            return "small"
        if size > self.largest:
            return "large"
        if len(others) >= self.most:
            return "many"
        total = size + sum(each.size for each in others)
        return "together" if self.together is not None and total > self.together else None


@dataclass
class Upload:
    id: str
    file: SentFile
    ready_at: float  # of the process's own clock: when it was looked through for viruses

    @property
    def ready(self) -> bool:
        return time.monotonic() >= self.ready_at


@dataclass
class Draft(Generic[M]):
    """What somebody has begun and not handed in. It has an id and no confirmation number."""

    id: str
    portal: str
    matter: M  # what it is about
    needed: frozenset[str]  # answers
    fewest_files: int
    username: str
    begun_at: datetime
    answers: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    cut_until: float = 0.0
    handed_in: bool = False

    @property
    def files(self) -> list[SentFile]:
        return [each.file for each in self.uploads.values()]

    @property
    def complete(self) -> bool:
        return self.needed <= self.answers.keys() and self.scanned

    @property
    def scanned(self) -> bool:
        return len(self.uploads) >= self.fewest_files and all(each.ready for each in self.uploads.values())


class Sent(Protocol):
    """What came in."""

    @property
    def payer(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def about(self) -> str: ...  # for the ledger
    @property
    def same(self) -> Hashable: ...  # what a portal that refuses duplicates goes by
    @property
    def content(self) -> Hashable: ...  # what nobody wants to send twice

    def open(self, now: datetime) -> bool: ...  # not decided yet


@dataclass(frozen=True, slots=True)
class Duplicate(Generic[S]):
    of: S


class Counter(ABC, Generic[M, S]):
    """For one kind of thing that is sent."""

    needed: ClassVar[frozenset[str]]
    fewest_files: ClassVar[int] = 0
    refuses_duplicates: ClassVar[bool] = True  # where the portal's dial says so

    def __init__(self, world: World, clock: VirtualClock, tally: Tally, dials: dict[str, Dials]) -> None:
        self._world = world
        self._clock = clock
        self._tally = tally
        self._dials = dials
        self._dice = random.Random(f"{type(self).__name__.lower()} {world.seed}")
        self._received: dict[str, list[S]] = defaultdict(list)
        self._drafts: dict[str, Draft[M]] = {}

    @abstractmethod
    def earlier(self, payer: str) -> Sequence[S]:
        """What came in before any bot."""

    @abstractmethod
    def name(self, matter: M) -> str:
        """For the ledger."""

    @abstractmethod
    def taken(self, draft: Draft[M], number: str, now: datetime) -> S: ...

    @abstractmethod
    def issue(self, payer: str, /) -> str:
        """A number that nothing has yet."""

    def received(self, portal: str) -> list[S]:
        """What came in since the simulator runs, in the order in which it came."""
        return list(self._received[portal])

    def listed(self, payer: str) -> list[S]:
        """What a worklist shows by now, newest first."""
        portal = PAYERS[payer].portal
        come = [each for each in self._received[portal] if each.payer == payer]
        shown = [each for each in come if self.listed_at(each) <= self._clock.now()]
        return sorted([*self.earlier(payer), *shown], key=lambda each: each.at, reverse=True)

    def listed_at(self, sent: S) -> datetime:
        return sent.at + timedelta(seconds=self._dials[PAYERS[sent.payer].portal].worklist_delay_s)

    def begin(self, portal: str, username: str, matter: M) -> Draft[M]:
        draft_id, now = secrets.token_urlsafe(12), self._clock.now()
        draft = Draft(draft_id, portal, matter, self.needed, self.fewest_files, username, now)
        self._drafts[draft.id] = draft
        self._tally.record(portal, username, "draft", self.name(matter), count="drafts")
        return draft

    def draft(self, portal: str, draft_id: str) -> Draft[M] | None:
        found = self._drafts.get(draft_id)
        return found if found and found.portal == portal else None

    def drafts(self, portal: str) -> list[Draft[M]]:
        """What was begun and never handed in, newest first."""
        return [each for each in reversed(self._drafts.values()) if each.portal == portal and not each.handed_in]

    async def upload(self, draft: Draft[M], name: str, data: AsyncIterable[bytes]) -> Upload:
        size, digest = 0, hashlib.sha256()
        async for chunk in data:
            size += len(chunk)
            digest.update(chunk)
        shortest, longest = self._dials[draft.portal].virus_scan_ms
        scan = self._dice.uniform(shortest, max(shortest, longest)) / 1000
        file = SentFile(name, size, digest.hexdigest())
        made = Upload(secrets.token_urlsafe(6), file, time.monotonic() + scan)
        draft.uploads[made.id] = made
        return made

    def fault(self, portal: str) -> SubmitFault | None:
        """What befalls the submission that is on its way now."""
        dials = self._dials[portal]
        fault: SubmitFault | None = None
        if dials.submit_faults:
            fault, *left = dials.submit_faults
            dials.submit_faults = tuple(left)
        elif dials.submit_fault_rate and self._dice.random() < dials.submit_fault_rate:
            fault = self._dice.choice(list(SubmitFault))
        return fault

    def accept(self, draft: Draft[M]) -> S | Duplicate[S]:
        """Takes a draft in. Whoever hands in twice what the portal does not refuse has done it twice."""
        portal, now = draft.portal, self._clock.now()
        offered = self.taken(draft, "", now)
        earlier = [*self.earlier(offered.payer), *self._received[portal]]
        under_way = [each for each in earlier if each.same == offered.same and each.open(now)]
        if under_way and self.refuses_duplicates and self._dials[portal].refuses_duplicates:
            self._tally.record(portal, draft.username, "duplicate_refused", offered.about, count="duplicates_refused")
            return Duplicate(under_way[-1])
        made = self.taken(draft, self.issue(offered.payer), now)
        twice = made.content in {each.content for each in earlier}
        self._received[portal].append(made)
        draft.handed_in = True
        detail = f"{made.about} {made.number}"
        self._tally.record(portal, draft.username, "submission", detail, count="submissions")
        if twice:
            self._tally.record(portal, draft.username, "duplicate", made.about, count="duplicates_accepted")
        return made


class Submissions(Counter[Claim, Dispute]):
    """Disputes of claims."""

    needed = frozenset({"kind", "reason", "narrative", "contact"})
    fewest_files = 1

    def earlier(self, payer: str) -> Sequence[Dispute]:
        return self._world.disputes[payer]

    def name(self, matter: Claim) -> str:
        return matter.claim_number

    def taken(self, draft: Draft[Claim], number: str, now: datetime) -> Dispute:
        return Dispute(
            number=number,
            payer=draft.matter.payer,
            claim=draft.matter,
            kind=draft.answers["kind"],
            reason=draft.answers["reason"],
            narrative=draft.answers["narrative"],
            contact=draft.answers["contact"],
            files=tuple(draft.files),
            at=now,
            username=draft.username,
        )

    @cached_property
    def _numbers(self) -> DisputeNumbers:
        numbers = DisputeNumbers(self._dice)
        numbers.reserve([each.number for listed in self._world.disputes.values() for each in listed])
        return numbers

    def issue(self, payer: str, /) -> str:
        return self._numbers.issue(PAYERS[payer].portal)
