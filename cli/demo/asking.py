"""All questions of the demo at once, through the same door as everybody's: the store, Prefect, a lane."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, groupby

from sqlalchemy import select

from cli.actor import actor
from cli.demo.planting import Planted
from cli.demo.questions import Asked
from cli.demo.verdict import Verdict, judge
from core.capabilities.catalog import capability
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.questions.ask import Question, ask
from lanes.views import open_answer
from store.runs import RunStep
from store.work_items import ItemState, WorkItem

LOOK_SECONDS = 0.3
PATIENCE = 150.0
"""Seconds without any answer after which the demo gives up."""

Show = Callable[[list[WorkItem]], None]


@dataclass(frozen=True)
class Answered:
    """One question of the demo and what became of it."""

    asked: Asked
    item: WorkItem
    verdict: Verdict
    logged_in: bool
    """A log-in was needed to answer it."""

    @property
    def seconds(self) -> float | None:
        item = self.item
        if item.started_at is None or item.finished_at is None:
            return None
        return (item.finished_at - item.started_at).total_seconds()


async def answer_all(
    fleet: Fleet, questions: Sequence[Asked], planted: Sequence[Planted], show: Show
) -> list[Answered]:
    """One portal after the other, for they share this machine; the accounts of each take turns. `show` gets the items
    again and again while they are worked. `questions` come portal by portal.
    """
    accounts: dict[str, list[Planted]] = defaultdict(list)
    for each in planted:
        accounts[each.credential.portal].append(each)
    done: list[WorkItem] = []
    for portal, theirs in groupby(questions, key=lambda question: question.portal):
        turns = cycle(accounts[portal])
        items = [await _hand_in(fleet, question, next(turns)) for question in theirs]
        await wake(fleet.settings.layout, {item.credential_id for item in items})
        worked = await _worked(fleet, [item.id for item in items], lambda now: show([*done, *now]))
        by_id = {item.id: item for item in worked}
        done.extend(by_id[item.id] for item in items)
    with_login = await _items_with_login(fleet, [item.id for item in done])
    return [
        Answered(question, item, await _verdict(fleet, question, item), item.id in with_login)
        for question, item in zip(questions, done, strict=True)
    ]


async def _hand_in(fleet: Fleet, question: Asked, planted: Planted) -> WorkItem:
    query = capability(question.capability).ask(question.keys)
    asked = await ask(
        fleet,
        Question(
            capability=question.capability,
            portal=question.portal,
            payer=question.payer,
            credential=planted.credential.name,
            query=query,
            requested_by=actor(),
            fresh=True,
        ),
    )
    return asked.item


async def _worked(fleet: Fleet, ids: Sequence[str], show: Show) -> list[WorkItem]:
    loop = asyncio.get_running_loop()
    left, moved_at = len(ids) + 1, loop.time()
    while True:
        async with fleet.database.read() as session:
            items = list(await session.scalars(select(WorkItem).where(WorkItem.id.in_(ids))))
        show(items)
        now_left = sum(item.state not in (ItemState.DONE, ItemState.HELD) for item in items)
        if now_left < left:
            left, moved_at = now_left, loop.time()
        if now_left == 0 or loop.time() - moved_at > PATIENCE:
            return items
        await asyncio.sleep(LOOK_SECONDS)


async def _items_with_login(fleet: Fleet, ids: Sequence[str]) -> set[str | None]:
    chosen = select(RunStep.work_item_id).where(RunStep.work_item_id.in_(ids), RunStep.kind == "login")
    async with fleet.database.read() as session:
        return set(await session.scalars(chosen))


async def _verdict(fleet: Fleet, question: Asked, item: WorkItem) -> Verdict:
    opened = await open_answer(fleet, item.id, viewer=actor()) if item.outcome else None
    if opened is None:
        return Verdict((item.error_code or "no answer",))
    return judge(question.capability, opened.answer, question.truth)
