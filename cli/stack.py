"""`fleet up`, `fleet down`, `fleet status`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from cli.exits import say
from cli.opened import read_settings
from cli.output import console, print_json, progress_console, table
from core.errors import PartUnavailable
from core.settings import Settings
from lanes import sent_codes
from lanes.accounts.to_do import to_do
from payers.registry import read_portals
from stack import fleet_up
from stack.console_process import address
from stack.parts import PartState, PartStatus
from store.credentials import Credential, CredentialState
from store.database import Database
from store.work_items import WorkItem

NO_WORK: dict[str, Any] = {"questions": {}, "codes_wanted": [], "stopped_credentials": []}
STYLE = {PartState.RUNNING: "green", PartState.STARTING: "yellow", PartState.FAILED: "red", PartState.STOPPED: "dim"}


def up() -> None:
    settings = read_settings()
    state = asyncio.run(started(settings))
    if not state.started:
        console.print("The fleet is up already.")
        return
    console.print(f"The fleet is up after {state.seconds:.0f} seconds; `fleet down` stops it.")
    console.print(f"The console is at {settings.console_url or address(settings.layout)}")
    for portal, problem in read_portals(settings.environment).broken.items():
        say(f"{portal} is asked nothing: {problem.sentence}")


async def started(settings: Settings) -> fleet_up.StackState:
    """With the parts named on a terminal as they come up."""
    with progress_console.status("Starting the fleet …") as waiting:

        def show(part: PartStatus) -> None:
            waiting.update(f"Starting the fleet … {part.name}")
            if progress_console.is_terminal and part.state is not PartState.STARTING:
                progress_console.print(f"  {part.name:<10} {part.state.value}", style=STYLE[part.state])

        return await fleet_up.up(settings, with_simulator=settings.environment == "simulator", progress=show)


def down() -> None:
    stopped = asyncio.run(fleet_up.down(read_settings()))
    console.print(f"Stopped: {', '.join(stopped)}." if stopped else "The fleet was not running.")


def status(*, as_json: bool) -> None:
    settings = read_settings()
    parts = asyncio.run(fleet_up.status(settings))
    try:
        work = asyncio.run(_work(settings))
    except PartUnavailable as problem:  # the parts are to be seen all the same
        work = NO_WORK | {"trouble": problem.sentence}
    if as_json:
        running = bool(parts) and all(part.state is PartState.RUNNING for part in parts)
        print_json({"running": running, "parts": [asdict(part) for part in parts], **work})
        return
    _print_parts(parts)
    if "trouble" in work:
        say(work["trouble"])
    if work["questions"]:
        counted = ", ".join(f"{count} {state}" for state, count in work["questions"].items())
        console.print(f"Questions: {counted}.")
    for wanted in work["codes_wanted"]:
        console.print(wanted["sentence"], style="yellow")
    for stopped in work["stopped_credentials"]:
        console.print(f"{stopped['portal']}/{stopped['name']} needs a person: {stopped['sentence']}", style="red")
        console.print(f"  Next: {stopped['to_do']}", style="red")


def _print_parts(parts: Sequence[PartStatus]) -> None:
    if not parts:
        console.print("The fleet has not been started here yet; `fleet up` does.")
        return
    rows = [(part.name, part.state.value, part.address, part.since or None, part.detail or None) for part in parts]
    console.print(table("part", "state", "address", "since (UTC)", "what to do", rows=rows))


async def _work(settings: Settings) -> dict[str, Any]:
    if isinstance(settings.store, Path) and not settings.store.exists():
        return NO_WORK
    database = Database.open(settings.store)
    try:
        async with database.read() as session:
            counted = await session.execute(select(WorkItem.state, func.count()).group_by(WorkItem.state))
            questions = {state.value: count for state, count in counted.tuples()}
            stopped = await session.scalars(select(Credential).where(Credential.state == CredentialState.STOPPED))
            codes = [
                asdict(each) | {"sentence": each.sentence}
                for each in await sent_codes.wanted(session, now=datetime.now(UTC))
            ]
            persons = [
                {
                    "portal": each.portal,
                    "name": each.name,
                    "since": each.stopped_at,
                    "sentence": each.stop_sentence,
                    "to_do": to_do(each),
                }
                for each in stopped
            ]
    finally:
        await database.close()
    return {"questions": questions, "codes_wanted": codes, "stopped_credentials": persons}
