"""What is sent in the suite: a gate and files as a lane has them, and disputes of claims that nobody disputed yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from fixtures_portals import PROVIDER, Kept, SimulatedPortal

from bots.contracts import NotSent
from bots.lane import LaneBrowser
from core.capabilities.appeals import Appeal
from core.capabilities.catalog import capability
from core.capabilities.record import Answer
from core.capabilities.submissions import Enclosed
from simulator.disputes import Dispute
from simulator.questions import questions

RECORDS = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"
LETTER = b"%PDF-1.7\n" + b"the letter " * 400 + b"\n%%EOF\n"


@dataclass
class Desk:
    """The gate and the files of submissions."""

    shut: bool = False
    opened: int = 0
    files: dict[str, bytes] = field(default_factory=dict)

    async def open(self) -> float:
        if self.shut:
            raise NotSent
        self.opened += 1
        return 10

    async def content(self, file: Enclosed) -> bytes:
        return self.files[file.sha256]

    def appeal(self, question: dict[str, str], *files: bytes) -> Appeal:
        enclosed = [Enclosed.of(f"Jane Roe {place}.pdf", data) for place, data in enumerate(files or [RECORDS])]
        self.files |= {each.sha256: data for each, data in zip(enclosed, files or [RECORDS], strict=True)}
        keys = {"provider_npi": PROVIDER, **question}
        sends = capability("appeals").sends
        assert sends is not None
        wanted = sends.ask(keys.pop("kind"), keys, enclosed)
        assert isinstance(wanted, Appeal)
        return wanted

    async def send(self, portal: SimulatedPortal, lane: LaneBrowser, wanted: Appeal, kept: Kept) -> Answer:
        payer = portal.definition.manifest.payers[0].id
        return await lane.submit("appeals", payer, wanted, kept, gate=self, files=self)


def fresh(portal: SimulatedPortal, count: int, *, awkward: bool = False) -> list[dict[str, str]]:
    """Disputes of claims that were not disputed yet, by nobody in this suite either; awkward ones have odd members."""
    world, payer = portal.house.world, portal.definition.manifest.payers[0].id
    sent = {each.claim.claim_number for each in received(portal)}
    drawn = questions(world, "disputes", payer, count=900, seed=9, awkward=awkward, today=portal.house.clock.today())
    found = [each["question"] for each in drawn if "fit" in each["tags"] and "sent_before" not in each["tags"]]
    return [each for each in found if each["claim_number"] not in sent][:count]


def received(portal: SimulatedPortal) -> list[Dispute]:
    return portal.house.submissions.received(portal.id)


def about(question: dict[str, str]) -> dict[str, str]:
    """What the worklist is asked for."""
    return {"claim_number": question["claim_number"], "kind": question["kind"]}
