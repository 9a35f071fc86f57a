"""One run, a page of it at a time: a lane that works a sheet of thousands makes a hundred thousand steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute

from store import runs
from store.runs import Evidence, Run, RunStep
from store.work_items import WorkItem

STEPS = 400


@dataclass(frozen=True)
class RunPage:
    """Free of patient data."""

    run: Run
    items: Sequence[WorkItem]
    """In the order of their work. Those without a step are on the last page: they are at work, or the lane was lost."""
    steps: Sequence[RunStep]
    evidence: Sequence[Evidence]
    pieces: int
    """Of evidence, on all pages."""
    after: int | None
    """For the next page; None at the end."""


async def page(session: AsyncSession, run_id: str, *, after: int = 0) -> RunPage:
    """`after` is the last `seq` of the page before. No question is torn, unless it has more steps than a page.

    Raises RequestInvalid.
    """
    run = await runs.get(session, run_id)
    found = select(RunStep).where(RunStep.run_id == run_id, RunStep.seq > after).order_by(RunStep.seq)
    steps = (await session.scalars(found.limit(STEPS + 1))).all()
    shown = _whole(steps)
    later = steps[len(shown)] if len(shown) < len(steps) else None

    of_page = {step.work_item_id for step in shown if step.work_item_id}

    def belongs(question: QueryableAttribute[Any]) -> ColumnElement[bool]:
        stepless = ~exists().where(RunStep.run_id == run_id, RunStep.work_item_id == question)
        return question.in_(of_page) if later else or_(question.in_(of_page), and_(question.is_not(None), stepless))

    worked = select(WorkItem).where(WorkItem.run_id == run_id, belongs(WorkItem.id)).order_by(WorkItem.started_at)
    between: list[ColumnElement[bool]] = [Evidence.work_item_id.is_(None)]
    between += [Evidence.created_at >= shown[0].started_at] if after and shown else []
    between += [Evidence.created_at < later.started_at] if later else []
    here = or_(belongs(Evidence.work_item_id), and_(*between))
    kept = select(Evidence).where(Evidence.run_id == run_id, here).order_by(Evidence.id)
    return RunPage(
        run,
        (await session.scalars(worked)).all(),
        shown,
        (await session.scalars(kept)).all(),
        await session.scalar(select(func.count()).where(Evidence.run_id == run_id)) or 0,
        shown[-1].seq if later else None,
    )


def _whole(steps: Sequence[RunStep]) -> Sequence[RunStep]:
    """Of one more than a page: those of questions that are whole."""
    if len(steps) <= STEPS:
        return steps
    torn = steps[STEPS].work_item_id
    ends = STEPS
    while ends and steps[ends - 1].work_item_id == torn:
        ends -= 1
    return steps[: ends or STEPS]
