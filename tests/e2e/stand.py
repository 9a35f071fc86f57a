"""A whole fleet for the tests: its stack, its command line, and the judge who knows what was done to the portal."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from processes import Processes
from pyotp import random_base32
from sqlalchemy import func, select

from cli.demo.planting import NPI, ORGANIZATION
from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from cli.demo.verdict import judge
from cli.records import Login, keep
from core.capabilities.catalog import capability, write
from core.errors import PartUnavailable
from core.phi import Secret
from flows.directory import REWAKE, load
from flows.doorbell import ring_all
from flows.wake import create_run, wake
from lanes.assembly import Fleet
from lanes.questions.ask import Question, choose_credential, counter_for, hand_in
from lanes.views import open_answer
from stack.process import eventually
from store import credentials, quarantine, queue
from store.credentials import Credential, CredentialState, NewCredential
from store.leases import LaneLease
from store.quarantine import Quarantine
from store.runs import StoredAnswer
from store.work_items import ItemState, WorkItem

PORTAL = "availity"
QUICK: dict[str, Any] = {"latency_ms": (0, 30)}
LOOK_AGAIN_SECONDS = 3
"""A run of Prefect's each time."""
SEED_OF_THE_HOUSE = secrets.randbelow(10**6)
Keys = dict[str, str]


@dataclass(frozen=True)
class Account:
    """One bot account, which the portal and the vault know, each in its own way."""

    name: str
    credential_id: str
    username: str
    password: str
    seed: str
    portal: str = PORTAL


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.splitlines()[-1])

    @property
    def sentence(self) -> str:
        """The one line on standard error. Two would be one too many."""
        (line,) = self.err.strip().splitlines()
        assert line.startswith("fleet: ")
        return line.removeprefix("fleet: ")


class Person:
    def __init__(self, browser: httpx.AsyncClient) -> None:
        self._browser = browser

    async def is_logged_in(self) -> bool:
        return "top-applications" in (await self._browser.get("/web/")).text


