"""Questions that a biller would ask, plain or awkward, drawn from the members and claims there are."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from simulator import (
    authorization_questions,
    claim_file_truth,
    dispute_questions,
    library_questions,
    mail_questions,
    pregnancy_truth,
    remittance_questions,
    request_truth,
    sent_mail_truth,
    staff_truth,
)
from simulator.claims import Claim
from simulator.codes import SERVICE_TYPES
from simulator.oracle import BadQuestion
from simulator.people import Member
from simulator.world import PAYERS, World

Asked = dict[str, Any]
Drawn = Callable[[World, str, random.Random], Iterator[Asked]]

_PERSON_TAGS = (
    "apostrophe", "diacritics", "hyphen", "markup", "formula", "very_long", "single_letter", "two_words", "suffix",
    "twin", "same_name", "restricted", "terminated", "future", "renewed", "two_plans", "cob", "several_payers",
)  # fmt: skip
_CLAIM_TAGS = (
    "paid", "partly_denied", "denied", "no_payment", "pending", "received", "accepted", "rejected", "info_requested",
)  # fmt: skip


_DRAWN: dict[str, tuple[Drawn, Drawn]] = {
    "remittances": (remittance_questions.plain, remittance_questions.odd),
    "authorizations": (authorization_questions.plain, authorization_questions.odd),
    "appeals": (dispute_questions.plain, dispute_questions.odd),
    "sent_messages": (sent_mail_truth.plain, sent_mail_truth.odd),
    "claim_files": (claim_file_truth.plain, claim_file_truth.odd),
    "notifications": (pregnancy_truth.plain, pregnancy_truth.odd),
}
"""Plain and awkward, of what is asked alike on any day."""
_TO_SEND = {
    "disputes": dispute_questions.to_send,
    "authorization_requests": request_truth.to_send,
    "outgoing_notifications": pregnancy_truth.to_send,
    "outgoing_messages": sent_mail_truth.to_send,
}


def questions(
    world: World,
    capability: str,
    payer: str,
    *,
    count: int,
    seed: int,
    awkward: bool,
    today: date,
    portal: str | None = None,
) -> list[Asked]:
    """`portal` where another than the payer's own is asked."""
    rng = random.Random(f"{capability} {payer} {seed} {awkward}")
    match capability:
        case "eligibility":
            asked = _odd_eligibility(world, payer, rng, today) if awkward else _eligibility(world, payer, rng)
        case "claim_status":
            asked = _odd_claims(world, payer, rng, today) if awkward else _claims(world, payer, rng)
        case "messages":
            asked = (mail_questions.odd if awkward else mail_questions.plain)(world, payer, rng, today, portal)
        case "documents":
            asked = (library_questions.odd if awkward else library_questions.plain)(world, payer, rng, today)
        case "users":
            asked = (staff_truth.odd if awkward else staff_truth.plain)(world, portal or PAYERS[payer].portal, rng)
        case _ if capability in _TO_SEND:
            asked = _TO_SEND[capability](world, payer, rng, awkward=awkward)
        case _ if capability in _DRAWN:
            asked = _DRAWN[capability][awkward](world, payer, rng)
        case _:
            raise BadQuestion(f"there is no capability {capability}")
    return list(islice(asked, count))


def _ask(tags: tuple[str, ...], **question: str | None) -> Asked:
    return {"question": {key: value for key, value in question.items() if value is not None}, "tags": list(tags)}


def _by_id(member: Member, *tags: str, **more: str) -> Asked:
    given: dict[str, str | None] = {
        "member_id": member.member_id,
        "birth_date": member.birth_date.isoformat(),
        "first_name": member.first_name,
        "last_name": member.last_name,
    }
    return _ask((*tags, *member.tags), **{**given, **more})


def _by_name(member: Member, *tags: str) -> Asked:
    born = member.birth_date.isoformat()
    return _ask((*tags, *member.tags), first_name=member.first_name, last_name=member.last_name, birth_date=born)


