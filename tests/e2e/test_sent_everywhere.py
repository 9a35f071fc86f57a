"""All that any portal takes, on the whole stack: received once, byte by byte, whatever is killed on the way.

`SUBMISSIONS=500 make e2e ARGS=tests/e2e/test_sent_everywhere.py` is the long form; SEED=… for another chance.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from chaos_faults import CLASSES, WORKER_LOST, let_go_on
from errands import DRAWN, sending
from kills import Prey
from machines import Machines
from stand import QUICK, Keys, Stand

from cli.demo.planting import Planted, plant
from core.errors import PartUnavailable, RequestInvalid
from lanes.submissions.submit import Order, decide, hand_in
from store import credentials, queue, submissions
from store.credentials import CredentialState
from store.submissions import SETTLED, SubmissionState
from store.work_items import ItemState
from tests.core.claims_text import CLAIM, claims_file

MANY = int(os.environ.get("SUBMISSIONS", "18"))
DICE = Random(f"{os.environ.get('SEED', '5')}/sent")  # noqa: S311 - nothing is hidden by it
FILES = "claim_files"
CONTROL = itertools.count(DICE.randrange(10**8))
NETWORK = "network"
KILLED = ("worker", "browser", "tab", "driver", NETWORK)
PATIENCE = 900
"""Seconds without any that is settled."""
FILED_DAYS = 55
"""What was decided longer ago is too late for some payer."""


@dataclass
class Sweep:
    stand: Stand
    accounts: dict[str, list[Planted]] = field(default_factory=dict)
    """By portal."""
    files: dict[str, frozenset[str]] = field(default_factory=dict)
    """By submission, the hashes of what goes with it."""
    portal_of: dict[str, str] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    called: Counter[bool] = field(default_factory=Counter)
    """Payers, by whether they had it."""

    async def hand_in(self, portal: str, capability: str, count: int) -> None:
        """So many, or as many as the portal's people have things to send."""
        manifest = self.stand.fleet.portals[portal]
        turns = itertools.cycle(self.accounts[portal])
        for keys in itertools.islice(await self._fresh(portal, capability), 3 * count):
            if count == 0:
                return
            files = claims() if capability == FILES else scans()
            asked = {key: value for key, value in keys.items() if key != "kind"}
            payer, credential = manifest.payers[0].id, next(turns).credential.name
            order = Order(keys["kind"], portal, asked, files, "e2e", payer=payer, credential=credential)
            with suppress(RequestInvalid):  # a reply to what takes none, or a claim too old
                row = (await hand_in(self.stand.fleet, order)).row
                self.files[row.id] = frozenset(hashlib.sha256(data).hexdigest() for _, data in files)
                self.portal_of[row.id] = portal
                count -= 1

    async def _fresh(self, portal: str, capability: str) -> Iterator[Keys]:
        """Each about something else. Files of claims tell themselves what they are about."""
        if capability == FILES:
            return itertools.repeat({"kind": "claims"})
        payer = self.stand.fleet.portals[portal].payers[0].id
        drawn = await self.stand.control.questions(
            portal, DRAWN[capability], payer, count=900, seed=DICE.randrange(10**6), awkward=False
        )
        first_day = (date.today() - timedelta(days=FILED_DAYS)).isoformat()
        in_time = (each for each in drawn if each.get("decided_on", first_day) >= first_day)
        known = {each.get("claim_number") or json.dumps(each, sort_keys=True): each for each in in_time}
        return iter(known.values())

    async def go_on(self) -> None:
        """What an administrator does, a biller, and Prefect's schedule."""
        every = [(portal, each.credential.id) for portal, kept in self.accounts.items() for each in kept]
        with suppress(PartUnavailable):
            for portal, credential_id in every:
                async with self.stand.fleet.database.read() as session:
                    credential = await credentials.get(session, credential_id)
                if credential.state is CredentialState.STOPPED:
                    self.stopped.append(credential.stop_code or "")
                    await let_go_on(self.stand.fleet, portal, credential_id)
            await self._let_go_on_what_was_killed_too_often()
            await self._call_the_payers()
            await self.stand.rewake()

    async def _let_go_on_what_was_killed_too_often(self) -> None:
        for row in await self.rows():
            (item,) = await self.stand.items([row.work_item_id])
            if item.state is ItemState.HELD and item.error_code == WORKER_LOST:
                self.stopped.append(WORKER_LOST)
                async with self.stand.fleet.database.begin() as session:
                    await queue.release_held(session, row.portal)
                return

    async def _call_the_payers(self) -> None:
        """About what was clicked and is shown nowhere, where the manifest leaves that to a person."""
        for row in [row for row in await self.rows() if row.state is SubmissionState.UNKNOWN]:
            (item,) = await self.stand.items([row.work_item_id])
            if item.state is ItemState.HELD:
                there = [each for each in await self.stand.received(row.portal) if hashes(each) == self.files[row.id]]
                number = there[0]["number"] if there else None
                self.called[number is not None] += 1
                await decide(self.stand.fleet, row.id, number=number, actor="e2e", reason="the payer said so")

    async def rows(self) -> Sequence[submissions.StoredSubmission]:
        async with self.stand.fleet.database.read() as session:
            return [await submissions.get(session, each) for each in self.files]

    async def states(self) -> Counter[tuple[str, SubmissionState]]:
        return Counter((row.portal, row.state) for row in await self.rows())

    async def open_ones(self) -> int:
        return sum(row.state not in SETTLED for row in await self.rows())


