"""The fleet's side of a measurement: the product as it is, evidence included, through store, Prefect and lane."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import func, select

from cli.demo.asking import answer_all
from cli.demo.planting import Planted
from cli.demo.questions import Asked
from lanes.assembly import Fleet
from store.runs import RunStep

FLEET = Path(sys.executable).with_name("fleet")


async def answer(fleet: Fleet, questions: Sequence[Asked], account: Planted) -> float:
    """Seconds from the first question in a lane's hands to the last answer in the store. Raises if one is wrong."""
    answered = await answer_all(fleet, questions, [account], lambda _: None)
    wrong = [each.item.id for each in answered if not each.verdict.correct]
    if wrong:
        raise RuntimeError(f"a benchmark of wrong answers means nothing: {', '.join(wrong)}")
    started = [each.item.started_at for each in answered if each.item.started_at]
    finished = [each.item.finished_at for each in answered if each.item.finished_at]
    return (max(finished) - min(started)).total_seconds()


async def seconds_to_browser(fleet: Fleet, question: Asked, account: Planted) -> float:
    """From the start of the process `fleet pull` to the first thing that its question makes the browser do."""
    began = time.time()
    pull = await asyncio.create_subprocess_exec(
        *(FLEET, "pull", question.capability, "--portal", question.portal, "--payer", question.payer),
        *("--credential", account.credential.name, "--fresh", "--json", "-"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await pull.communicate(json.dumps(question.keys).encode())
    answer: Mapping[str, str] = json.loads(printed)
    chosen = select(func.min(RunStep.started_at)).where(RunStep.work_item_id == answer["work_item"])
    async with fleet.database.read() as session:
        first_step = (await session.scalars(chosen)).one()
    if first_step is None:
        raise RuntimeError("the question made no browser do anything")
    return float(first_step.timestamp() - began)
