"""While questions are asked, one process of the fleet after the other is killed, by chance.

`CYCLES=200 make e2e ARGS=tests/e2e/test_kill_cycles.py` is the long form; SEED=… for another chance, STAND=big.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from statistics import median

from chaos_faults import CLASSES, let_go_on
from kills import Prey
from machines import Machines
from sqlalchemy import func, select
from stand import PORTAL, Account, Keys, Stand

from core.errors import PartUnavailable
from flows.rewake import LONGEST_ERRAND, STALE
from stack import fleet_up
from store.credentials import CredentialState
from store.leases import LaneLease
from store.runs import Run, RunState, StoredAnswer
from store.work_items import ItemState, WorkItem

CYCLES = int(os.environ.get("CYCLES", "3"))
SEED = os.environ.get("SEED", "7")
ACCOUNTS, AT_HAND = 2, 4
"""Questions that wait in each lane, so that a kill never finds the fleet idle."""
PATIENCE = 180
"""Seconds until work goes on, whatever was killed: pauses between the starts of one part grow to 30."""
CRASH_TOLD = 300
"""Seconds until Prefect has been told of the runs of dead workers."""


@dataclass
class Sweep:
    stand: Stand
    accounts: Sequence[Account]
    asked: dict[str, tuple[Account, Keys]] = field(default_factory=dict)
    """By item."""
    _open: set[str] = field(default_factory=set)
    """Of these; what has ended once is not looked at again."""
    stopped: list[str] = field(default_factory=list)
    """Accounts that an administrator had to look at, by the code of the stop."""

    async def top_up(self) -> None:
        open_items = await self.open_items()
        for account in self.accounts:
            waiting = sum(self.asked[each.id][0] is account for each in open_items)
            keys = await self.stand.questions(AT_HAND - waiting) if waiting < AT_HAND else []
            ids = await self.stand.hand_in(account, keys) if keys else []
            self._open.update(ids)
            self.asked |= {item: (account, each) for item, each in zip(ids, keys, strict=True)}
        with suppress(PartUnavailable):  # said to whoever asks; the questions are kept
            await self.stand.wake(*self.accounts)

    async def items(self) -> list[WorkItem]:
        return await self.stand.items(list(self.asked))

    async def states(self) -> dict[str, int]:
        return await self.stand.states(list(self.asked))

    async def open_items(self) -> list[WorkItem]:
        rows = [each for each in await self.stand.items(list(self._open)) if each.state is not ItemState.DONE]
        self._open = {each.id for each in rows}
        return rows

    async def is_at_work(self) -> bool:
        return any(each.state is ItemState.WORKING for each in await self.open_items())

    async def has_ended_more_than(self, before: int) -> bool:
        if any(each.state is ItemState.HELD for each in await self.open_items()):
            await self._administrator()
        return len(self.asked) - len(await self.open_items()) > before

    async def _administrator(self) -> None:
        for account in self.accounts:
            credential = await self.stand.credential(account)
            if credential.state is CredentialState.STOPPED:
                self.stopped.append(credential.stop_code or "")
            await let_go_on(self.stand.fleet, PORTAL, account.credential_id)


async def test_whatever_is_killed_work_goes_on_and_nothing_is_lost_doubled_or_left(
    stand: Stand, machines: Machines | None
) -> None:
    dice = Random(f"{SEED}/kills")  # noqa: S311 - nothing is hidden by it
    prey = Prey(stand, machines, dice)
    sweep = Sweep(stand, [await stand.account(mfa=["authenticator"]) for _ in range(ACCOUNTS)])
    # A worker that dies under the very first log-in stops the account: that is another test's.
    await sweep.top_up()
    await stand.comes(lambda: sweep.has_ended_more_than(ACCOUNTS * AT_HAND - 1), within=PATIENCE)
    seconds: dict[str, list[float]] = defaultdict(list)
    for cycle in range(CYCLES):
        await sweep.top_up()
        idle = await stand.comes(sweep.is_at_work, within=PATIENCE)
        await asyncio.sleep(dice.uniform(0, 1.5))
        kind, began = await prey.kill(), time.monotonic()
        ended = len(sweep.asked) - len(await sweep.open_items())
        await prey.bring_back()
        back = time.monotonic() - began
        await stand.comes(lambda: sweep.has_ended_more_than(ended), within=PATIENCE, what=sweep.states)  # noqa: B023
        seconds[kind].append(time.monotonic() - began)
        told = f"{kind} killed, brought back after {back:.1f} s, an answer after {seconds[kind][-1]:.1f} s"
        tell(f"{cycle + 1}: at work after {idle:.1f} s; {told}")
    await prey.bring_back()
    await stand.comes(lambda: sweep.has_ended_more_than(len(sweep.asked) - 1), within=2 * PATIENCE, what=sweep.states)
    for account in sweep.accounts:
        await stand.lane_closed(account)
    await stand.until(stand.is_up, within=PATIENCE)

    report(seconds, await sweep.items(), sweep.stopped)
    await nothing_is_lost_or_doubled(sweep)
    await nothing_is_left_running(sweep)
    await stand.until(lambda: nobody(prey), within=30, what=lambda: nobody(prey, tell_all=True))
    await fleet_up.down(stand.settings)
    if machines is not None:
        await asyncio.gather(*(worker.stop() for worker in machines.workers.values()))
    left = [path for home in prey.homes() for path in home.tmp.iterdir()]
    assert (left, [each for home in prey.homes() for each in stand.browsers(home.tmp)]) == ([], [])


async def nothing_is_lost_or_doubled(sweep: Sweep) -> None:
    stand, items = sweep.stand, await sweep.items()
    answered = [each.id for each in items if each.outcome is not None]
    await stand.true(answered, [sweep.asked[each][1] for each in answered])
    chosen = select(StoredAnswer.work_item_id, func.count()).group_by(StoredAnswer.work_item_id)
    async with stand.fleet.database.read() as session:
        counted = dict((await session.execute(chosen.where(StoredAnswer.work_item_id.in_(sweep.asked)))).tuples().all())
    assert counted == dict.fromkeys(answered, 1)
    assert {each.error_code for each in items if each.outcome is None} <= CLASSES
    assert set(sweep.stopped) <= CLASSES
    asked_at_portal = 0
    for account in sweep.accounts:
        told = await stand.counted(account)
        assert (told["wrong_passwords"], told["wrong_codes"], told["reused_codes"], told["lockouts"]) == (0, 0, 0, 0)
        asked_at_portal += told["questions"]["eligibility"]
    # Whoever was killed had one question in hand in each lane, which is asked once more.
    assert asked_at_portal <= len(sweep.asked) + CYCLES * ACCOUNTS


async def nothing_is_left_running(sweep: Sweep) -> None:
    mine = [account.credential_id for account in sweep.accounts]
    async with sweep.stand.fleet.database.read() as session:
        holders = await session.scalars(select(LaneLease.holder).where(LaneLease.credential_id.in_(mine)))
        assert set(holders) == {None}
        at_work = select(func.count()).where(Run.credential_id.in_(mine), Run.state == RunState.WORKING)
        assert await session.scalar(at_work) == 0
    await sweep.stand.comes(lambda: prefect_knows_of_none(sweep.stand), within=CRASH_TOLD)


async def prefect_knows_of_none(stand: Stand) -> bool:
    """Of no lane, and of nothing else for longer than such a thing takes."""
    wanted = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}}
    long_ago = datetime.now(UTC) - LONGEST_ERRAND - STALE
    return not [
        each
        for each in await stand.prefect_lists("flow_runs", wanted)
        if each["name"].startswith("cred_") or datetime.fromisoformat(each["expected_start_time"]) < long_ago
    ]


async def nobody(prey: Prey, *, tell_all: bool = False) -> bool:
    orphans = prey.orphans()
    if tell_all:
        tell(f"left: {orphans}")
    return not orphans


def report(seconds: dict[str, list[float]], items: Sequence[WorkItem], stopped: Sequence[str]) -> None:
    """For whoever reads the suite's output."""
    for kind, each in sorted(seconds.items()):
        tell(
            f"  {kind} killed {len(each)} times; the next answer after {median(each):.1f} s, at most {max(each):.1f} s"
        )
    outcomes = Counter("answered" if each.outcome else each.error_code for each in items)
    tell(f"  {len(items)} questions: {dict(outcomes)}; accounts stopped: {dict(Counter(stopped))}")


def tell(line: str) -> None:
    sys.stderr.write(f"\n{line}")
