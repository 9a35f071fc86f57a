"""Questions that whoever schedules treatment would ask, plain or awkward."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from simulator.authorizations import Authorization
from simulator.world import World

Asked = dict[str, Any]

_TAGS = (
    "certified", "partly_certified", "not_certified", "pended", "modified", "cancelled", "contact_payer",
    "not_required", "units_differ", "no_lines", "long_text", "drug", "inpatient", "home_health",
)  # fmt: skip
_PERSON_TAGS = ("same_name", "twin", "markup", "apostrophe", "diacritics", "very_long", "suffix")


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    while True:
        each = rng.choice(world.authorizations[payer])
        yield _number(each) if rng.random() < 0.5 else _around(each, rng.randrange(1, 40))


def odd(world: World, payer: str, rng: random.Random) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    listed = world.authorizations[payer]
    numbered = {each.number: each for each in listed}
    longer = [each for each in listed if "prefix" in each.tags]
    counts = Counter(_whom(each) for each in listed)
    many = [each for each in listed if 7 <= counts[_whom(each)] <= 12]
    few = [each for each in listed if counts[_whom(each)] < 4]
    quiet = [each for each in world.members[payer] if (each.member_id, each.birth_date) not in counts]
    while True:
        yield _number(numbered[rng.choice(longer).number[:-1]], "prefix_of_another")
        yield _member(rng.choice(many), "several_pages")
        yield _asked(
            ("not_found",), authorization_number=f"{rng.choice(listed).number[:2]}9Q{rng.randrange(10**6):06d}"
        )
        yield _number(rng.choice(longer))
        yield _asked(("only_longer_numbers",), authorization_number=rng.choice(listed).number[:-1])
        for tag in rng.sample(_TAGS, len(_TAGS)):
            tagged = [each for each in few if tag in each.tags] or few
            yield _number(rng.choice(tagged), tag)
            if tag == "not_required":
                yield _member(rng.choice(tagged), tag)
        tracked = rng.choice(listed)
        if tracked.tracking:
            yield _asked(("by_tracking_number",), authorization_number=tracked.tracking)
        for tag in rng.sample(_PERSON_TAGS, len(_PERSON_TAGS)):
            tagged = [each for each in few if tag in each.member.tags] or few
            yield _member(rng.choice(tagged), tag)
        yield _around(rng.choice(listed), 0, "one_day")
        yield _member(rng.choice(listed), "member_not_found", birth_date="1931-03-07")
        none = rng.choice(quiet)
        yield _asked(("none",), member_id=none.member_id, birth_date=none.birth_date.isoformat())
        old = rng.choice(listed)
        long_ago = old.submitted_on - timedelta(days=600)
        yield _member(old, "none_then", from_date=long_ago.isoformat(), to_date=long_ago.isoformat())


def _whom(each: Authorization) -> tuple[str, date]:
    return each.member.member_id, each.member.birth_date


def _number(each: Authorization, *tags: str) -> Asked:
    printed = each.tracking if each.decision == "not_required" and each.tracking else each.number
    return _asked((*tags, *each.tags), authorization_number=printed)


def _member(each: Authorization, *tags: str, **more: str) -> Asked:
    whom = {"member_id": each.member.member_id, "birth_date": each.member.birth_date.isoformat()}
    return _asked((*tags, *each.tags, *each.member.tags), **{**whom, **more})


def _around(each: Authorization, days: int, *tags: str) -> Asked:
    margin = timedelta(days=days)
    day = each.service_from
    return _member(each, *tags, from_date=(day - margin).isoformat(), to_date=(day + margin).isoformat())


def _asked(tags: tuple[str, ...], **question: str) -> Asked:
    return {"question": question, "tags": list(tags)}
