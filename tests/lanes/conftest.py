from __future__ import annotations

import dataclasses
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bots.contracts import EvidenceSink, LoginReport, LoginSecrets, SessionState, Step, StepKind
from core.capabilities.account import (
    PasswordAnswer,
    PasswordChanged,
    PasswordRefused,
    Recovered,
    RecoveryAnswer,
    RecoveryRefused,
)
from core.capabilities.canary import CANARY, CanarySeen, SeenPage
from core.capabilities.common import MemberNotFound
from core.capabilities.eligibility import EligibilityQuery
from core.capabilities.record import Answer, Query
from core.errors import AccountLocked, CodeRequired, CredentialRejected, FleetError, PasswordExpired, SessionExpired
from core.manifest import AutomationPolicy, Environment, Manifest, Payer, Recovery, Rung
from core.passwords import PasswordRules
from core.phi import Phi, Secret
from core.schedules import Definition
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from lanes.assembly import Fleet
from lanes.questions.ask import Question, ask
from store import credentials, schedules
from store.credentials import Credential, NewCredential
from store.database import Database
from store.objects import MemoryStore
from store.schedules import Schedule

PASSWORD = "Right-Horse-7"
SEED = "JBSWY3DPEHPK3PXP"


def _answers(_member: str) -> FleetError | None:
    return None


async def _nothing(_what: str) -> None:
    pass


class ScriptedPortal:
    """A portal and its browsers in memory: checks passwords and codes, remembers what was done to it.

    Implements lanes.lane.Browsers. `script` decides what each question meets: an error to raise, an answer, or None for
    nobody of that number.
    """

    def __init__(self) -> None:
        self.password = PASSWORD
        self.logins = 0
        self.wrong_passwords = 0
        self.codes: list[str] = []
        self.asked: list[str] = []
        self.contexts = 0
        self.open_contexts = 0
        self.most_open = 0
        self.alive: set[str] = set()
        """Session ids that the portal still honours."""
        self.script: Callable[[str], FleetError | Answer | None] = _answers
        self.before_answer: Callable[[str], Awaitable[object]] | None = None
        self.before_password: Callable[[], Awaitable[object]] | None = None
        """Between the log-in page and the typing of a password."""
        self.before_verdict: Callable[[], Awaitable[object]] | None = None
        """Between the typing of a password and what the portal says to it."""
        self.login_trouble: FleetError | None = None
        self.needs_code = False
        self.locks_after = 3
        self.says_attempts = True
        self.wrong_in_a_row = 0
        self.most_wrong_in_a_row = 0
        self.expired = False
        """The log-in ends at a page that wants a new password."""
        self.expires_in_days = 30
        self.changes: list[str] = []
        """Every password that was changed to."""
        self.refuses_new: str | None = None
        """What it says to each new password."""
        self.loses_change = False
        """It says that a password was changed, and goes on with the old one."""
        self.boundary: Callable[[str], Awaitable[object]] = _nothing
        """Awaited before and after each thing that cannot be taken back."""
        self.sends_code: str | None = None
        """The code that it sends to a person at each log-in from a device that it does not know."""
        self.backup_codes: set[str] = set()
        """Those that open a new password."""
        self.backup_codes_seen: list[str] = []
        self.recovery_trouble: FleetError | None = None
        """What it meets after a code was typed."""
        self.devices: set[str] = set()
        self.steps_up = False
        """It wants that code once more before the next question."""
        self.organization: str | None = None
        """The one that the last log-in was for."""
        self.pages: tuple[SeenPage, ...] = ()
        """What the canary sees."""

    async def judge(self, password: str) -> None:
        await self.boundary("a password arrives")
        if self.wrong_in_a_row >= self.locks_after:
            raise AccountLocked("The portal has locked the account.")
        if password != self.password:
            self.wrong_passwords += 1
            self.wrong_in_a_row += 1
            self.most_wrong_in_a_row = max(self.most_wrong_in_a_row, self.wrong_in_a_row)
            await self.boundary("a password was refused")
            left = self.locks_after - self.wrong_in_a_row if self.says_attempts else None
            raise CredentialRejected("The portal refused the password.", attempts_remaining=left)
        self.wrong_in_a_row = 0
        await self.boundary("a password was taken")

    async def take(self, password: str) -> None:
        """A changed password ends every session."""
        await self.boundary("the new password arrives")
        if not self.loses_change:
            self.password, self.expired = password, False
            self.changes.append(password)
            self.alive.clear()
        await self.boundary("the portal has changed it")

    async def lane(self, portal: str, state: SessionState | None) -> ScriptedBot:
        assert portal in ("availity", "successor")
        self.contexts += 1
        self.open_contexts += 1
        self.most_open = max(self.most_open, self.open_contexts)
        cookies = {cookie["name"]: cookie["value"] for cookie in state.storage["cookies"]} if state else {}
        return ScriptedBot(self, cookies)


