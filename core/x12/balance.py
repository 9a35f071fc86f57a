"""The three sums of an 835 that must come out, and the one between the file and the page that offers it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.capabilities.claim_status import Adjustment
from core.capabilities.remittances import Imbalance, Remittance, RemittedClaim, Rule

_ZERO = Decimal(0)


def imbalances(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Lines first, then claims, then the payment."""
    flaws = [flaw for claim in remittance.claims for flaw in _of_claim(claim)]
    paid = sum((claim.paid for claim in remittance.claims), _ZERO)
    taken = sum((each.amount for each in remittance.provider_adjustments), _ZERO)
    if paid - taken != remittance.amount:
        flaws.append(Imbalance(rule=Rule.PAYMENT, computed=paid - taken, stated=remittance.amount))
    return tuple(flaws)


def compared_with_page(remittance: Remittance, printed: Decimal) -> Remittance:
    """`printed` is the amount that the portal, or its explanation of payment, states for the same payment."""
    if printed == remittance.amount:
        return remittance
    flaw = Imbalance(rule=Rule.PORTAL, computed=remittance.amount, stated=printed)
    return remittance.model_copy(update={"imbalances": (*remittance.imbalances, flaw)})


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
