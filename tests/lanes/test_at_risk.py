"""What stands still if an account locks is told before it does."""

from __future__ import annotations

from datetime import timedelta

from test_submitting import Practice, practice

from core.errors import AccountLocked
from core.schedules import Definition
from lanes.accounts.at_risk import AtRisk, at_risk
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board
from store import credentials
from store.credentials import Credential

__all__ = ["practice"]


async def risks(fleet: Fleet, *known: Credential) -> list[AtRisk]:
    async with fleet.database.read() as session:
        fresh = [await credentials.get(session, each.id) for each in known]
        found = await at_risk(session, Board.of(fleet), fresh)
    return [found[each.id] for each in known]


async def test_queue_schedules_and_what_is_not_sent_yet(practice: Practice, credential: Credential) -> None:
    (nothing,) = await risks(practice.fleet, credential)
    assert nothing.sentence is None
    for claim in ("CLM-1", "CLM-2"):
        await practice.hand_in(claim)
    board = Board.of(practice.fleet)
    for name, cron in (("weekly", "0 7 * * 1"), ("daily", "0 7 * * *"), ("paused", "* * * * *")):
        said = Definition.of(name=name, task="submissions", portal="availity", cron=cron, time_zone="UTC")
        await office.add(board, said, actor="kim")
    await office.pause(board, "paused", reason="holidays", actor="kim")
    (risk,) = await risks(practice.fleet, credential)
    today = practice.clock.now().date()
    assert (risk.waiting, risk.unsent, risk.file_by) == (2, 2, today + timedelta(days=150))
    assert next(name for _, name in risk.schedules) == "daily"
    assert {name for _, name in risk.schedules} == {"daily", "weekly"}
    assert risk.sentence is not None
    assert "2 schedules (“daily” next" in risk.sentence

    await practice.until_settled(*[(await practice.hand_in(claim)).row.id for claim in ("CLM-1", "CLM-2")])
    (sent,) = await risks(practice.fleet, credential)
    assert (sent.waiting, sent.unsent, sent.file_by) == (0, 0, None)


async def test_a_schedule_that_another_open_account_can_work_is_not_at_risk(
    practice: Practice, credential: Credential, second_credential: Credential
) -> None:
    usual = {"task": "submissions", "portal": "availity", "cron": "0 7 * * *", "time_zone": "UTC"}
    for said in ({"name": "anybody"}, {"name": "bound", "credential": "north"}):
        await office.add(Board.of(practice.fleet), Definition.of(**usual | said), actor="kim")
    told = await risks(practice.fleet, credential, second_credential)
    assert [[name for _, name in each.schedules] for each in told] == [["bound"], []]
    problem = AccountLocked("The portal has locked the account.")
    async with practice.fleet.database.begin() as session:
        await credentials.stop(session, second_credential.id, problem, actor="test", now=practice.clock.now())
    told = await risks(practice.fleet, credential, second_credential)
    assert [{name for _, name in each.schedules} for each in told] == [{"anybody", "bound"}, set()]
