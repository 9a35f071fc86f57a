"""The true answer to a question about kept documents, in the shape in which a bot has to give it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from simulator.disputes import Dispute
from simulator.enclosed import enclosure_json
from simulator.library import SHELVES, Paper
from simulator.world import World

Json = dict[str, Any]


def kept(world: World, payer: str, today: date) -> list[Paper]:
    """What the portal has today: on its last day a document is still there."""
    papers = [*world.papers[payer], *decisions(payer, world.disputes.get(payer, ()))]
    papers.sort(key=lambda each: each.posted_on, reverse=True)
    return [each for each in papers if each.posted_on <= today <= each.kept_until]


def decisions(payer: str, disputes: Iterable[Dispute]) -> list[Paper]:
    """The letters about them, each from the day of the decision on, where the payer has a folder for such."""
    if "appeal" not in SHELVES[payer].folders:
        return []
    return [_decision(payer, each) for each in disputes]


def _decision(payer: str, dispute: Dispute) -> Paper:
    title, on = f"Decision on ticket {dispute.number}", dispute.decided_at.date()
    return Paper(payer, dispute.number, "appeal", title, on, False, dispute.letter)


def documents(world: World, payer: str, category: str | None, *, start: date, end: date, today: date) -> Json:
    found = [
        each for each in kept(world, payer, today) if start <= each.posted_on <= end and category in (None, each.kind)
    ]
    return {"outcome": "documents", "documents": [paper_json(each) for each in found]}


def paper_json(paper: Paper) -> Json:
    shelf = SHELVES[paper.payer]
    return {
        "title": paper.title,
        "category": paper.kind,
        "folder": shelf.folders[paper.kind],
        "posted_on": paper.posted_on.isoformat(),
        "kept_until": paper.kept_until.isoformat(),
        "kept_by": "portal" if shelf.says_until else "manifest",
        "document": enclosure_json(paper.file, "document"),
    }
