"""`fleet console`: where it is, started if need be."""

from __future__ import annotations

import asyncio

from cli.opened import opened_store, read_settings
from cli.output import console, print_json
from cli.stack import started
from stack.console_process import address
from store import people


def show(*, as_json: bool) -> None:
    settings = read_settings()
    asyncio.run(started(settings))
    here = address(settings.layout)
    where = settings.console_url or here
    if as_json:
        print_json({"console": where, "listens_at": here})
        return
    console.print(f"The console is at {where}")
    if where != here:
        console.print(f"The proxy before it finds it on this machine at {here}")
    if not asyncio.run(_anybody()):
        console.print("Nobody can sign in yet: fleet users add NAME --role administrator --tin all")


async def _anybody() -> bool:
    async with opened_store() as database, database.read() as session:
        return bool(await people.everybody(session))
