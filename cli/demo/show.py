"""`fleet demo`: the main job on real parts against the simulated portals, every answer compared with the truth."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.live import Live

from cli.actor import actor
from cli.demo import board
from cli.demo.asking import Answered, answer_all
from cli.demo.canary import Hit
from cli.demo.leaks import leaks, planted_values
from cli.demo.planting import plant
from cli.demo.questions import Asked, draw
from cli.demo.simulated import SimulatorControl
from cli.exits import ANYTHING_ELSE
from cli.opened import opened_fleet, read_settings
from cli.output import print_json
from cli.stack import started
from core.errors import RequestInvalid
from core.phi import Secret
from core.settings import Home, Settings
from lanes import own_passwords
from lanes import people as entrance
from lanes.assembly import Fleet
from stack import fleet_up
from stack.console_process import address
from stack.parts import PartStatus
from store import credentials, people
from store.people import Keeper, Role

STALE_MS = 300
"""In a long demo the answer before stays on the screen for so long."""
DEMO_PERSON = "demo"
COUNTED = ("logins", "wrong_passwords", "reused_codes", "lockouts")


@dataclass(frozen=True)
class Result:
    answered: list[Answered]
    counted: Counter[str]
    """By the portals themselves."""
    hits: set[Hit]
    """Planted secrets and patient data that were found in clear."""
    seconds: float
    console: str

    @property
    def wrong(self) -> int:
        return sum(not each.verdict.correct for each in self.answered)

    def as_json(self) -> dict[str, Any]:
        return {
            "asked": len(self.answered),
            "correct": len(self.answered) - self.wrong,
            "wrong": self.wrong,
            "mismatched_identity": sum(each.verdict.somebody_else for each in self.answered),
            **{name: self.counted[name] for name in COUNTED},
            "found_in_clear": len(self.hits),
            "seconds": round(self.seconds, 1),
            "console": self.console,
        }


def demo(*, wanted: int | None, as_json: bool) -> None:
    settings = read_settings()
    if settings.environment != "simulator":
        raise RequestInvalid("The demo plants accounts of its own; it runs with FLEET_ENVIRONMENT=simulator only.")
    stays = sys.stdout.isatty() and not as_json and not os.environ.get("CI")
    result = asyncio.run(_demo(settings, Stage(quiet=as_json), wanted, stays=stays))
    if as_json:
        print_json(result.as_json())
    if result.wrong or result.hits or any(result.counted[name] for name in COUNTED if name != "logins"):
        raise typer.Exit(ANYTHING_ELSE)


class Stage:
    """The screen. Whatever is said on it is kept, to be searched like any file."""

    def __init__(self, *, quiet: bool) -> None:
        width = None if sys.stdout.isatty() else 150
        self.console = Console(markup=False, highlight=False, emoji=False, record=True, stderr=quiet, width=width)
        self._last = 0.0

    def say(self, sentence: str) -> None:
        self.console.print(sentence)

    def live(self) -> Live:
        return Live(console=self.console, transient=True, refresh_per_second=8)

    def log_progress(self, done: int, total: int) -> None:
        """For logs, where a live table would be noise."""
        if not self.console.is_terminal and (time.monotonic() - self._last > 10 or done == total):
            self._last = time.monotonic()
            self.say(f"  {done} of {total} answered")


async def _demo(settings: Settings, stage: Stage, wanted: int | None, *, stays: bool) -> Result:
    began = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGHUP):  # both end the demo as Ctrl-C does: with everything stopped
        asyncio.get_running_loop().add_signal_handler(number, signal.raise_signal, signal.SIGINT)
    stage.say("Starting the fleet: vault, Prefect, store, simulated portals, a worker with its browser.")
    stack = await started(settings)
    try:
        result = await _perform(settings, stage, began, wanted)
        if stays:
            await _until_interrupted(settings, stage, stack.parts)
    finally:
        if stack.started:
            await fleet_up.down(settings)
    return result


async def _perform(settings: Settings, stage: Stage, began: float, wanted: int | None) -> Result:
    since = time.time()
    async with opened_fleet() as fleet, SimulatorControl.open(*control_of(settings.layout)) as control:
        seed, portals = secrets.randbelow(10**6), fleet.portals.values()
        planted = [each for portal in portals for each in await plant(fleet, control, portal)]
        questions = await draw(control, portals, seed=seed, wanted=wanted)
        for portal in portals:
            await control.turn_dials(portal.id, stale_results_ms=STALE_MS if wanted else 0)
        before = await _counted(control, fleet.portals)
        stage.say(f"Asking {len(portals)} portals {len(questions)} questions through {len(planted)} bot accounts.")
        with stage.live() as live:
            answered = await answer_all(fleet, questions, planted, _shower(fleet, stage, live, questions))
        counted = await _counted(control, fleet.portals) - before
        async with fleet.database.read() as session:
            accounts = [await credentials.get(session, each.credential.id) for each in planted]
    logins = sorted((each.last_login_at, each.portal) for each in accounts if each.last_login_at)
    last_logins = {portal: at for at, portal in logins}
    stage.console.print(board.final(fleet.portals, answered, last_logins))
    if any(not each.verdict.correct for each in answered):
        stage.console.print(board.wrong_ones(answered))
    values, printed = planted_values(planted, questions), stage.console.export_text(clear=False)
    hits = await asyncio.to_thread(leaks, settings.layout, values, printed, since=since)
    result = Result(answered, counted, hits, time.monotonic() - began, address(settings.layout))
    stage.say(_closing_words(result))
    return result


async def _counted(control: SimulatorControl, portals: Iterable[str]) -> Counter[str]:
    tallies = [await control.tally(portal) for portal in portals]
    return Counter({name: sum(tally[name] for tally in tallies) for name in COUNTED})


def _shower(fleet: Fleet, stage: Stage, live: Live, questions: Sequence[Asked]) -> Callable[..., None]:
    def show(items: list[Any]) -> None:
        live.update(board.filling(fleet.portals, questions, items))
        stage.log_progress(sum(item.finished_at is not None for item in items), len(questions))

    return show


def _closing_words(result: Result) -> str:
    told = result.as_json()
    lines = [
        f"{told['correct']} of {told['asked']} answers are true, field by field, in {told['seconds']:.0f} seconds.",
        "The portals counted " + ", ".join(f"{told[name]} {name.replace('_', ' ')}" for name in COUNTED) + ".",
    ]
    if not result.hits:
        lines.append("No planted password, seed, code, name, birth date or number lies anywhere in clear.")
    lines += [f"IN CLEAR: {hit.label} in {hit.place}" for hit in sorted(result.hits, key=str)]
    return "\n".join(lines)


async def _way_into_the_console(settings: Settings) -> str:
    """The first time a demo's person is made, who may do everything; their one-time password is shown here only."""
    where = f"The console: {address(settings.layout)}, as “{DEMO_PERSON}”"
    async with opened_fleet() as fleet:
        async with fleet.database.read() as session:
            known = await people.named(session, DEMO_PERSON)
        if known is not None and not known.one_time:
            return f"{where} with the password that you chose."
        password = own_passwords.new_password()
        if known is None:
            await entrance.add(fleet, DEMO_PERSON, password, roles=frozenset(Role), tins=None, by=Keeper(actor()))
        else:
            await entrance.reset(fleet, DEMO_PERSON, password, by=Keeper(actor()))
    return f"{where} with the one-time password {password.reveal()}"


def control_of(home: Home) -> tuple[int, Secret]:
    """Port and token of the simulator that the stack started."""
    port = int(json.loads((home.simulator / "ready.json").read_text())["port"])
    return port, Secret((home.simulator / "control.token").read_text().strip())


async def _until_interrupted(settings: Settings, stage: Stage, parts: Sequence[PartStatus]) -> None:
    stage.say("\nThe fleet stays up; Ctrl-C stops it. In another terminal: fleet runs, fleet status, fleet pull …")
    for part in parts:
        stage.say(f"  {part.name:<10} {part.address or ''}")
    stage.say(await _way_into_the_console(settings))
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    await interrupted.wait()
