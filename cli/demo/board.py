"""What a person sees of the demo: a table that fills while the bots work, and the final one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median

from rich.progress_bar import ProgressBar
from rich.table import Table

from cli.demo.asking import Answered
from cli.demo.questions import Asked
from cli.output import table
from core.manifest import Manifest
from store.work_items import ItemState, WorkItem

NUMBERS = frozenset({"asked", "correct", "wrong", "s per answer", "log-ins"})
Kind = tuple[str, str, str]
"""Portal, payer and capability."""
Manifests = Mapping[str, Manifest]
"""By portal."""


def filling(manifests: Manifests, questions: Sequence[Asked], items: Iterable[WorkItem]) -> Table:
    asked: dict[Kind, int] = defaultdict(int)
    done: dict[Kind, int] = defaultdict(int)
    for question in questions:
        asked[question.portal, question.payer, question.capability] += 1
    for item in items:
        done[item.portal, item.payer or "", item.capability] += item.state in (ItemState.DONE, ItemState.HELD)
    drawn = Table("portal", "capability", "answered", "", header_style="bold", border_style="dim")
    for kind, count in asked.items():
        bar = ProgressBar(total=count, completed=done[kind], width=40)
        drawn.add_row(_portal(manifests, kind), _capability(kind), bar, f"{done[kind]} of {count}")
    return drawn


def final(manifests: Manifests, answered: Sequence[Answered], last_logins: Mapping[str, datetime]) -> Table:
    """`last_logins`: by portal."""
    kinds: dict[Kind, list[Answered]] = defaultdict(list)
    for each in answered:
        kinds[each.asked.portal, each.asked.payer, each.asked.capability].append(each)
    headings = ("portal", "capability", "asked", "correct", "wrong", "s per answer", "log-ins", "last log-in")
    rows = [
        (_portal(manifests, kind), _capability(kind), *_numbers(group), last_logins.get(kind[0]))
        for kind, group in kinds.items()
    ]
    drawn = table(*headings, rows=rows, numbers=NUMBERS)
    drawn.add_section()
    drawn.add_row("all", "", *map(str, _numbers(answered)), "", style="bold")
    return drawn


def wrong_ones(answered: Sequence[Answered]) -> Table:
    """Names of fields and error sentences, never a value."""
    rows = [
        (
            each.item.id,
            each.asked.portal,
            each.asked.payer,
            each.asked.capability,
            each.item.error_sentence or ", ".join(each.verdict.differs),
        )
        for each in answered
        if not each.verdict.correct
    ]
    return table("work item", "portal", "payer", "capability", "what is wrong", rows=rows)


def _numbers(group: Sequence[Answered]) -> tuple[int, int, int, str, int]:
    correct = sum(each.verdict.correct for each in group)
    took = [each.seconds for each in group if each.seconds is not None]
    pace = f"{median(took):.2f}" if took else "—"
    return len(group), correct, len(group) - correct, pace, sum(each.logged_in for each in group)


def _portal(manifests: Manifests, kind: Kind) -> str:
    portal, payer_id, _ = kind
    payer = manifests[portal].payer(payer_id)
    return f"{manifests[portal].name} · {payer.name if payer else payer_id}"


def _capability(kind: Kind) -> str:
    return kind[2].replace("_", " ")
