"""`fleet audit verify`: whether the chain of the audit trail holds."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import typer

from cli.exits import ANYTHING_ELSE
from cli.opened import opened_store
from cli.output import console, print_json
from core.errors import RequestInvalid
from store import audit
from store.audit import Verdict


def verify(*, anchor: str | None, as_json: bool) -> None:
    noted = _anchor(anchor) if anchor else None
    verdict, head, anchored = asyncio.run(_verified(noted))
    if as_json:
        print_json(asdict(verdict) | {"head": head, "anchored": anchored})
    elif verdict.broken_at is not None:
        console.print(f"The chain is broken at event {verdict.broken_at}: it, or one before it, was changed.")
    else:
        console.print(f"The chain holds: {verdict.events} events. Its head, to be noted elsewhere: {head}")
        if anchored is not None:
            console.print("It contains the noted head." if anchored else "It does NOT contain the noted head.")
    if verdict.broken_at is not None or anchored is False:
        raise typer.Exit(ANYTHING_ELSE)


async def _verified(noted: tuple[int, str] | None) -> tuple[Verdict, str, bool | None]:
    async with opened_store() as database, database.read() as session:
        seq, digest = await audit.head(session)
        anchored = await audit.holds(session, *noted) if noted else None
        return await audit.verify(session), f"{seq}:{digest}", anchored


def _anchor(text: str) -> tuple[int, str]:
    seq, colon, digest = text.partition(":")
    if not (colon and seq.isdigit() and digest):
        raise RequestInvalid("An anchor is written NUMBER:HASH, as `fleet audit verify` prints it.", field="anchor")
    return int(seq), digest
