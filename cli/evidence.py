"""`fleet evidence`, and the receipt of a submission: capsules made and checked."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import typer

from cli.actor import actor
from cli.exits import ANYTHING_ELSE, say
from cli.opened import opened_fleet
from cli.output import console, print_json
from core.capsule import check_capsule
from core.errors import RequestInvalid
from lanes.submissions.receipt import receipt
from lanes.views import write_private


def write_receipt(submission_id: str, out: Path) -> None:
    async def made() -> bytes:
        async with opened_fleet() as fleet:
            return await receipt(fleet, submission_id, viewer=actor())

    if out.suffix.casefold() != ".zip":
        raise RequestInvalid(f"{out.name} must end in .zip.", field="out")
    write_private(out, asyncio.run(made()))
    console.print(f"{out} holds patient data; receipt.html in it is for reading. `fleet evidence verify` checks it.")


def verify(path: Path, *, key: str | None, as_json: bool) -> None:
    """Exit status 1 for a capsule that is not what was signed, or not by this key."""
    try:
        checked = check_capsule(path.read_bytes())
    except OSError:
        raise RequestInvalid(f"{path.name} cannot be read.", field="file") from None
    wrong = list(checked.tampered)
    if not wrong and key is not None and checked.public_key != key.strip():
        wrong.append("the signature: it is by another key")
    if as_json:
        print_json({"whole": not wrong, "tampered": wrong, "public_key": checked.public_key, "facts": checked.facts})
    elif not wrong:
        facts = checked.facts
        console.print(f"Whole. {facts['kind']} {facts['submission']}, {facts['state']}, {facts['settled_at']}.")
        if shredded := sorted({each["shredded_on"] for each in facts.get("evidence", ()) if "shredded_on" in each}):
            console.print(f"What is missing was shredded by the retention rules before it was signed: {shredded[-1]}.")
        console.print(f"Signed by {checked.public_key}" + ("." if key else "; compare it with `fleet evidence key`."))
    if wrong:
        say(f"Not what was signed: {'; '.join(wrong)}.")
        raise typer.Exit(ANYTHING_ELSE)


def print_key() -> None:
    async def read() -> bytes:
        async with opened_fleet() as fleet:
            return await fleet.vault.public_key()

    console.print(base64.b64encode(asyncio.run(read())).decode())
