"""What is sent in the suite: a gate and files as a lane has them, and things to send that nobody has sent yet."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fixtures_portals import PROVIDER, Kept, SimulatedPortal

from bots.contracts import NotSent
from bots.lane import LaneBrowser
from core.capabilities.appeals import Appeal
from core.capabilities.catalog import CAPABILITIES, capability, write
from core.capabilities.record import Answer
from core.capabilities.submissions import Enclosed, Filed, Submission
from payers.registry import load_manifest, portal_ids
from simulator.disputes import Dispute
from simulator.questions import questions

RECORDS = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
LETTER = b"%PDF-1.7\n" + b"the letter " * 400 + b"\n%%EOF\n"

DRAWN = {
    "appeals": "disputes",
    "authorizations": "authorization_requests",
    "sent_messages": "outgoing_messages",
    "notifications": "outgoing_notifications",
}
"""By capability, what of the simulator's questions is to be sent. Files of claims have tests of their own."""


def sending() -> list[str]:
    """Each portal with each of these capabilities by which it takes something: "ucare-appeals"."""
    takes = [(load_manifest(each), name) for each in portal_ids() for name in load_manifest(each).capabilities]
    known = [(manifest, name) for manifest, name in takes if name in DRAWN]
    return [f"{manifest.id}-{name}" for manifest, name in known if kinds_taken(manifest.submissions, name)]


def kinds_taken(rules: Sequence[Any], name: str) -> set[str]:
    sends = CAPABILITIES[name].sends
    return {kind for rule in rules for kind in rule.kinds} & {*(sends.kinds if sends else ())}


@dataclass
class Desk:
    """The gate and the files of submissions of one capability."""

    capability: str = "appeals"
    portal: str = ""
    shut: bool = False
    opened: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str) -> Desk:
        """As `sending` names them."""
        portal, _, capability = name.partition("-")
        return cls(capability, portal)

    async def open(self) -> float:
        if self.shut:
            raise NotSent
        self.opened += 1
        return 10

    async def content(self, file: Enclosed) -> bytes:
        return self.files[file.sha256]

    def wanted(self, question: dict[str, str], *files: bytes) -> Submission:
        enclosed = [Enclosed.of(f"Jane Roe {place}.pdf", data) for place, data in enumerate(files or [RECORDS])]
        self.files |= {each.sha256: data for each, data in zip(enclosed, files or [RECORDS], strict=True)}
        sends = capability(self.capability).sends
        assert sends is not None
        known = {"provider_npi": PROVIDER} if "provider_npi" in sends.submission.model_fields else {}
        keys = {**known, **question}
        return sends.ask(keys.pop("kind"), keys, enclosed)

    def appeal(self, question: dict[str, str], *files: bytes) -> Appeal:
        wanted = self.wanted(question, *files)
        assert isinstance(wanted, Appeal)
        return wanted

    async def send(self, portal: SimulatedPortal, lane: LaneBrowser, wanted: Submission, kept: Kept) -> Answer:
        payer = portal.definition.manifest.payers[0].id
        return await lane.submit(self.capability, payer, wanted, kept, gate=self, files=self)

    async def found(self, portal: SimulatedPortal, lane: LaneBrowser, wanted: Submission) -> tuple[Filed, ...]:
        """What the worklist shows of it, which is true."""
        asked = await portal.ask(lane, self.capability, portal.definition.manifest.payers[0].id, about(wanted))
        portal.assert_true(asked)
        assert asked.answer is not None
        filed = wanted.among(asked.answer)
        assert filed is not None
        return filed

    def fresh(self, portal: SimulatedPortal, count: int, *, awkward: bool = False) -> list[dict[str, str]]:
        """What was not sent yet, by nobody in this suite either; awkward ones are of odd members. Of each kind."""
        if self.capability == "appeals":
            return fresh(portal, count, awkward=awkward)
        world, payer = portal.house.world, portal.definition.manifest.payers[0].id
        drawn = questions(
            world, DRAWN[self.capability], payer, count=60, seed=9, awkward=awkward, today=portal.house.clock.today()
        )
        left = [each["question"] for each in drawn if write(self.wanted(each["question"])) not in _USED]
        _USED.update(write(self.wanted(each)) for each in left[:count])
        return left[:count]

    def received(self, portal: SimulatedPortal) -> Sequence[Any]:
        return RECEIVED[self.capability](portal)


_USED: set[str] = set()


def fresh(portal: SimulatedPortal, count: int, *, awkward: bool = False) -> list[dict[str, str]]:
    """Disputes of claims that were not disputed yet, by nobody in this suite either; awkward ones have odd members."""
    world, payer = portal.house.world, portal.definition.manifest.payers[0].id
    sent = {each.claim.claim_number for each in received(portal)}
    drawn = questions(world, "disputes", payer, count=900, seed=9, awkward=awkward, today=portal.house.clock.today())
    found = [each["question"] for each in drawn if "fit" in each["tags"] and "sent_before" not in each["tags"]]
    return [each for each in found if each["claim_number"] not in sent][:count]


def received(portal: SimulatedPortal) -> list[Dispute]:
    return portal.house.submissions.received(portal.id)


RECEIVED: dict[str, Callable[[SimulatedPortal], Sequence[Any]]] = {
    "appeals": received,
    "authorizations": lambda portal: portal.house.requests.received(portal.id),
    "notifications": lambda portal: portal.house.pregnancies.received(portal.id),
    "sent_messages": lambda portal: portal.house.mailroom.received(portal.id),
}


def about(wanted: Submission) -> dict[str, str]:
    """What the worklist is asked for, as keys."""
    asked: dict[str, str | None] = json.loads(write(wanted.worklist_query()))
    return {name: value for name, value in asked.items() if value}
