"""Disputes that a biller would ask after, and such as he would send."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from typing import Any

from simulator.claims import Claim
from simulator.disputes import REASONS, unfit
from simulator.world import World

Asked = dict[str, Any]


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    while True:
        dispute = rng.choice(world.disputes[payer])
        yield _ask(dispute.claim, *dispute.claim.tags)


def odd(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    disputed = world.disputes[payer]
    numbers = {each.claim.claim_number for each in disputed}
    longer = [each for each in disputed if "prefix" in each.claim.tags]
    while True:
        none = rng.choice([each for each in world.claims[payer] if each.claim_number not in numbers])
        yield _ask(none, "nothing")
        yield _ask(rng.choice(longer).claim, "prefix")
        number = rng.choice(longer).claim.claim_number[:-1]
        yield {"question": {"claim_number": number}, "tags": ["prefix_of_another"]}
        dispute = rng.choice(disputed)
        for kind in ("reconsideration", "appeal"):
            yield _ask(dispute.claim, "of_one_kind", kind=kind)


def to_send(world: World, payer: str, rng: random.Random, *, awkward: bool) -> Iterator[Asked]:
    """Each claim once, until all were asked for. The awkward ones are such as a payer refuses, and odd names."""
    disputed = {each.claim.claim_number for each in world.disputes[payer]}
    left = [each for each in world.claims[payer] if each.claim_number not in disputed]
    if awkward:
        odd_ones = [each for each in left if each.member.tags and unfit(each) is None]
        wrong = [each for each in left if unfit(each)]
        under_way = [each.claim for each in world.disputes[payer]]
        chosen = [one for pair in zip(odd_ones, wrong, cycle(under_way), strict=False) for one in pair]
    else:
        chosen = [each for each in left if unfit(each) is None]
        rng.shuffle(chosen)
    for claim in cycle(chosen):
        tags = [unfit(claim) or "fit", *claim.member.tags, *(["sent_before"] if claim.claim_number in disputed else [])]
        yield {"question": _dispute(claim, rng), "tags": tags}


def _dispute(claim: Claim, rng: random.Random) -> dict[str, str]:
    member = claim.member
    decided: date | None = claim.finalized_on
    return {
        "kind": "reconsideration",
        "claim_number": claim.claim_number,
        "member_id": member.member_id,
        "birth_date": member.birth_date.isoformat(),
        "first_name": member.first_name,
        "last_name": member.last_name,
        "reason": rng.choice(list(REASONS)),
        "narrative": f"The records of {claim.service_from:%m/%d/%Y} support what was billed.",
        "contact_name": "Dana Whitfield",
        "contact_phone": "(612) 555-0142",
        **({"decided_on": decided.isoformat()} if decided else {}),
    }


def _ask(claim: Claim, *tags: str, **more: str) -> Asked:
    return {"question": {"claim_number": claim.claim_number, **more}, "tags": list(tags)}
