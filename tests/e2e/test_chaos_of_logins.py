"""Log-ins on all portals that go wrong in every way at once. LOGINS=500 for the whole (SEED=… for another one)."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from chaos import Chaos, breaking_loose
from chaos_faults import OF_CODES, Bot, Fault, Through

from store.credentials import CredentialState
from store.leases import LaneLease
from store.password_changes import PasswordChange
from store.runs import Run, RunState

LOGINS = int(os.environ.get("LOGINS", "40"))
SEED = os.environ.get("SEED", "7")
EACH, FEWEST = 3, 4
"""Log-ins of one account, about, and accounts of one portal: with one seed, only one can log in each half minute."""
OFTEN = [fault for fault in Fault if fault is not Fault.VAULT]
TURNS = [*OFTEN, *OFTEN, Fault.VAULT]
"""Nineteen: with seven portals, each meets each in turn."""


async def test_whatever_befalls_a_log_in_no_account_is_locked_or_lost(tmp_path: Path) -> None:
    began = time.monotonic()
    async with breaking_loose(tmp_path / "fleet", SEED) as chaos:
        portals = sorted(chaos.fleet.portals)
        turns: dict[str, list[Fault]] = {portal: [] for portal in portals}
        for number in range(LOGINS):
            turns[portals[number % len(portals)]].append(TURNS[number % len(TURNS)])
        async with asyncio.TaskGroup() as group:
            lanes = [group.create_task(all_of(chaos, portal, faults)) for portal, faults in turns.items()]
        bots = [bot for lane in lanes for bot in lane.result()]
        tally = chaos.simulator.house.tally.report()
        tell(chaos, tally, time.monotonic() - began)

        assert len(chaos.through) >= LOGINS
        assert (tally["lockouts"], tally["reused_codes"], tally["wrong_codes"]) == (0, 0, 0)
        assert chaos.lost == []
        for bot in bots:
            assert await chaos.passwords_agree(bot), bot
            assert (await chaos.credential(bot)).state is CredentialState.OPEN
            counted = tally["accounts"].get(bot.username, {"wrong_passwords": 0})
            assert counted["wrong_passwords"] <= bot.refusals_due, bot
        assert [(each.fault, each.bot.name, each.outcome) for each in chaos.through if each.misclassified] == []
        assert {lane.holder for lane in await chaos.rows(LaneLease)} == {None}
        assert [run for run in await chaos.rows(Run) if run.state is RunState.WORKING] == []
        assert await chaos.rows(PasswordChange) == []


async def all_of(chaos: Chaos, portal: str, faults: list[Fault]) -> list[Bot]:
    """One after the other: what befalls a portal befalls all who log in to it."""
    dice = Random(f"{chaos.seed}/{portal}")  # noqa: S311 - nothing is hidden by it
    bots = [await chaos.account(portal, number) for number in range(max(FEWEST, len(faults) // EACH))]
    dice.shuffle(faults)
    for number, fault in enumerate(faults):
        without = fault in OF_CODES and not chaos.fleet.portals[portal].mfa
        await chaos.log_in(bots[number % len(bots)], Fault.NONE if without else fault, dice)
    return bots


def tell(chaos: Chaos, tally: dict[str, int], seconds: float) -> None:
    """Faults by outcome, for whoever reads the suite's output."""
    lines = [f"{len(chaos.through)} log-ins on {len(chaos.fleet.portals)} portals in {seconds:.0f} s"]
    for fault in Fault:
        told = _outcomes([each for each in chaos.through if each.fault is fault])
        lines.append(f"  {fault.value}: {told}")
    stages = Counter(f"{met.code} at {met.stage}" for each in chaos.through for met in each.met)
    lines.append("  where: " + ", ".join(f"{count} {what}" for what, count in sorted(stages.items())))
    counted = {name: tally[name] for name in ("logins", "wrong_passwords", "wrong_codes", "reused_codes", "lockouts")}
    lines.append(f"  at the portals: {counted}; {chaos.killed} workers killed; {len(chaos.lost)} passwords lost")
    sys.stderr.write("\n" + "\n".join(lines) + "\n")


def _outcomes(through: Sequence[Through]) -> str:
    counted = Counter(each.outcome for each in through)
    return ", ".join(f"{count} {outcome}" for outcome, count in counted.most_common()) or "-"
