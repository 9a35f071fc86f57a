"""The counter at which portals take what practices send: drafts, uploads, faults, and what was truly received."""

import hashlib
import random
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.claims import Claim
from simulator.clock import VirtualClock
from simulator.dials import Dials, SubmitFault
from simulator.disputes import Dispute, DisputeNumbers, SentFile
from simulator.tally import Tally
from simulator.world import PAYERS, World

KB, MB = 1024, 1024 * 1024
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
class Draft:
    """What somebody has begun and not handed in. It has an id and no confirmation number."""

    id: str
    portal: str
    claim: Claim
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
        return {"kind", "reason", "narrative", "contact"} <= self.answers.keys() and self.scanned

    @property
    def scanned(self) -> bool:
        return bool(self.uploads) and all(each.ready for each in self.uploads.values())


@dataclass(frozen=True, slots=True)
class Duplicate:
    of: Dispute


class Submissions:
    def __init__(self, world: World, clock: VirtualClock, tally: Tally, dials: dict[str, Dials]) -> None:
        self._world = world
        self._clock = clock
        self._tally = tally
        self._dials = dials
        self._dice = random.Random(f"submissions {world.seed}")
        self._numbers = DisputeNumbers(self._dice)
        self._received: dict[str, list[Dispute]] = defaultdict(list)
        self._drafts: dict[str, Draft] = {}

    def received(self, portal: str) -> list[Dispute]:
        """What came in since the simulator runs, in the order in which it came."""
        return list(self._received[portal])

    def listed(self, payer: str) -> list[Dispute]:
        """What a worklist shows by now, newest first."""
        portal = PAYERS[payer].portal
        hidden = timedelta(seconds=self._dials[portal].worklist_delay_s)
        come = [each for each in self._received[portal] if each.payer == payer]
        shown = [each for each in come if each.at + hidden <= self._clock.now()]
        return sorted([*self._world.disputes[payer], *shown], key=lambda each: each.at, reverse=True)

    def listed_at(self, dispute: Dispute) -> datetime:
        return dispute.at + timedelta(seconds=self._dials[PAYERS[dispute.payer].portal].worklist_delay_s)

    def begin(self, portal: str, username: str, claim: Claim) -> Draft:
        draft = Draft(secrets.token_urlsafe(12), portal, claim, username, self._clock.now())
        self._drafts[draft.id] = draft
        self._tally.record(portal, username, "draft", claim.claim_number, count="drafts")
        return draft

    def draft(self, portal: str, draft_id: str) -> Draft | None:
        found = self._drafts.get(draft_id)
        return found if found and found.portal == portal else None

    def drafts(self, portal: str) -> list[Draft]:
        """What was begun and never handed in, newest first."""
        return [each for each in reversed(self._drafts.values()) if each.portal == portal and not each.handed_in]

    async def upload(self, draft: Draft, name: str, data: AsyncIterable[bytes]) -> Upload:
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

    def accept(self, draft: Draft) -> Dispute | Duplicate:
        """Takes a draft in. Whoever hands in twice what the portal does not refuse has done it twice."""
        portal, claim, now = draft.portal, draft.claim, self._clock.now()
        about = f"{draft.answers['kind']} {claim.claim_number}"
        earlier = [
            each
            for each in [*self._world.disputes[claim.payer], *self._received[portal]]
            if each.claim.claim_number == claim.claim_number and each.kind == draft.answers["kind"]
        ]
        under_way = [each for each in earlier if each.stage(now) != "decided"]
        if under_way and self._dials[portal].refuses_duplicates:
            self._tally.record(portal, draft.username, "duplicate_refused", about, count="duplicates_refused")
            return Duplicate(under_way[-1])
        if not self._received[portal]:
            payers = [each.id for each in PAYERS.values() if each.portal == portal]
            self._numbers.reserve([each.number for payer in payers for each in self._world.disputes.get(payer, ())])
        made = Dispute(
            number=self._numbers.issue(portal),
            payer=claim.payer,
            claim=claim,
            kind=draft.answers["kind"],
            reason=draft.answers["reason"],
            narrative=draft.answers["narrative"],
            contact=draft.answers["contact"],
            files=tuple(draft.files),
            at=now,
            username=draft.username,
        )
        twice = made.content in {each.content for each in earlier}
        self._received[portal].append(made)
        draft.handed_in = True
        self._tally.record(portal, draft.username, "submission", f"{about} {made.number}", count="submissions")
        if twice:
            self._tally.record(portal, draft.username, "duplicate", about, count="duplicates_accepted")
        return made
