"""What the stored answers add up to: payments proven, reasons of denials, time left to appeal.

Answers are opened to count them; nothing of a patient leaves this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.appeals import AppealKind
from core.capabilities.catalog import capability
from core.capabilities.claim_status import Claim, Claims, Lifecycle
from core.capabilities.record import Answer
from core.capabilities.remittances import Proof, Remittances, plain_number
from lanes.assembly import Fleet
from lanes.submissions.submit import subject_index
from store import runs, submissions, tallies, work_items
from store.submissions import SubmissionState

DAYS = 30
MOST = 200
"""Answers that are opened, the latest ones."""
KEPT_SECONDS = 60.0
PROOF = {
    Proof.BALANCED: ("balanced to the cent", "fill-good"),
    Proof.OFF: ("out of balance", "fill-bad"),
    Proof.EOP_ONLY: ("EOP only, without an 835", "fill-warn"),
    Proof.NONE: ("without anything to prove it by", "fill-none"),
}
SPANS = ((7, "within a week", "fill-bad"), (30, "within a month", "fill-warn"), (10_000, "later", "fill-good"))
"""Days left, in words."""
NO_CODE = "no code stated"


@dataclass(frozen=True)
class Sums:
    proof: Mapping[Proof, int]
    """Payments, by how far they are proven."""
    denials: Mapping[str, int]
    """Denied claims by adjustment reason code (CARC), such as “CO-50”; NO_CODE where the portal shows none."""
    denied: int
    deadlines: Mapping[str, int]
    """Denied claims that may still be appealed and of which nothing was handed in, by the words of SPANS."""


async def summed(fleet: Fleet, allowed: frozenset[str] | None) -> Sums:
    """`allowed`: ids of credentials; None: all."""
    async with fleet.database.read() as session:
        return await _summed(session, fleet, allowed)


@dataclass(frozen=True)
class _Read:
    answer: Answer
    portal: str
    payer: str | None


async def _summed(session: AsyncSession, fleet: Fleet, allowed: frozenset[str] | None) -> Sums:
    denied = _denied(await _answers(session, fleet, "claim_status", allowed))
    deadlines: Counter[str] = Counter()
    for read, claim in denied:
        left = _days_left(fleet, read, claim)
        if left is not None and not await _handed_in(session, fleet, read, claim):
            deadlines[next(words for days, words, _ in SPANS if left <= days)] += 1
    return Sums(
        proof=_proof(await _answers(session, fleet, "remittances", allowed)),
        denials=Counter(code for _, claim in denied for code in _codes(claim)),
        denied=len(denied),
        deadlines=deadlines,
    )


async def _answers(session: AsyncSession, fleet: Fleet, name: str, allowed: frozenset[str] | None) -> Sequence[_Read]:
    """The latest first."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    stored = await tallies.answers(session, name, since=since, credentials=allowed, limit=MOST)
    items = await work_items.by_ids(session, [each.work_item_id for each in stored])
    return [
        _Read(
            capability(name).read_answer(runs.payload_of(each, fleet.sealer)),
            items[each.work_item_id].portal,
            items[each.work_item_id].payer,
        )
        for each in stored
    ]


def _proof(read: Iterable[_Read]) -> Counter[Proof]:
    """Each check or EFT once, as it was seen last, however often and from however many portals it was pulled."""
    known: dict[tuple[str, date | None], Proof] = {}
    for each in read:
        if isinstance(each.answer, Remittances):
            for payment in each.answer.payments:
                known.setdefault((plain_number(payment.number), payment.paid_on), payment.proof)
    return Counter(known.values())


def _denied(read: Iterable[_Read]) -> list[tuple[_Read, Claim]]:
    """Each claim as it was seen last."""
    known: dict[tuple[str, str], tuple[_Read, Claim]] = {}
    for each in read:
        if isinstance(each.answer, Claims):
            for claim in each.answer.claims:
                known.setdefault((each.portal, claim.claim_number), (each, claim))
    return [(each, claim) for each, claim in known.values() if claim.lifecycle is Lifecycle.DENIED]


def _codes(claim: Claim) -> set[str]:
    """Without what only names the contract's or the patient's share (CARC 45, group PR)."""
    told = {
        f"{each.group}-{each.code}"
        for line in claim.lines
        for each in line.adjustments
        if each.group != "PR" and each.code != "45"
    }
    return told or {NO_CODE}


def _days_left(fleet: Fleet, read: _Read, claim: Claim) -> int | None:
    """For the first step against the denial; None where no rule is known, or its last day has passed."""
    portal = fleet.portals.get(read.portal)
    if portal is None or claim.finalized_on is None:
        return None
    today = portal.today(fleet.clock.now())
    rules = (portal.takes(kind, read.payer) for kind in AppealKind)
    last_days = [last for rule in rules if rule and (last := rule.file_by(claim.finalized_on)) and last >= today]
    return (min(last_days) - today).days if last_days else None


async def _handed_in(session: AsyncSession, fleet: Fleet, read: _Read, claim: Claim) -> bool:
    for kind in AppealKind:
        key = subject_index(fleet, read.portal, read.payer, kind, claim.claim_number.upper())
        made = await submissions.of_subject(session, key)
        if any(row.state is not SubmissionState.REFUSED and not row.rehearsal for row in made):
            return True
    return False