async def test_whatever_is_killed_each_portal_receives_each_once_byte_by_byte(
    stand: Stand, machines: Machines | None
) -> None:
    sweep, prey = Sweep(stand), Prey(stand, machines, DICE)
    desks = [name.split("-") for name in sending()]
    desks += [[portal, FILES] for portal, known in stand.fleet.portals.items() if FILES in known.capabilities]
    for portal in dict.fromkeys(portal for portal, _ in desks):
        sweep.accounts[portal] = await plant(stand.fleet, stand.control, stand.fleet.portals[portal])
    before = {each["number"] for portal in sweep.accounts for each in await stand.received(portal)}
    for portal, capability in desks:
        await sweep.hand_in(portal, capability, MANY * 11 // (10 * len(desks)) + 1)  # some have fewer to send
    assert len(sweep.files) >= MANY
    killed = Counter[str]()
    async with bad_weather(stand, sweep.accounts):
        await sweep.go_on()
        least, moved_at = len(sweep.files), time.monotonic()
        while (left := await sweep.open_ones()) > len(sweep.files) // 10:
            if left < least:
                least, moved_at = left, time.monotonic()
            assert time.monotonic() - moved_at < PATIENCE, await sweep.states()
            await asyncio.sleep(DICE.uniform(4, 30))
            kind = DICE.choice(KILLED)
            if kind == NETWORK:
                await stand.cut_network(DICE.randrange(1, 6))
            else:
                kind = await prey.kill(kind)
            killed[kind] += 1
            tell(f"{left} of {len(sweep.files)} to send; {kind or 'nobody'} cut or killed")
            await sweep.go_on()

        async def all_settled() -> bool:
            await sweep.go_on()
            await asyncio.sleep(5)
            return await sweep.open_ones() == 0

        await stand.until(all_settled, within=PATIENCE, what=sweep.states)
        tallies = {portal: await stand.control.tally(portal) for portal in sweep.accounts}
    tell(f"{dict(await sweep.states())}; {dict(killed)}; stopped {dict(Counter(sweep.stopped))}")
    tell(f"payers called, by whether they had it: {dict(sweep.called)}")
    assert {state for _, state in await sweep.states()} == {SubmissionState.CONFIRMED}
    for portal in sweep.accounts:
        told = [each for each in await stand.received(portal) if each["number"] not in before]
        ours = [each for submission, each in sweep.files.items() if sweep.portal_of[submission] == portal]
        arrived = Counter(hashes(each) for each in told)
        assert arrived == dict.fromkeys(ours, 1)
        tally = tallies[portal]
        assert (tally["duplicates_accepted"], tally["wrong_passwords"], tally["lockouts"]) == (0, 0, 0)
    assert set(sweep.stopped) <= CLASSES


@asynccontextmanager
async def bad_weather(stand: Stand, portals: Collection[str]) -> AsyncIterator[None]:
    for portal in portals:
        await stand.control.turn_dials(
            portal, submit_fault_rate=0.3, refuses_duplicates=False, worklist_delay_s=20, latency_ms=(0, 60)
        )
    try:
        yield
    finally:
        for portal in portals:
            await stand.control._call("DELETE", "/dials", params={"portal": portal})
            await stand.control.turn_dials(portal, **QUICK)


def hashes(entry: dict[str, Any]) -> frozenset[str]:
    return frozenset(file["sha256"] for file in entry["files"])


def scans() -> list[tuple[str, bytes]]:
    sizes = [DICE.randrange(4_000, 60_000) for _ in range(DICE.randrange(1, 4))]
    return [(f"{place}.jpg", b"\xff\xd8\xff" + DICE.randbytes(size)) for place, size in enumerate(sizes)]


def claims() -> list[tuple[str, bytes]]:
    """An interchange with a control number of its own, which makes it another file."""
    return [("batch.837", claims_file(CLAIM, control=f"{next(CONTROL):09d}"))]


def tell(line: str) -> None:
    sys.stderr.write(f"\n{line}")