def _eligibility(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    while True:
        member = rng.choice(world.members[payer])
        if rng.random() < 0.3:
            yield _by_id(member, "service_type", service_type=rng.choice(list(SERVICE_TYPES)))
        else:
            yield _by_id(member)


def _odd_eligibility(world: World, payer: str, rng: random.Random, today: date) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    members = world.members[payer]
    while True:
        plain = rng.choice(members)
        unknown = f"{plain.member_id[:3]}{rng.randrange(10**6):06d}Z"
        yield _by_id(plain, "not_found", member_id=unknown)
        wrong_day = plain.birth_date - timedelta(days=rng.randrange(1, 400))
        yield _by_id(plain, "birth_date_mismatch", birth_date=wrong_day.isoformat())
        for tag in rng.sample(_PERSON_TAGS, len(_PERSON_TAGS)):
            tagged = [member for member in members if tag in member.tags]
            if tagged:
                yield _by_id(rng.choice(tagged))
        yield _by_name(rng.choice([member for member in members if "same_name" in member.tags]), "by_name")
        yield _by_name(rng.choice(members), "by_name")
        twin = rng.choice([member for member in members if "twin" in member.tags])
        yield _ask(("id_only", *twin.tags), member_id=twin.member_id, birth_date=twin.birth_date.isoformat())
        yield _by_id(rng.choice(members), "as_of_past", service_date=(today - timedelta(days=400)).isoformat())
        yield _by_id(rng.choice(members), "as_of_future", service_date=(today + timedelta(days=45)).isoformat())


def _claims(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    while True:
        claim = rng.choice(world.claims[payer])
        yield _number(claim) if rng.random() < 0.5 else _around(claim, rng.randrange(1, 40))


def _number(claim: Claim, *tags: str) -> Asked:
    return _ask((*tags, *claim.tags), claim_number=claim.claim_number)


def _around(claim: Claim, days: int, *tags: str, **more: str) -> Asked:
    margin = timedelta(days=days)
    given: dict[str, str | None] = {
        "member_id": claim.member.member_id,
        "birth_date": claim.member.birth_date.isoformat(),
        "from_date": (claim.service_from - margin).isoformat(),
        "to_date": (claim.service_to + margin).isoformat(),
    }
    return _ask((*tags, *claim.tags), **{**given, **more})


def _odd_claims(world: World, payer: str, rng: random.Random, today: date) -> Iterator[Asked]:
    claims = world.claims[payer]
    longer = [claim for claim in claims if "prefix" in claim.tags]
    numbers = {claim.claim_number: claim for claim in claims}
    bundled = [claim for claim in claims if claim.service_to - claim.service_from > timedelta(days=2)]
    many = [each for each in world.members[payer] if len(_all(world, each, today)) > 10]
    delivered = [
        each
        for each in world.members[payer]
        if not _all(world, each, today) and each.plans[0].managed_care and each.plans[0].status_on(today) == "active"
    ]
    while True:
        yield _ask(("not_found",), claim_number=f"{rng.choice(claims).claim_number[:2]}9Q{rng.randrange(10**6):06d}")
        shorter = numbers[rng.choice(longer).claim_number[:-1]]
        yield _number(shorter, "prefix_of_another")
        yield _number(rng.choice(longer))
        yield _ask(("only_longer_numbers",), claim_number=rng.choice(claims).claim_number[:-1])
        for tag in rng.sample(_CLAIM_TAGS, len(_CLAIM_TAGS)):
            yield _number(rng.choice([claim for claim in claims if tag in claim.tags]), tag)
        inside = rng.choice(bundled)
        middle = (inside.service_from + timedelta(days=1)).isoformat()
        yield _around(inside, 0, "inside_bundled_range", from_date=middle, to_date=middle)
        yield _around(rng.choice(claims), 2, "member_not_found", birth_date="1931-03-07")
        none = rng.choice(claims)
        yield _around(none, 0, "no_claims", from_date="2019-01-01", to_date="2019-03-31")
        recent = (today - timedelta(days=2)).isoformat()
        yield _around(none, 0, "not_on_file_yet", from_date=recent, to_date=today.isoformat())
        if delivered:
            member = rng.choice(delivered)
            yield _ask(
                ("in_managed_care",),
                member_id=member.member_id,
                birth_date=member.birth_date.isoformat(),
                from_date=(today - timedelta(days=90)).isoformat(),
                to_date=(today - timedelta(days=30)).isoformat(),
            )
        if many:
            member = rng.choice(many)
            yield _around(
                _all(world, member, today)[0],
                0,
                "several_pages",
                from_date=(today - timedelta(days=350)).isoformat(),
                to_date=today.isoformat(),
            )


def _all(world: World, member: Member, today: date) -> list[Claim]:
    year = timedelta(days=350)
    return world.claims_of(member.payer, member.member_id, member.birth_date, today - year, today)
