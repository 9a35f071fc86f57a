"""Bot accounts on every portal whose log-ins go wrong in seeded ways: real browsers, vault, store and portals, and no
waiting: what would be waited for (a rest, a lease, a day) is over when somebody looks.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, cast

from chaos_faults import OF_CODES, WORKER_LOST, Bot, Executioner, Fault, SlowVault, Through, Trouble, ended, let_go_on
from fixtures_portals import QUICK, short_of_time
from pyotp import random_base32
from sqlalchemy import select, update

from cli.records import Login, keep
from core.passwords import PasswordRules, new_password
from core.phi import Secret
from core.settings import ROOT, Settings
from core.vault import Vault
from core.vault.hvac_vault import HvacVault
from lanes.accounts.errands import LOGIN_CHECK, ROTATION, Errand, set_out
from lanes.assembly import Fleet
from lanes.browsers import PortalBrowsers
from lanes.lane import LaneWorker
from lanes.sent_codes import HandedCode, hand_in, wanted
from payers.registry import load_portals
from simulator.accounts import AccountSpec
from simulator.dials import Dials
from simulator.house import House
from simulator.serve import Running, running
from stack import openbao
from stack.process import ManagedProcess
from stack.vault_setup import WORKER
from store import credentials, sessions, work_items
from store.credentials import Credential, NewCredential
from store.database import Database
from store.leases import LaneLease
from store.work_items import ItemState, WorkItem

PATIENCE = 6
"""How often somebody looks after a log-in until it has to be through."""
OFF_SECONDS = 25
HALF = 0.5
CODE_WAIT_SECONDS = 8
RULES = PasswordRules(shortest=8, longest=12, special="#$@_", source="what every simulated portal takes")


@dataclass
class Chaos:
    simulator: Running
    administrator: Fleet
    """Over the control plane's vault."""
    fleet: Fleet
    browsers: PortalBrowsers
    executioner: Executioner
    seed: str
    through: list[Through] = field(default_factory=list)
    lost: list[Bot] = field(default_factory=list)
    """The portal's password was in nobody's hands."""
    killed: int = 0
    _vault: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def account(self, portal: str, number: int) -> Bot:
        """With an authenticator where the portal has a second step, and its password in the vault."""
        # A name of its own: portals of one identity provider share their accounts by name.
        name, seed = f"{portal}-{number}", random_base32()
        mfa = ("authenticator", "text") if self.fleet.portals[portal].mfa else ()
        username = f"bot.{name}"
        password = new_password(RULES, Secret(username))
        spec = AccountSpec(portal=portal, username=username, password=password.reveal(), totp_seed=seed, mfa=mfa)
        account = self.simulator.house.accounts.put(spec)
        login = Login(Secret(username), password, Secret(seed) if mfa else None)
        async with self._vault:
            credential = await keep(self.administrator, NewCredential(portal, name, "simulator", tin=name), login)
        return Bot(portal, name, credential.id, account)

    async def log_in(self, bot: Bot, fault: Fault, dice: Random) -> None:
        """Until it is in, whatever that takes of people and of time."""
        if fault is Fault.KICKED and not self.simulator.house.sessions[bot.portal].live(bot.username):
            await self.log_in(bot, Fault.NONE, dice)
        async with self._fault(fault, bot, dice) as attempt:
            first = await self._look(await attempt())
        self.through.append(Through(bot, fault, await self._carried(bot, first)))

    # -- what goes wrong

    @asynccontextmanager
    async def _fault(self, fault: Fault, bot: Bot, dice: Random) -> AsyncIterator[Callable[[], Awaitable[str]]]:
        """For the time of the first attempt, which makes an errand and gives its id."""
        await self._bring_about(fault, bot, dice)
        fleet = dice.choice([self.fleet, self._on_the_spot]) if fault is Fault.EXPIRED else self.fleet
        async with AsyncExitStack() as beside:
            if fault is Fault.SLOW_CODE:
                await self._slow_code(bot, dice, beside)
            if fault is Fault.VAULT:
                restart = asyncio.create_task(self._restart_vault())
                beside.push_async_callback(lambda: restart)
            yield lambda: self._killed(bot, dice) if fault is Fault.KILLED else self._attempt(fleet, bot)
        bot.account.spec.unusual = False
        self._dial(bot)

    async def _bring_about(self, fault: Fault, bot: Bot, dice: Random) -> None:
        if fault is Fault.KICKED:
            bot.account.spec.single_session = True
            portal_sessions = self.simulator.house.sessions[bot.portal]
            portal_sessions.sign_in(portal_sessions.begin(bot.account))
        else:
            await self._end_session(bot, dice)
        if fault in OF_CODES or dice.random() < HALF:
            bot.account.remembered_devices.clear()
        match fault:
            case Fault.WRONG:
                await self._people_save(bot, "Outdated-Horse-1")
            case Fault.CHANGED:
                self._people_change(bot)
                bot.known_to_people, bot.refusals_due = True, bot.refusals_due + 1
            case Fault.EXPIRED:
                await self._expire(bot)
            case Fault.MAINTENANCE:
                self._dial(bot, maintenance=True)
            case Fault.CLOCK:
                self._dial(bot, code_clock_skew=dice.choice([-OFF_SECONDS, OFF_SECONDS]))

    @property
    def _on_the_spot(self) -> Fleet:
        """Where passwords that have expired are changed without being asked."""
        return dataclasses.replace(self.fleet, settings=self.fleet.settings.model_copy(update={"rotate_days": 0}))

    def _dial(self, bot: Bot, **changes: Any) -> None:
        self.simulator.house.dials[bot.portal] = Dials.model_validate({**QUICK, **changes})

    async def _end_session(self, bot: Bot, dice: Random) -> None:
        """At the portal, or for the fleet."""
        if dice.random() < HALF:
            self.simulator.house.sessions[bot.portal].drop_all(bot.username)
            return
        async with self.fleet.database.begin() as session:
            await sessions.drop(session, bot.credential_id)

    async def _expire(self, bot: Bot) -> None:
        """Long after it was changed last."""
        bot.account.spec.must_change, bot.account.password_set_at = True, None
        async with self.fleet.database.begin() as session:
            (await credentials.get(session, bot.credential_id)).password_changed_at = None

    async def _slow_code(self, bot: Bot, dice: Random, beside: AsyncExitStack) -> None:
        """The vault is slow, or whoever reads the code is, or nobody reads it."""
        way = dice.choice(["vault", "vault", "person", "nobody"])
        if way == "vault":
            cast("SlowVault", self.fleet.vault).seconds[bot.name] = dice.choice([2.0, 5.0, 12.0])
            return
        bot.account.spec.unusual = True
        if way == "person":
            person = asyncio.create_task(self._read_code(bot, dice.uniform(0.5, CODE_WAIT_SECONDS / 2)))
            beside.callback(person.cancel)

    async def _read_code(self, bot: Bot, slowness: float) -> None:
        while True:
            async with self.fleet.database.read() as session:
                waiting = await wanted(session, now=self.fleet.clock.now(), credential_id=bot.credential_id)
            if waiting:
                await asyncio.sleep(slowness)
                code = bot.account.text_code or ""
                await hand_in(self.fleet, HandedCode(waiting[0].run, code, given_by="kim"))
                return
            await asyncio.sleep(0.1)

    async def _restart_vault(self) -> None:
        async with self._vault:
            await openbao.stop(self.fleet.settings.layout)
            await openbao.start(self.fleet.settings.layout)

    async def _killed(self, bot: Bot, dice: Random) -> str:
        """In a process of its own, which is killed when the portal has seen so much of it."""
        also = dice.choice(["nothing", "wrong", "expired", "rotate"])
        if also == "wrong":
            await self._people_save(bot, "Outdated-Horse-1")
        if also == "expired":
            await self._expire(bot)
        errand = LOGIN_CHECK
        rules = self.fleet.portals[bot.portal].password
        if also == "rotate" and rules is not None and rules.changed_by == "bot":
            await self._expire(bot)
            bot.account.spec.must_change, errand = False, ROTATION
        asked = await set_out(self.fleet, Errand(errand, bot.credential_id, "chaos"))
        layout = self.fleet.settings.layout
        async with self._vault:
            ticket = await openbao.ticket(layout, WORKER)
        command = [sys.executable, Path(__file__).with_name("chaos_worker.py"), layout.path, bot.credential_id]
        settings = {"FLEET_LINGER_SECONDS": "0", "FLEET_REST_SECONDS": "1", "FLEET_ROTATE_DAYS": "0"}
        lane = ManagedProcess(f"lane-{bot.credential_id}", layout)
        process = await lane.start(
            command, ready=_at_once, deadline=5, environment={"PYTHONPATH": str(ROOT), **settings}, handed_over=ticket
        )
        self.executioner.doom(bot.portal, process, moments=dice.randrange(1, 10))
        left = await asyncio.to_thread(ended, process)
        self.executioner.pardon(bot.portal)
        await lane.stop()
        self.killed += left
        return asked.item.id

    # -- what happens then

    async def _attempt(self, fleet: Fleet, bot: Bot) -> str:
        asked = await set_out(fleet, Errand(LOGIN_CHECK, bot.credential_id, "chaos"))
        await LaneWorker(fleet, self.browsers).work(bot.credential_id)
        return asked.item.id

    async def _look(self, item_id: str) -> WorkItem:
        async with self.fleet.database.read() as session:
            return await work_items.get(session, item_id)

    async def _carried(self, bot: Bot, item: WorkItem) -> tuple[Trouble, ...]:
        met: list[Trouble] = []
        while item.outcome is None:
            assert len(met) < PATIENCE, (bot, met)
            assert item.state is not ItemState.DONE, (bot, met, item.error_code, item.error_sentence)
            met.append(Trouble(item.error_code or WORKER_LOST, item.error_page or "the way in"))
            if item.state is ItemState.HELD:
                await self._administrator(bot, item.error_code)
            await self._time_passes(bot)
            await LaneWorker(self.fleet, self.browsers).work(bot.credential_id)
            item = await self._look(item.id)
        return tuple(met)

    async def _administrator(self, bot: Bot, code: str | None) -> None:
        """Looks at the account on the portal, mends what is wrong there or in the vault, and lets the lane go on."""
        account, rules = bot.account, self.fleet.portals[bot.portal].password
        async with self._vault:
            login = await self.fleet.vault.login_secret(bot.portal, bot.name)
            pending = await self.fleet.vault.pending_password(bot.portal, bot.name)
        kept = {login.password.reveal(), pending.password.reveal() if pending else ""}
        if account.spec.password not in kept and not bot.known_to_people:
            self.lost.append(bot)
        by_bot = rules is not None and rules.changed_by == "bot"
        if code == "PasswordExpired" and by_bot:
            await set_out(self.fleet, Errand(ROTATION, bot.credential_id, "kim"))
            return
        if account.spec.must_change:
            self._people_change(bot)
        if account.spec.password != login.password.reveal():
            await self._save(bot, account.spec.password)
        bot.known_to_people = False
        await let_go_on(self.fleet, bot.portal, bot.credential_id)

    async def _time_passes(self, bot: Bot) -> None:
        """The vault is up again; the lane's rest is over, and a dead worker's lease."""
        async with self._vault, self.fleet.database.begin() as session:
            now = self.fleet.clock.now()
            await session.execute(
                update(LaneLease)
                .where(LaneLease.credential_id == bot.credential_id)
                .values(rest_until=None, expires_at=now)
            )
            await session.execute(
                update(WorkItem)
                .where(WorkItem.credential_id == bot.credential_id, WorkItem.state == ItemState.QUEUED)
                .values(not_before=now)
            )

    def _people_change(self, bot: Bot) -> None:
        bot.account.set_password(new_password(RULES, Secret(bot.username)).reveal(), self.simulator.house.clock)

    async def _people_save(self, bot: Bot, password: str) -> None:
        """The wrong one."""
        await self._save(bot, password)
        bot.known_to_people, bot.refusals_due = True, bot.refusals_due + 1

    async def _save(self, bot: Bot, password: str) -> None:
        login = Login(Secret(bot.username), Secret(password), None)
        async with self._vault:
            await keep(self.administrator, NewCredential(bot.portal, bot.name, "simulator"), login)

    # -- the judge

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.fleet.database.read() as session:
            return list(await session.scalars(select(table)))

    async def passwords_agree(self, bot: Bot) -> bool:
        login = await self.fleet.vault.login_secret(bot.portal, bot.name)
        return login.password.reveal() == bot.account.spec.password

    async def credential(self, bot: Bot) -> Credential:
        async with self.fleet.database.read() as session:
            return await credentials.get(session, bot.credential_id)


