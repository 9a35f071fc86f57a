"""Questions that a poster of payments would ask, plain or awkward."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from simulator.remittances import Payment
from simulator.world import World

Asked = dict[str, Any]

_TAGS = (
    "ach", "check", "virtual_card", "several_claims", "voided", "reissued", "recovery", "interest", "out_of_balance",
    "page_differs", "paper_differs", "no_money", "reversal",
)  # fmt: skip
_OPEN = ("pending", "received", "accepted", "rejected", "info_requested")


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    while True:
        payment = rng.choice(world.payments[payer])
        yield _number(payment)
        yield _claim(rng.choice(payment.entries).claim.claim_number, *payment.tags)
        if rng.random() < 0.3:
            yield _days(payment, 0)


def odd(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    payments, claims = world.payments[payer], world.claims[payer]
    kept = world.older_payments.get(payer, [])
    longer = [claim.claim_number for claim in claims if "prefix" in claim.tags and claim.lines]
    while True:
        yield _asked(("not_found",), check_number=f"99{rng.randrange(10**7):07d}Z")
        yield _asked(("only_longer_numbers",), check_number=rng.choice(payments).number[:-2])
        for tag in rng.sample(_TAGS, len(_TAGS)):
            tagged = [each for each in payments if tag in each.tags]
            if tagged:
                yield _number(rng.choice(tagged), tag)
        yield _claim(rng.choice([each for each in claims if each.lifecycle in _OPEN]).claim_number, "not_paid_yet")
        number = rng.choice(longer)
        yield _claim(number, "prefix")
        yield _claim(number[:-1], "prefix_of_another")
        voided = [each for each in payments if "voided" in each.tags]
        reversals = [each for each in payments if "reversal" in each.tags]
        if voided:
            yield _claim(rng.choice(voided).entries[0].claim.claim_number, "voided_and_reissued")
        if reversals:
            yield _claim(rng.choice(reversals).entries[-1].claim.claim_number, "taken_back_and_corrected")
        yield _days(rng.choice(payments), 1, "two_days")
        if kept:
            yield _number(rng.choice(kept), "long_ago")
            yield _days(rng.choice(kept), 3, "days_long_ago")
        quiet = min(each.paid_on for each in payments) - timedelta(days=40)
        yield _asked(("no_payments",), paid_from=quiet.isoformat(), paid_to=(quiet + timedelta(days=9)).isoformat())


def _number(payment: Payment, *tags: str) -> Asked:
    return _asked((*tags, *payment.tags), check_number=payment.number)


def _claim(number: str, *tags: str) -> Asked:
    return _asked(("by_claim", *tags), claim_number=number)


def _days(payment: Payment, more: int, *tags: str) -> Asked:
    end = payment.paid_on + timedelta(days=more)
    return _asked(("by_day", *tags), paid_from=payment.paid_on.isoformat(), paid_to=end.isoformat())


def _asked(tags: tuple[str, ...], **question: str) -> Asked:
    return {"question": question, "tags": list(tags)}
