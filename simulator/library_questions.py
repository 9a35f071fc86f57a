"""Questions that somebody who files the practice's papers would ask, plain or awkward."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from simulator.library import SHELVES
from simulator.library_truth import kept
from simulator.world import World

Asked = dict[str, Any]

_TAGS = ("markup", "page", "zip", "csv", "of_today", "expires_today")


def plain(world: World, payer: str, rng: random.Random, today: date) -> Iterator[Asked]:
    papers = kept(world, payer, today)
    while True:
        on, margin = rng.choice(papers).posted_on, timedelta(days=rng.randrange(1, 6))
        yield _asked((), on - margin, min(on + margin, today))


def odd(world: World, payer: str, rng: random.Random, today: date) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    papers = kept(world, payer, today)
    oldest = min(each.posted_on for each in papers)
    kinds = list(SHELVES[payer].folders)
    while True:
        for tag in rng.sample(_TAGS, len(_TAGS)):
            for each in [each for each in papers if tag in each.tags][:1]:
                yield _asked((tag,), each.posted_on, each.posted_on)
        yield _asked(("several_pages",), today - timedelta(days=28), today - timedelta(days=17))
        some = today - timedelta(days=rng.randrange(230, 330))
        yield _asked(("several_windows",), some, some + timedelta(days=200), category=rng.choice(kinds))
        yield _asked(("partly_gone",), oldest - timedelta(days=60), oldest + timedelta(days=30))
        posted = {each.posted_on for each in papers}
        quiet = next(day for back in range(40, 300) if (day := today - timedelta(days=back)) not in posted)
        yield _asked(("nothing",), quiet, quiet)


def _asked(tags: tuple[str, ...], start: date, end: date, **more: str) -> Asked:
    return {"question": {"from_date": start.isoformat(), "to_date": end.isoformat(), **more}, "tags": list(tags)}