async def _at_once() -> bool:
    return True


@asynccontextmanager
async def breaking_loose(home: Path, seed: str) -> AsyncIterator[Chaos]:
    settings = Settings(
        home=home, linger_seconds=0, rest_seconds=1, lease_seconds=30, code_wait_seconds=CODE_WAIT_SECONDS
    )
    layout = settings.layout
    for folder in (layout.store, layout.evidence, layout.run, layout.tmp, layout.simulator):
        folder.mkdir(parents=True)
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(running("judge", House.build(7)))
        (layout.simulator / "ready.json").write_text(json.dumps({"port": simulator.port}), "utf-8")
        await openbao.start(layout)
        stack.push_async_callback(openbao.stop, layout)
        keys = await openbao.open_vault(layout)
        stack.push_async_callback(keys.close)
        database = Database.open(layout.database)
        await database.migrate()
        await database.close()
        administrator = await stack.enter_async_context(Fleet.open(settings, keys))
        connection, ticket = openbao.connection(layout), await keys.wrapped_secret_id(WORKER)
        own = await HvacVault.from_wrapped(connection.address, connection.ca_file, WORKER, ticket)
        stack.push_async_callback(own.close)
        fleet = await stack.enter_async_context(Fleet.open(settings, own))
        # By the calendar a portal is closed in some hours; here it is when the dice say so.
        portals = {name: each.model_copy(update={"maintenance": ()}) for name, each in fleet.portals.items()}
        definitions = load_portals("simulator", simulator_port=simulator.port)
        browsers = PortalBrowsers({name: short_of_time(each, 25) for name, each in definitions.items()}, layout.tmp)
        stack.push_async_callback(browsers.close)
        for portal in portals:
            simulator.house.dials[portal] = Dials.model_validate(QUICK)
        yield Chaos(
            simulator,
            administrator,
            dataclasses.replace(fleet, portals=portals, vault=cast("Vault", SlowVault(own))),
            browsers,
            Executioner(simulator.house.tally),
            seed,
        )
