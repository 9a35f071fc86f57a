"""Questions that somebody who reads the practice's mail would ask, plain or awkward."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from simulator.mail import Letter
from simulator.mail_truth import kept
from simulator.world import World

Asked = dict[str, Any]

_TAGS = (
    "apostrophe", "diacritics", "markup", "very_long", "same_name", "twin", "attached_pdf", "attached_zip",
    "attached_page", "several_attachments", "empty_body", "of_today", "prefix", "same_subject", "long_body",
    "markup_body", "notice", "news",
)  # fmt: skip


def plain(world: World, payer: str, rng: random.Random, today: date, portal: str | None = None) -> Iterator[Asked]:
    recent = [each for each in kept(world, payer, today, portal) if each.at.date() > today - timedelta(days=330)]
    while True:
        yield _around(rng.choice(recent), 1, today)
        yield _around(rng.choice(recent), 2, today, kind="message")


def odd(world: World, payer: str, rng: random.Random, today: date, portal: str | None = None) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    listed = kept(world, payer, today, portal)
    while True:
        yield _asked(("several_pages",), today - timedelta(days=26), today - timedelta(days=21), kind="message")
        for tag in rng.sample(_TAGS, len(_TAGS)):
            tagged = [each for each in listed if tag in each.tags]
            if tagged:
                yield _around(rng.choice(tagged), 0, today, tag)
        yield _asked(("the_bell",), today - timedelta(days=3), today, kind="notification")
        prefixed = sorted((each for each in listed if "prefix" in each.tags), key=_number)
        for each in prefixed:
            yield _around(each, 20, today, "prefix", claim_number=_number(each))
            yield _around(each, 9, today, "claim_not_found", claim_number=_number(each)[:-2])
        quiet = today - timedelta(days=rng.randrange(5, 300))
        for _ in range(60):
            if not any(each.at.date() == quiet for each in listed):
                yield _asked(("nothing",), quiet, quiet)
                break
            quiet -= timedelta(days=1)


def _number(letter: Letter) -> str:
    return letter.claim.claim_number if letter.claim else ""


def _around(letter: Letter, days: int, today: date, *tags: str, **more: str) -> Asked:
    on, margin = letter.at.date(), timedelta(days=days)
    return _asked((*tags, *letter.tags), on - margin, min(on + margin, today), **more)


def _asked(tags: tuple[str, ...], start: date, end: date, **more: str) -> Asked:
    return {"question": {"from_date": start.isoformat(), "to_date": end.isoformat(), **more}, "tags": list(tags)}