class ScriptedBot:
    """A bots.contracts.LaneBot."""

    def __init__(self, portal: ScriptedPortal, cookies: dict[str, str]) -> None:
        self._portal = portal
        self._session = cookies.get("SESSION", "")
        self._device = cookies.get("DEVICE", "")
        self._closed = False

    async def log_in(self, secrets_: LoginSecrets, sink: EvidenceSink) -> LoginReport:
        self._portal.organization = secrets_.organization
        await sink.step(Step(StepKind.LOGIN, "login", datetime.now(UTC), 1))
        if self._portal.login_trouble is not None:
            raise self._portal.login_trouble
        if self._session in self._portal.alive:
            return LoginReport(logged_in=False)
        if self._portal.before_password is not None:
            await self._portal.before_password()
        if secrets_.before_password is not None:
            await secrets_.before_password()
        if self._portal.before_verdict is not None:
            await self._portal.before_verdict()
        await self._portal.judge(secrets_.password.reveal())
        if self._portal.needs_code:
            self._portal.codes.append((await secrets_.codes.totp()).reveal())
        if self._portal.sends_code is not None and self._device not in self._portal.devices:
            await self._asks_person(secrets_, self._portal.sends_code)
            self._device = secrets.token_hex(4)
            self._portal.devices.add(self._device)
        changed = self._portal.expired and await self._change_expired(secrets_)
        self._portal.logins += 1
        self._session = secrets.token_hex(4)
        self._portal.alive.add(self._session)
        days = None if self._portal.changes else self._portal.expires_in_days
        return LoginReport(logged_in=True, password_expires_in_days=days, changed_password=changed)

    async def _change_expired(self, secrets_: LoginSecrets) -> bool:
        if secrets_.new_password is None:
            raise PasswordExpired("The password has expired.")
        new = await secrets_.new_password()
        if self._portal.refuses_new:
            await self._portal.boundary("the new password was refused")
            raise PasswordExpired("The password has expired, and the new one was not taken.", refused_new=True)
        await self._portal.take(new.reveal())
        return True

    async def change_password(self, secrets_: LoginSecrets, sink: EvidenceSink) -> PasswordAnswer:
        await sink.step(Step(StepKind.WRITE, "change_password", datetime.now(UTC), 1))
        if self._session not in self._portal.alive:
            raise SessionExpired("The portal ended the session.")
        assert secrets_.new_password is not None
        new = await secrets_.new_password()
        if self._portal.refuses_new:
            await self._portal.boundary("the new password was refused")
            return PasswordRefused(message=self._portal.refuses_new)
        await self._portal.take(new.reveal())
        return PasswordChanged()

    async def recover(self, secrets_: LoginSecrets, sink: EvidenceSink) -> RecoveryAnswer:
        portal = self._portal
        await sink.step(Step(StepKind.LOGIN, "recover", datetime.now(UTC), 1))
        assert secrets_.backup_code is not None
        assert secrets_.new_password is not None
        code = (await secrets_.backup_code()).reveal()
        portal.backup_codes_seen.append(code)
        await portal.boundary("a backup code arrives")
        if portal.recovery_trouble is not None:
            raise portal.recovery_trouble
        if code not in portal.backup_codes:
            return RecoveryRefused(message="This code is not known.")
        portal.backup_codes.remove(code)
        new = await secrets_.new_password()
        if portal.refuses_new:
            await portal.boundary("the new password was refused")
            return RecoveryRefused(message=portal.refuses_new)
        await portal.take(new.reveal())
        portal.wrong_in_a_row = 0
        return Recovered()

    async def step_up(self, secrets_: LoginSecrets, sink: EvidenceSink) -> None:
        await sink.step(Step(StepKind.LOGIN, "step_up", datetime.now(UTC), 1))
        await self._asks_person(secrets_, self._portal.sends_code)
        self._portal.steps_up = False

    async def _asks_person(self, secrets_: LoginSecrets, sent: str | None) -> None:
        given = (await secrets_.codes.sent("text message")).reveal()
        self._portal.codes.append(given)
        if given != sent:
            raise CredentialRejected("The portal refused the code.", factor="code")

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        if capability == CANARY:
            return CanarySeen(pages=self._portal.pages)
        assert capability == "eligibility"
        assert payer in ("aetna", "humana")
        assert isinstance(query, EligibilityQuery)
        assert query.member_id is not None
        member = query.member_id.reveal()
        if self._portal.steps_up:
            raise CodeRequired("The portal sends a code to a person.", medium="text message")
        self._portal.asked.append(member)
        await sink.step(Step(StepKind.READ, "coverage", datetime.now(UTC), 1))
        await sink.keep("screenshot", "image/png", b"picture of " + member.encode(), page="coverage")
        if self._portal.before_answer is not None:
            await self._portal.before_answer(member)
        scripted = self._portal.script(member)
        if isinstance(scripted, FleetError):
            raise scripted
        return scripted or MemberNotFound(message=f"{member} is not on file")

    async def session_state(self) -> SessionState:
        cookies = {"SESSION": self._session, "DEVICE": self._device}
        return SessionState(
            {"cookies": [{"name": name, "value": value} for name, value in cookies.items() if value]}, {}
        )

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._portal.open_contexts -= 1


