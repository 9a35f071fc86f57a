from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from bots.contracts import EvidenceSink, LoginReport, LoginSecrets, SessionState, Step, StepKind
from core.capabilities.canary import CANARY, CanarySeen, SeenPage
from core.capabilities.common import MemberNotFound
from core.capabilities.eligibility import EligibilityQuery
from core.capabilities.record import Answer, Query
from core.errors import CredentialRejected, FleetError
from core.manifest import AutomationPolicy, Environment, Manifest, Payer, Rung
from core.phi import Phi, Secret
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from lanes.ask import Question, ask
from lanes.assembly import Fleet
from store import credentials
from store.credentials import Credential, NewCredential
from store.database import Database
from store.objects import MemoryStore

PASSWORD = "Right-Horse-7"
SEED = "JBSWY3DPEHPK3PXP"


def _answers(_member: str) -> FleetError | None:
    return None


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
        self.before_verdict: Callable[[], Awaitable[object]] | None = None
        """Between the typing of a password and what the portal says to it."""
        self.login_trouble: FleetError | None = None
        self.needs_code = False
        self.organization: str | None = None
        """The one that the last log-in was for."""
        self.pages: tuple[SeenPage, ...] = ()
        """What the canary sees."""

    async def lane(self, portal: str, state: SessionState | None) -> ScriptedBot:
        assert portal in ("availity", "successor")
        self.contexts += 1
        self.open_contexts += 1
        self.most_open = max(self.most_open, self.open_contexts)
        return ScriptedBot(self, state.storage["session"] if state else "")


class ScriptedBot:
    """A bots.contracts.LaneBot."""

    def __init__(self, portal: ScriptedPortal, session: str) -> None:
        self._portal = portal
        self._session = session
        self._closed = False

    async def log_in(self, secrets_: LoginSecrets, sink: EvidenceSink) -> LoginReport:
        self._portal.organization = secrets_.organization
        await sink.step(Step(StepKind.LOGIN, "login", datetime.now(UTC), 1))
        if self._portal.login_trouble is not None:
            raise self._portal.login_trouble
        if self._session in self._portal.alive:
            return LoginReport(logged_in=False)
        if secrets_.before_password is not None:
            await secrets_.before_password()
        if self._portal.before_verdict is not None:
            await self._portal.before_verdict()
        if secrets_.password.reveal() != self._portal.password:
            self._portal.wrong_passwords += 1
            raise CredentialRejected("The portal refused the password.", attempts_remaining=2)
        if self._portal.needs_code:
            self._portal.codes.append((await secrets_.codes.totp()).reveal())
        self._portal.logins += 1
        self._session = secrets.token_hex(4)
        self._portal.alive.add(self._session)
        return LoginReport(logged_in=True, password_expires_in_days=30)

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        if capability == CANARY:
            return CanarySeen(pages=self._portal.pages)
        assert capability == "eligibility"
        assert payer in ("aetna", "humana")
        assert isinstance(query, EligibilityQuery)
        assert query.member_id is not None
        member = query.member_id.reveal()
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
        return SessionState({"session": self._session}, {})

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
        session_minutes=30,
        session_source="assumed",
        policy=AutomationPolicy(stance="registered", evidence="simulated", reviewed_on=date(2026, 11, 1)),
        rung=Rung.SIMULATED,
    )


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    database = Database.open(tmp_path / "fleet.db")
    await database.migrate()
    vault = MemoryVault()
    for account in ("north", "south"):
        await vault.save_login("availity", account, Secret(f"bot-{account}"), Secret(PASSWORD), expected_version=0)
        await vault.save_seed("availity", account, Secret(SEED))
    yield Fleet(
        settings=Settings(home=tmp_path, lease_seconds=2, linger_seconds=0),
        database=database,
        vault=vault,
        sealer=Sealer(secrets.token_bytes(32)),
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
    return await _credential(fleet, "east", portal="successor")


@pytest.fixture
async def credential(fleet: Fleet) -> Credential:
    return await _credential(fleet, "north")


@pytest.fixture
async def second_credential(fleet: Fleet, credential: Credential) -> Credential:
    return await _credential(fleet, "south")


async def _credential(fleet: Fleet, name: str, *, portal: str = "availity") -> Credential:
    new = NewCredential(portal=portal, name=name, environment="simulator", tin=f"tin of {name}")
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
