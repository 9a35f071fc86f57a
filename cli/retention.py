"""`fleet retention`: what is kept how long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import typer

from cli.actor import actor
from cli.opened import opened_fleet
from cli.output import console, print_json, table
from core.errors import RequestInvalid
from core.retention import rules
from lanes.keeping import holds
from lanes.keeping.overview import HeldBack, HeldPeriod, overview
from lanes.keeping.shredding import Shredding
from lanes.keeping.shredding import shred as shred_due
from store.retention import HoldKind, LegalHold

NUMBERED = (HoldKind.PATIENT, HoldKind.CLAIM)


def show(*, as_json: bool) -> None:
    async def looked() -> tuple[Sequence[HeldPeriod], Sequence[HeldBack]]:
        async with opened_fleet() as fleet:
            return await overview(fleet)

    periods, on_hold = asyncio.run(looked())
    if as_json:
        held = [
            {"period": str(each.period), **vars(each.held), "goes_on": each.goes_on, "state": each.state}
            for each in periods
        ]
        classes = {name: rule.model_dump() for name, rule in rules().items()}
        print_json({"classes": classes, "periods": held, "holds": [vars(each) for each in on_hold]})
        return
    terms = [
        (name, rule.title, f"{rule.months} months" + " at least" * rule.never_shredded, rule.source)
        for name, rule in rules().items()
    ]
    console.print(table("class", "what", "kept", "why", rows=terms))
    rows = [(each.period, each.held.rows, each.held.objects, each.goes_on, each.state) for each in periods]
    numbers = frozenset({"rows", "objects"})
    console.print(table("period", "rows", "objects", "goes on", "state", rows=rows, numbers=numbers))
    if on_hold:
        told = [(each.id, each.kind, each.subject, each.reason, each.placed_by, each.placed_at) for each in on_hold]
        console.print(table("hold", "of a", "which", "reason", "placed by", "at", rows=told))
    else:
        console.print("Nothing is on hold.")


def hold(kind: str, subject: str | None, *, reason: str) -> None:
    try:
        chosen = HoldKind(kind)
    except ValueError:
        raise RequestInvalid(f"A hold is of a {', '.join(HoldKind)}; not of a “{kind}”.", field="kind") from None
    if chosen in NUMBERED:
        if subject is not None:
            raise RequestInvalid(
                f"The number of a {kind} is asked for, or read from standard input: others can read a command line.",
                field="subject",
            )
        subject = typer.prompt(f"Number of the {kind}", err=True)
    if not subject:
        raise RequestInvalid(f"Name the {kind}.", field="subject")
    named = subject

    async def place() -> LegalHold:
        async with opened_fleet() as fleet:
            return await holds.place(fleet, chosen, named, reason=reason, actor=actor())

    console.print(f"{asyncio.run(place()).id} is in force: nothing that it covers is shredded until it is released.")


def release(hold_id: str, *, reason: str) -> None:
    async def end() -> None:
        async with opened_fleet() as fleet:
            await holds.release(fleet, hold_id, reason=reason, actor=actor())

    asyncio.run(end())
    console.print(f"{hold_id} is released. What is due goes with the next night.")


def shred(*, dry_run: bool, as_json: bool) -> None:
    async def run() -> list[Shredding]:
        async with opened_fleet() as fleet:
            return await shred_due(fleet, actor=actor(), dry_run=dry_run)

    done = asyncio.run(run())
    if as_json:
        print_json({"dry_run": dry_run, "periods": [vars(each) | {"period": str(each.period)} for each in done]})
        return
    if not done:
        console.print("Nothing is due.")
        return
    rows = [(each.period, each.rows, each.objects, each.spared) for each in done]
    numbers = frozenset({"rows", "objects", "spared"})
    console.print(table("period", "rows", "objects", "spared", rows=rows, numbers=numbers))
    destroyed = sum(each.key_destroyed for each in done)
    console.print("Nothing was touched." if dry_run else f"Shredded; {destroyed} keys were destroyed.")
