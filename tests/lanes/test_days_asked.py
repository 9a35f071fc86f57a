"""Which questions and which days a schedule asks for, and what it asks for again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest

from core.capabilities.catalog import capability
from core.capabilities.messages import MessagesQuery
from core.manifest import Retention
from core.phi import REVEAL
from core.schedules import KINDS
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board
from lanes.calendar.rosters import take_in
from lanes.calendar.schedules import ScheduleView
from store import fires, work_items
from store.fires import Fire, FireState
from store.schedules import Schedule
from store.work_items import WorkItem
from tests.lanes.minutes import answer_all, items, newest, tick, with_manifest

Add = Callable[..., Awaitable[Schedule]]

PATIENTS = """Member ID,Date of birth,Appointment date,Payer
M1,1980-02-29,2026-11-22,aetna
M2,1980-02-29,2026-12-24,aetna
"""
CLAIMS = """Claim number,Member ID,Date of birth,From date,To date,Payer
C1,M1,1980-02-29,2026-10-20,2026-10-20,aetna
C2,M2,1980-02-29,2024-10-20,2024-10-20,aetna
"""
AUTHORIZATIONS = """Member ID,Date of birth,From date,To date,Payer
M1,1980-02-29,2026-11-20,2026-11-20,aetna
M2,1980-02-29,2025-11-20,2025-11-20,aetna
"""
SHEETS = {"eligibility": PATIENTS, "claim_status": CLAIMS, "authorizations": AUTHORIZATIONS}


@pytest.mark.parametrize("task", [task for task, kind in KINDS.items() if not kind.journal])
async def test_each_task_asks_its_own_questions(clocked: Fleet, add: Add, tmp_path: Path, task: str) -> None:
    """Of a roster those of the days that count; else one for each payer, or of the portal. What is sent is followed:
    tests/lanes/test_following.py.
    """
    fleet = with_manifest(clocked, capabilities=tuple(each for each in KINDS if each not in ("submissions", "canary")))
    schedule = await add(name="each", task=task)
    if task in SHEETS:
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(SHEETS[task])
        await take_in(fleet, schedule, sheet, by="Kim")
    assert await tick(fleet, hours=4, seconds=1)
    fire = await newest(fleet, schedule)
    asked = await items(fleet)
    assert {item.capability for item in asked} == {task}
    questions = [capability(task).read_query(work_items.query_of(item, fleet.sealer)) for item in asked]
    if task in SHEETS:
        (question,) = questions
        assert question.model_dump(context=REVEAL)["member_id"] == "M1"
    between = KINDS[task].between
    if between is not None:
        spans = {tuple(question.model_dump(context=REVEAL)[key] for key in between) for question in questions}
        assert (min(first for first, _ in spans), max(last for _, last in spans)) == schedule.read().days(fire.instant)
    assert (fire.state, fire.questions) == (FireState.RUNNING, len(asked))


async def test_what_an_outage_left_is_pulled_in_spans_the_portal_takes_and_before_it_is_forgotten(
    clocked: Fleet, add: Add
) -> None:
    clocked.clock.advance(days=-40)  # type: ignore[attr-defined]  # no question may lie in the future
    kept = Retention(kind="messages", days=30)
    fleet = with_manifest(clocked, capabilities=("messages",), retention=(kept,))
    schedule = await add(name="mail", task="messages", payer="aetna", cron="0 6 * * *")
    board = Board.of(fleet)

    async def fired(**later: float) -> tuple[Fire, list[WorkItem], ScheduleView]:
        before = {item.id for item in await items(fleet)}
        await tick(fleet, **later)
        new = [item for item in await items(fleet) if item.id not in before]
        fire = await newest(fleet, schedule)
        await answer_all(fleet)
        await tick(fleet, minutes=1)
        return fire, new, (await office.listed(board))[0]

    fire, asked, view = await fired(hours=4)
    assert (fire.first_day, fire.last_day) == (date(2026, 10, 6), date(2026, 10, 13))
    assert [item.priority for item in asked] == [90]
    assert view.clock is not None
    assert (view.clock.open_from, view.clock.first_lost_day) == (date(2026, 10, 13), date(2026, 11, 13))

    fire, asked, view = await fired(days=20)
    assert (fire.first_day, fire.last_day, fire.missed) == (date(2026, 10, 13), date(2026, 11, 2), 19)
    assert [item.priority for item in asked] == [10, 10, 10], "eleven days before the first of them is lost"
    queries = [capability("messages").read_query(work_items.query_of(item, fleet.sealer)) for item in asked]
    ends = [query.to_date for query in queries if isinstance(query, MessagesQuery)]
    assert ends == [date(2026, 10, 20), date(2026, 10, 28), date(2026, 11, 2)]
    assert view.clock is not None
    assert view.clock.open_from == date(2026, 11, 2)


@pytest.mark.parametrize("outcome", ["not_authorised", "provider_not_on_file", "no_answer_now", "mismatch"])
async def test_days_of_which_the_portal_showed_nothing_are_asked_for_again(
    clocked: Fleet, add: Add, outcome: str
) -> None:
    clocked.clock.advance(days=-40)  # type: ignore[attr-defined]
    fleet = with_manifest(clocked, capabilities=("messages",))
    schedule = await add(name="mail", task="messages", payer="aetna", cron="0 6 * * *")
    pulled = []
    for said in ("messages", outcome, outcome, "messages"):
        await tick(fleet, days=10)
        pulled.append(await newest(fleet, schedule))
        await answer_all(fleet, said)
        await tick(fleet, minutes=1)
    assert [fire.first_day for fire in pulled[1:]] == [pulled[0].last_day] * 3
    async with fleet.database.read() as session:
        assert await fires.all_covered_to(session, [schedule.id]) == {schedule.id: pulled[3].last_day}


async def test_what_the_portal_still_has_goes_by_its_own_day(clocked: Fleet, add: Add) -> None:
    """At 8 in the evening in Chicago it is tomorrow in UTC already."""
    changes = {
        "capabilities": ("messages",),
        "retention": (Retention(kind="messages", days=7),),
        "time_zone": "America/Chicago",
    }
    fleet = with_manifest(clocked, **changes)
    await add(name="mail", task="messages", payer="aetna", cron="0 20 * * *")
    await tick(fleet, hours=19)
    (asked,) = await items(fleet)
    query = capability("messages").read_query(work_items.query_of(asked, fleet.sealer))
    assert isinstance(query, MessagesQuery)
    assert (query.from_date, query.to_date) == (date(2026, 11, 15), date(2026, 11, 22))
