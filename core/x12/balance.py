"""The three sums of an 835 that must come out, and what page and paper must state as well as the file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.capabilities.claim_status import Adjustment
from core.capabilities.remittances import Imbalance, Payment, Remittance, RemittedClaim, Rule

_ZERO = Decimal(0)


def imbalances(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Lines first, then claims, then the payment."""
    flaws = [flaw for claim in remittance.claims for flaw in _of_claim(claim)]
    paid = sum((claim.paid for claim in remittance.claims), _ZERO)
    taken = sum((each.amount for each in remittance.provider_adjustments), _ZERO)
    if paid - taken != remittance.amount:
        flaws.append(Imbalance(rule=Rule.PAYMENT, computed=paid - taken, stated=remittance.amount))
    return tuple(flaws)


def compared(payment: Payment) -> Payment:
    """What the portal's page and the explanation of payment state, against what the 835 pays; without an 835, the one
    against the other.
    """
    stated = {Rule.PORTAL: payment.amount, Rule.EXPLANATION: payment.explained_amount}
    file = payment.remittance
    pays = payment.amount if file is None else file.amount
    flaws = tuple(
        Imbalance(rule=rule, computed=pays, stated=amount)
        for rule, amount in stated.items()
        if amount is not None and amount != pays
    )
    if file is None:
        return payment.model_copy(update={"page_imbalances": flaws})
    return payment.model_copy(update={"remittance": file.model_copy(update={"imbalances": (*file.imbalances, *flaws)})})


def _of_claim(claim: RemittedClaim) -> Iterator[Imbalance]:
    for number, line in enumerate(claim.lines, start=1):
        computed = line.billed - _sum(line.adjustments)
        if computed != line.paid:
            yield Imbalance(
                rule=Rule.LINE, claim_number=claim.claim_number, line=number, computed=computed, stated=line.paid
            )
    adjusted = _sum(claim.adjustments) + sum((_sum(line.adjustments) for line in claim.lines), _ZERO)
    if claim.billed - adjusted != claim.paid:
        yield Imbalance(
            rule=Rule.CLAIM, claim_number=claim.claim_number, computed=claim.billed - adjusted, stated=claim.paid
        )


def _sum(adjustments: tuple[Adjustment, ...]) -> Decimal:
    return sum((each.amount for each in adjustments if each.amount is not None), _ZERO)
