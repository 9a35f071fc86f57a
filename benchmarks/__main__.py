"""`make bench`: the fleet against the hand-written script, in turns in one run, because machines are noisy."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from playwright.async_api import async_playwright

from benchmarks import fleet_side
from benchmarks.script import Script
from bots.host import find_chromium
from cli.demo.planting import ORGANIZATION, Planted, plant
from cli.demo.questions import Asked
from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from cli.output import console, table
from core.settings import Settings
from lanes.assembly import Fleet
from stack import fleet_up, openbao

PORTAL, PAYER = "availity", "BHIL"
ROUNDS = 14
QUESTIONS = 3
"""Per round and side: few, because a noisy machine must not change between the two."""
PULLS = 1
"""Per round."""


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        settings = Settings(home=Path(folder))
        os.environ["FLEET_HOME"] = folder
        await fleet_up.up(settings, with_simulator=True)
        try:
            await _measure(settings)
        finally:
            await fleet_up.down(settings)


async def _measure(settings: Settings) -> None:
    vault = await openbao.open_vault(settings.layout)
    port, token = control_of(settings.layout)
    try:
        async with Fleet.open(settings, vault) as fleet, SimulatorControl.open(port, token) as control:
            lane, hand = await plant(fleet, control, fleet.portals[PORTAL])
            questions = _endless(await _drawn(control))
            async with async_playwright() as playwright:
                flags = ["--no-sandbox"] if os.geteuid() == 0 else []
                browser = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
                url = f"http://{PORTAL}.localhost:{port}"
                account = {"username": hand.login.username, "password": hand.login.password, "totp_seed": hand.seed}
                opened = Script.logged_in(browser, url, {key: value.reveal() for key, value in account.items()})
                async with opened as script:
                    payer = fleet.portals[PORTAL].payer(PAYER)
                    provider = str(ORGANIZATION["name"])
                    await script.open_eligibility(payer.label if payer else PAYER, provider)
                    await _take_turns(fleet, script, lane, questions)
    finally:
        await vault.close()


async def _take_turns(fleet: Fleet, script: Script, lane: Planted, questions: Iterator[Asked]) -> None:
    by_script: list[float] = []
    by_fleet: list[float] = []
    to_browser: list[float] = []
    # Both warm: logged in, pages cached.
    await _by_script(script, [next(questions)])
    await fleet_side.answer(fleet, [next(questions)], lane)
    for _ in range(ROUNDS):
        drawn = [next(questions) for _ in range(QUESTIONS)]
        by_script.append(await _by_script(script, drawn) / QUESTIONS)
        by_fleet.append(await fleet_side.answer(fleet, drawn, lane) / QUESTIONS)
        to_browser += [await fleet_side.seconds_to_browser(fleet, next(questions), lane) for _ in range(PULLS)]
    _print(by_script, by_fleet, to_browser)


async def _by_script(script: Script, questions: Sequence[Asked]) -> float:
    began = time.perf_counter()
    for question in questions:
        await script.eligibility(question.keys)
    return time.perf_counter() - began


async def _drawn(control: SimulatorControl) -> list[Asked]:
    """Plain members asked for by id: what the script can do as well."""
    capability = "eligibility"
    keys = await control.questions(PORTAL, capability, PAYER, count=ROUNDS * (QUESTIONS + PULLS), seed=1, awkward=False)
    return [
        Asked(PORTAL, capability, PAYER, each, await control.truth(PORTAL, capability, PAYER, each)) for each in keys
    ]


def _endless(questions: list[Asked]) -> Iterator[Asked]:
    while True:
        yield from questions


def _print(by_script: list[float], by_fleet: list[float], to_browser: list[float]) -> None:
    ratios = [slow / fast for slow, fast in zip(by_script, by_fleet, strict=True)]
    rows = [
        (number, f"{slow:.2f}", f"{fast:.2f}", f"{ratio:.2f}")
        for number, (slow, fast, ratio) in enumerate(zip(by_script, by_fleet, ratios, strict=True), start=1)
    ]
    headings = ("round", "script, s per answer", "fleet, s per answer", "ratio")
    console.print(table(*headings, rows=rows, numbers=frozenset(headings)))
    told = {
        "answers_per_second_script": round(1 / median(by_script), 3),
        "answers_per_second_fleet": round(1 / median(by_fleet), 3),
        "ratio": round(median(ratios), 2),
        "pull_to_browser_seconds": round(median(to_browser), 3),
        "pull_to_browser_worst": round(max(to_browser), 3),
    }
    console.print(
        f"With its evidence, the fleet gives {told['ratio']} times the answers of the script (aim: 1.5). "
        f"From `fleet pull` to the browser: {told['pull_to_browser_seconds']} s (aim: 0.5)."
    )
    console.print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