@dataclass
class Stand(Processes):
    fleet: Fleet
    control: SimulatorControl
    planted: dict[str, set[str]] = field(default_factory=dict)
    """What must be found nowhere in clear, by kind."""
    printed: list[str] = field(default_factory=list)
    """What commands said that may hold no patient data: everything but answers."""
    _drawn: dict[tuple[str, str], list[Keys]] = field(default_factory=dict)

    # -- accounts and questions

    async def account(
        self, portal: str = PORTAL, *, vault_password: str | None = None, vault_seed: str | None = None, **spec: Any
    ) -> Account:
        """A new one, without a second step unless `mfa` is given; `vault_…` is what the fleet wrongly believes."""
        username, password = f"bot.{secrets.token_hex(5)}", f"{secrets.token_urlsafe(12)}&<'\"+ß"
        seed, name = random_base32(), f"bot-{secrets.token_hex(4)}"
        await self.control.plant_account(
            portal,
            Secret(username),
            Secret(password),
            Secret(seed),
            **{"mfa": [], "organizations": [ORGANIZATION], **spec},
        )
        login = Login(Secret(username), Secret(vault_password or password), Secret(vault_seed or seed))
        # Without a TIN each account has a scope of its own: no test is answered with what another one asked.
        new = NewCredential(portal, name, "simulator", provider_npi=NPI)
        credential = await keep(self.fleet, new, login)
        for kind, value in {"user name": username, "password": password, "seed": seed}.items():
            self.planted.setdefault(kind, set()).add(value)
        if vault_password:
            self.planted["password"].add(vault_password)
        return Account(name, credential.id, username, password, seed, portal)

    async def mend(self, account: Account, *, password: str, seed: str | None = None) -> None:
        """What an administrator does: the right login goes into the vault."""
        login = Login(Secret(account.username), Secret(password), Secret(seed) if seed else None)
        await keep(self.fleet, NewCredential(PORTAL, account.name, "simulator"), login)

    async def questions(self, count: int, *, payer: str = "BHIL", capability_name: str = "eligibility") -> list[Keys]:
        """Never asked before in this session, in whichever words: a key that is left out has its default."""
        key = (capability_name, payer)
        if len(self._drawn.setdefault(key, [])) < count:
            draw = await self.control.questions(
                PORTAL, capability_name, payer, count=600, seed=SEED_OF_THE_HOUSE + len(self._drawn), awkward=False
            )
            distinct = {write(capability(capability_name).ask(keys)): keys for keys in draw}
            self._drawn[key] += distinct.values()
        drawn, self._drawn[key] = self._drawn[key][:count], self._drawn[key][count:]
        self.planted.setdefault("member id", set()).update(keys["member_id"] for keys in drawn if "member_id" in keys)
        return drawn

    async def hand_in(self, account: Account, questions: Sequence[Keys], *, payer: str = "BHIL") -> list[str]:
        """Into the store; wakes nobody. Gives the items' ids."""
        asked = capability("eligibility")
        counter = counter_for(self.fleet, asked.name, PORTAL, payer)
        orders = [
            Question(asked.name, PORTAL, asked.ask(keys), "e2e", payer=payer, credential=account.name)
            for keys in questions
        ]
        async with self.fleet.database.begin() as session:
            credential = await choose_credential(session, self.fleet, counter, account.name)
            handed_in = await hand_in(session, self.fleet, counter, credential, orders)
        return [each.item.id for each in handed_in]

    async def ask(self, account: Account, count: int, *, payer: str = "BHIL") -> list[str]:
        items = await self.hand_in(account, await self.questions(count, payer=payer), payer=payer)
        await self.wake(account)
        return items

    async def wake(self, *accounts: Account) -> None:
        await wake(self.settings.layout, [account.credential_id for account in accounts])

    # -- what became of it

    async def items(self, ids: Sequence[str]) -> list[WorkItem]:
        async with self.fleet.database.read() as session:
            rows = {row.id: row for row in await session.scalars(select(WorkItem).where(WorkItem.id.in_(ids)))}
        return [rows[item_id] for item_id in ids]

    async def states(self, ids: Sequence[str]) -> dict[str, int]:
        """How many are `answered`, `failed`, `held`, `queued`, `working`."""
        counted: dict[str, int] = {}
        for item in await self.items(ids):
            word = item.state.value
            if item.state is ItemState.DONE:
                word = "answered" if item.outcome else "failed"
            counted[word] = counted.get(word, 0) + 1
        return counted

    async def answered(self, ids: Sequence[str], *, patience: float = 60) -> None:
        """All of them, each exactly once. `patience`: seconds without any answer."""
        before, now = -1, 0
        while before < now < len(ids):
            before = now
            now = await self._more_than(ids, now, patience)
        assert await self.states(ids) == {"answered": len(ids)}
        async with self.fleet.database.read() as session:
            chosen = select(func.count()).select_from(StoredAnswer).where(StoredAnswer.work_item_id.in_(ids))
            assert await session.scalar(chosen) == len(ids)

    async def true(self, ids: Sequence[str], questions: Sequence[Keys], *, payer: str = "BHIL") -> None:
        """Compared with what the portal knows."""
        for item_id, keys in zip(ids, questions, strict=True):
            opened = await open_answer(self.fleet, item_id, viewer="e2e")
            truth = await self.control.truth(PORTAL, "eligibility", payer, keys)
            assert judge("eligibility", opened.answer, truth).differs == ()

    async def held(self, ids: Sequence[str], *, within: float) -> None:
        await self.until(lambda: self.are(ids, held=len(ids)), within=within, what=lambda: self.states(ids))

    async def some_answered(self, ids: Sequence[str], count: int) -> None:
        assert await self._more_than(ids, count - 1, 60) >= count, await self.states(ids)

    async def answered_in_the_end(self, ids: Sequence[str], *, within: float = 300) -> None:
        await self.comes(lambda: self.are(ids, answered=len(ids)), within=within, what=lambda: self.states(ids))

    async def comes(
        self,
        wanted: Callable[[], Awaitable[bool]],
        *,
        within: float,
        what: Callable[[], Awaitable[object]] | None = None,
    ) -> float:
        """Also what rests in between: Prefect's schedule is not waited for. In so many seconds."""

        async def came() -> bool:
            if await eventually(wanted, deadline=LOOK_AGAIN_SECONDS):
                return True
            with suppress(PartUnavailable):  # Prefect is away as well
                await self.rewake()
            return False

        return await self.until(came, within=within, what=what)

    async def nothing_moves(self, ids: Sequence[str]) -> bool:
        return not {"queued", "working"} & (await self.states(ids)).keys()

    async def lane_closed(self, account: Account) -> None:
        async def released() -> bool:
            async with self.fleet.database.read() as session:
                lane = await session.get(LaneLease, account.credential_id, populate_existing=True)
            return lane is not None and lane.holder is None

        await self.until(released, within=30)

    async def _more_than(self, ids: Sequence[str], count: int, seconds: float) -> int:
        answered = 0

        async def more() -> bool:
            nonlocal answered
            answered = (await self.states(ids)).get("answered", 0)
            return answered > count

        await eventually(more, deadline=seconds)
        return answered

    async def credential(self, account: Account) -> Credential:
        async with self.fleet.database.read() as session:
            return await credentials.get(session, account.credential_id)

    async def stopped(self, account: Account) -> str:
        """By what: the code of its stop."""
        credential = await self.credential(account)
        assert credential.state is CredentialState.STOPPED
        return credential.stop_code or ""

    async def are(self, ids: Sequence[str], **wanted: int) -> bool:
        return await self.states(ids) == wanted

    # -- the judge

    async def counted(self, account: Account) -> dict[str, Any]:
        """By the portal, for this account."""
        accounts = (await self.control.tally(account.portal))["accounts"]
        return defaultdict(int, accounts.get(account.username, {}))

    async def ledger(self, account: Account) -> list[dict[str, Any]]:
        told = await self.control._call("GET", "/ledger")
        return [entry for entry in told["entries"] if entry["account"] == account.username]

    async def at_portal(self, account: Account, **changes: Any) -> dict[str, Any]:
        """What the portal's operator does to an account: locked, password, terms…; gives how it stands."""
        (told,) = await self.control._call("PATCH", f"/accounts/{account.username}", json=changes)
        return dict(told)

    async def rewake(self) -> None:
        """What Prefect's schedule does every minute, now."""
        known = load(self.settings.layout)
        await asyncio.to_thread(create_run, known, REWAKE, {"name": "now", "parameters": {}})
        await asyncio.to_thread(ring_all, self.settings.layout.run)

    async def received(self, portal: str = PORTAL) -> list[dict[str, Any]]:
        """What arrived, whatever the portal told whoever sent it."""
        told: dict[str, list[dict[str, Any]]]
        told = await self.control._call("GET", "/submissions", params={"portal": portal})
        return told["received"]

    async def cut_network(self, seconds: int) -> None:
        await self.control._call("POST", "/network/cut", params={"seconds": seconds})

    async def drop_session(self, account: Account) -> None:
        await self.control._call("POST", f"/accounts/{account.username}/sessions/drop")

    @asynccontextmanager
    async def person_at_portal(self, account: Account) -> AsyncIterator[Person]:
        """Somebody else logs in with the account, in a browser of their own."""
        port, _ = control_of(self.settings.layout)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"host": f"availity.localhost:{port}"},
            follow_redirects=True,
            trust_env=False,
        ) as browser:
            await browser.post("/login", data={"username": account.username, "password": account.password})
            person = Person(browser)
            assert await person.is_logged_in()
            yield person

    @asynccontextmanager
    async def bad_day(self, **dials: Any) -> AsyncIterator[None]:
        await self.control.turn_dials(PORTAL, **dials)
        try:
            yield
        finally:
            await self.good_day()

    async def good_day(self) -> None:
        await self.control._call("DELETE", "/dials", params={"portal": PORTAL})
        await self.control.turn_dials(PORTAL, **QUICK)

    async def out_of_quarantine(self) -> None:
        async with self.fleet.database.begin() as session:
            for row in await session.scalars(select(Quarantine).where(Quarantine.since.is_not(None))):
                await quarantine.release(
                    session, PORTAL, row.capability, actor="e2e", reason="over", now=self.fleet.clock.now()
                )
            await queue.release_held(session, PORTAL)

    # -- the command line

    @asynccontextmanager
    async def command(
        self, *words: str, given: str = "", **environment: str
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("fleet"),
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | environment,
            preexec_fn=_hears_ctrl_c,
        )
        assert process.stdin is not None
        process.stdin.write(given.encode())
        process.stdin.close()
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def fleet_says(self, *words: str, given: str = "", seconds: float = 60, **environment: str) -> Ended:
        async with self.command(*words, given=given, **environment) as process:
            return await self.end_of(process, seconds=seconds)

    async def end_of(self, process: asyncio.subprocess.Process, *, seconds: float = 60) -> Ended:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
        ended = Ended(process.returncode or 0, out.decode(), err.decode())
        self.printed.append(ended.err if ended.status == 0 else ended.out + ended.err)
        return ended

    async def pull(
        self, account: Account, keys: Mapping[str, str], *flags: str, payer: str = "BHIL", seconds: float = 60
    ) -> Ended:
        """The keys by standard input: what stands on a command line, the process list shows."""
        words = ("pull", "eligibility", "-", "--portal", PORTAL, "--payer", payer, "--credential", account.name)
        return await self.fleet_says(*words, "--json", *flags, given=json.dumps(keys), seconds=seconds)

    async def answers(self, account: Account, keys: Mapping[str, str]) -> bool:
        return (await self.pull(account, keys)).status == 0

    async def asked_at_portal(self, account: Account) -> bool:
        return any(entry["event"] == "question" for entry in await self.ledger(account))


def _hears_ctrl_c() -> None:
    """Also where a shell started the tests in its background: the deafness would be inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def moment(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])


def tell(what: str, seconds: float) -> None:
    """A measured figure, for whoever reads the suite's output."""
    sys.stderr.write(f"\n{what}: {seconds:.1f} s\n")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path
