"""Payments known again: pulled once more by another question, re-issued under another number, taken back by another.

They are found by blind marks of their numbers, and of their claims with the amounts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.record import Answer
from core.capabilities.remittances import (
    ClaimFate,
    Earlier,
    Payment,
    Relation,
    Remittances,
    RemittedClaim,
    plain_number,
)
from core.seal import Sealer
from lanes.assembly import Fleet
from store import pulled_payments
from store.base import alone
from store.pulled_payments import Pulled, Told
from store.queue import Work

_SHARED = (
    (Relation.TAKES_BACK, "taken", "paid"),
    (Relation.TAKEN_BACK, "paid", "taken"),
    (Relation.REISSUE, "paid", "paid"),
    (Relation.REISSUE, "taken", "taken"),
)
"""What it is when a claim with the same amounts stands in both: how in this payment, and how in the one before."""
_NOT_POSTED = {"duplicate", "imbalances"}


@dataclass(frozen=True)
class _Marks:
    told: Told
    number: str
    replaces: str | None
    claims: Mapping[str, Mapping[str, str]]
    """Of those that are paid, and of those that are taken back: the mark, and the claim's number."""

    @classmethod
    def of(cls, payment: Payment, sealer: Sealer) -> _Marks:
        claims = payment.remittance.claims if payment.remittance else ()
        taken = {_claim(each, sealer): each.claim_number or "" for each in claims if each.fate is ClaimFate.REVERSED}
        paid = {_claim(each, sealer): each.claim_number or "" for each in claims if each.claim_number}
        return cls(
            told=Told(
                number=payment.number,
                paid_on=payment.paid_on,
                payer_name=payment.payer_name,
                content=_content(payment),
            ),
            number=_number(payment.number, sealer),
            replaces=_number(payment.replaces, sealer) if payment.replaces else None,
            claims={
                "paid": {mark: number for mark, number in paid.items() if mark not in taken},
                "taken": {mark: number for mark, number in taken.items() if number},
            },
        )

    def own(self) -> set[str]:
        return {self.number, *(f"{how} {mark}" for how, marks in self.claims.items() for mark in marks)}

    def sought(self) -> set[str]:
        shared = {f"{before} {mark}" for _, here, before in _SHARED for mark in self.claims[here]}
        return {self.number, *shared, *([self.replaces] if self.replaces else [])}


async def marked(session: AsyncSession, fleet: Fleet, work: Work, answer: Answer) -> Answer:
    """What an answer of payments is kept as: with what was pulled before of each. They are kept in mind for later ones,
    and for those that come after them in this answer. In the transaction that keeps it.
    """
    if not isinstance(answer, Remittances):
        return answer
    await alone(session, "pulled payments")
    now, sealer = fleet.clock.now(), fleet.sealer
    listed = [(payment, _Marks.of(payment, sealer)) for payment in answer.payments]
    known = await pulled_payments.by_marks(session, sealer, {mark for _, marks in listed for mark in marks.sought()})
    told: list[Payment] = []
    for payment, marks in listed:
        same = [each for each in known.get(marks.number, ()) if _is(each.told, marks.told)]
        before = (*_same(same, marks), *_others(known, marks, {each.id for each in same}))
        told.append(payment.model_copy(update={"pulled_before": before}))
        if not any(each.told.content == marks.told.content for each in same):
            kept = await pulled_payments.keep(session, sealer, work.item.id, marks.told, marks.own(), now=now)
            for mark in marks.own():
                known.setdefault(mark, []).append(kept)
    return answer.model_copy(update={"payments": tuple(told)})


def _same(known: Sequence[Pulled], marks: _Marks) -> Iterator[Earlier]:
    if not known:
        return
    equal = [each for each in known if each.told.content == marks.told.content]
    yield _earlier(Relation.SAME if equal else Relation.CHANGED, (equal or known)[-1])


def _others(known: Mapping[str, Sequence[Pulled]], marks: _Marks, own: Collection[str]) -> Iterator[Earlier]:
    """Each payment once for what it is to this one."""
    found: dict[tuple[Relation, str], tuple[Pulled, set[str]]] = {}
    for relation, here, there in _SHARED:
        for mark, claim in marks.claims[here].items():
            for each in known.get(f"{there} {mark}", ()):
                if each.id not in own:
                    found.setdefault((relation, plain_number(each.told.number)), (each, set()))[1].add(claim)
    for each in known.get(marks.replaces or "", ()):
        if each.told.payer_name == marks.told.payer_name:
            found.setdefault((Relation.REISSUE, plain_number(each.told.number)), (each, set()))
    for (relation, _), (each, claims) in found.items():
        yield _earlier(relation, each, *sorted(claims))


def _earlier(relation: Relation, pulled: Pulled, *claims: str) -> Earlier:
    return Earlier(
        relation=relation,
        number=pulled.told.number,
        paid_on=pulled.told.paid_on,
        pulled_at=pulled.pulled_at,
        work_item=pulled.work_item_id,
        claims=claims,
    )


def _is(one: Told, other: Told) -> bool:
    """Of the same number. Payers may share one; a payer may print another day, and two portals name it differently."""
    return one.paid_on == other.paid_on or one.payer_name == other.payer_name


def _content(payment: Payment) -> str:
    posted = payment.remittance.model_dump_json(exclude=_NOT_POSTED) if payment.remittance else ""
    return hashlib.sha256(f"{payment.amount.normalize()}|{posted}".encode()).hexdigest()


def _number(number: str, sealer: Sealer) -> str:
    return sealer.blind(plain_number(number), "payment")


def _claim(claim: RemittedClaim, sealer: Sealer) -> str:
    """What is taken back has the same amounts, negative."""
    amounts = (abs(claim.billed).normalize(), abs(claim.paid).normalize())
    return sealer.blind("|".join(map(str, (claim.claim_number, *amounts))), "claim of a payment")