class VirtualClock:
    """Time passes only when somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, moment: datetime) -> None:
        self._now = max(self._now, moment)

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)


def manifest() -> Manifest:
    return Manifest(
        id="availity",
        name="Availity",
        environments={"simulator": Environment(url="http://availity.localhost", hosts=("availity.localhost",))},
        payers=(Payer(id="aetna", name="Aetna", label="AETNA"), Payer(id="humana", name="Humana", label="HUMANA")),
        capabilities=("eligibility", "claim_status"),
        mfa=("totp",),
        wrong_passwords_allowed=2,
        password=PasswordRules(changed_by="bot", expires_days=60, min_age_days=1, history=10),
        recovery=Recovery(by="backup_code", source="simulated"),
        device_cookies=("DEVICE",),
        session_minutes=30,
        session_source="assumed",
        time_zone="UTC",
        policy=AutomationPolicy(stance="registered", evidence="simulated", reviewed_on=date(2026, 11, 1)),
        rung=Rung.SIMULATED,
    )


@pytest.fixture
async def fleet(tmp_path: Path, where: Path | str) -> AsyncIterator[Fleet]:
    database = Database.open(where)
    vault = MemoryVault()
    for account in ("north", "south"):
        await vault.save_login("availity", account, Secret(f"bot-{account}"), Secret(PASSWORD), expected_version=0)
        await vault.save_seed("availity", account, Secret(SEED))
    yield Fleet(
        settings=Settings(home=tmp_path, linger_seconds=0),
        database=database,
        vault=vault,
        sealer=Sealer(secrets.token_bytes(32), vault),
        evidence=MemoryStore(),
        portals={"availity": manifest()},
        adapter_versions={"availity": "test"},
    )
    await database.close()


def add_successor(fleet: Fleet) -> None:
    """A portal to which another one may send."""
    cast("dict[str, Manifest]", fleet.portals)["successor"] = manifest().model_copy(update={"id": "successor"})
    cast("dict[str, str]", fleet.adapter_versions)["successor"] = "test"


@pytest.fixture
async def successor(fleet: Fleet) -> Credential:
    add_successor(fleet)
    assert isinstance(fleet.vault, MemoryVault)
    await fleet.vault.save_login("successor", "east", Secret("bot-east"), Secret(PASSWORD), expected_version=0)
    return await _credential(fleet, "east", portal="successor", tin="tin of north")


@pytest.fixture
async def credential(fleet: Fleet) -> Credential:
    return await _credential(fleet, "north")


@pytest.fixture
async def second_credential(fleet: Fleet, credential: Credential) -> Credential:
    return await _credential(fleet, "south")


async def _credential(fleet: Fleet, name: str, *, portal: str = "availity", tin: str | None = None) -> Credential:
    new = NewCredential(portal=portal, name=name, environment="simulator", tin=tin or f"tin of {name}")
    async with fleet.database.begin() as session:
        return await credentials.add(session, fleet.sealer, new, actor="test", now=fleet.clock.now())


@pytest.fixture
def portal() -> ScriptedPortal:
    return ScriptedPortal()


@pytest.fixture
def virtual_clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def query() -> Callable[[str], EligibilityQuery]:
    return lambda member: EligibilityQuery(member_id=Phi(member), birth_date=Phi(date(1980, 2, 29)))


@pytest.fixture
def ask_all(fleet: Fleet, query: Callable[[str], EligibilityQuery]) -> Callable[..., Awaitable[list[str]]]:
    """Puts questions about these members into the queue; gives the items' ids."""

    async def ask_all(*members: str, credential: str = "north") -> list[str]:
        return [
            (await ask(fleet, Question("eligibility", "availity", query(member), "t", "aetna", credential))).item.id
            for member in members
        ]

    return ask_all


@pytest.fixture
def clocked(fleet: Fleet, virtual_clock: Any) -> Fleet:
    """Its clock says Sunday, November 22, 2:00 in Chicago."""
    return dataclasses.replace(fleet, clock=virtual_clock)


@pytest.fixture
def add(clocked: Fleet, credential: Credential) -> Callable[..., Awaitable[Schedule]]:
    """A schedule of this fleet: of eligibility, at six in the morning, if nothing else is said."""

    async def add(**said: Any) -> Schedule:
        usual = {"name": "morning", "task": "eligibility", "portal": "availity", "cron": "0 6 * * *"}
        definition = Definition.of(**usual | {"time_zone": "America/Chicago"} | said)
        async with clocked.database.begin() as session:
            return await schedules.add(session, definition, actor="Kim", now=clocked.clock.now())

    return add
