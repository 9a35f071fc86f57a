"""What a question that has no answer yet waits for: in a sentence, for whoever asked it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from bots.contracts import EMAILED_LINK
from core.counted import counted
from core.local_socket import socket_address
from lanes.assembly import Fleet
from lanes.calendar.lateness import Look
from lanes.calendar.obstacles import Board
from lanes.codes import next_free
from lanes.questions.visit import desks
from lanes.sent_codes import CodeWanted, wanted
from store import backlog, credentials, leases, quarantine, runs
from store.backlog import Heap
from store.credentials import Credential
from store.work_items import ItemState, WorkItem


@dataclass(frozen=True)
class Waits:
    sentence: str
    moves: bool
    """A portal is asked, or will be in a moment: nobody has to act, and no time has to come first."""


async def waits_for(fleet: Fleet, item: WorkItem) -> Waits:
    """Free of patient data. For one that is neither answered nor held."""
    now = fleet.clock.now()
    async with fleet.database.read() as session:
        credential = await credentials.get(session, item.credential_id)
        codes = await wanted(session, now=now, credential_id=credential.id)
        lanes = await backlog.lanes(session, [credential.id])
        resting = {(each.portal, each.capability): each for each in await quarantine.all_resting(session)}
        ahead = await backlog.ahead(session, item)
        run = await runs.get(session, item.run_id) if item.run_id else None
        somewhere = bool(await leases.live(session, now=now))
    look = Look(Board.of(fleet), now, lanes, resting)
    heap = Heap.alone(item)
    if codes:
        return Waits(_code(fleet, codes[0]), moves=False)
    if item.state is ItemState.WORKING:
        slot = await _next_code(fleet, credential) if run and not run.logins else None
        return Waits(f"The portal is being asked.{slot or ''}", moves=True)
    if (way := look.in_the_way(heap, credential)) is not None:
        return Waits(way, moves=False)
    if look.at_work(credential):
        place = f"{counted(ahead, 'question')} come first" if ahead else "this is its next"
        return Waits(f"The account is at work; {place}.", moves=True)
    if not somewhere and not await _somebody_serves(fleet):
        told = "No worker is running, as far as this machine can see; an administrator starts one with `fleet up`."
        return Waits(told, moves=False)
    before = f"; {counted(ahead, 'question')} of the same account come first" if ahead else ""
    return Waits(f"A worker takes it up within a minute{before}.", moves=True)


def _code(fleet: Fleet, code: CodeWanted) -> str:
    portal = fleet.portals.get(code.portal)
    what = "a link by e-mail" if code.medium == EMAILED_LINK else f"a code by {code.medium}"
    return (
        f"{portal.name if portal else code.portal} has sent {what} to the person of the account “{code.credential}”; "
        f"it goes on once that is handed in, until {code.until.astimezone():%H:%M:%S}."
    )


async def _next_code(fleet: Fleet, credential: Credential) -> str | None:
    """Said as long as the log-in slot is taken: the account's last code is still the current one."""
    portal = fleet.portals.get(credential.portal)
    if portal is None or "totp" not in portal.mfa:
        return None
    free = await next_free(fleet, credential)
    if free <= fleet.clock.now():
        return None
    return f" If it has to log in, the account's next code is free at {free.astimezone():%H:%M:%S}."


async def _somebody_serves(fleet: Fleet) -> bool:
    for path in desks(fleet.settings.layout):
        with suppress(OSError), socket_address(path) as address:
            _, writer = await asyncio.open_unix_connection(address)
            writer.close()
            return True
    return False
