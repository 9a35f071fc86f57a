"""The simulated portals in this process, one Chromium for all of them, and what a test may know that no adapter may."""

from __future__ import annotations

import dataclasses
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from pyotp.totp import TOTP

from bots.contracts import LoginSecrets, SessionState, Step
from bots.definition import PortalDefinition
from bots.host import BrowserHost
from bots.lane import LaneBrowser
from cli.demo.verdict import Verdict, judge
from core.capabilities.catalog import capability
from core.capabilities.files import ENDINGS
from core.capabilities.record import Answer, Query
from core.errors import CodeRequired, FleetError, RequestInvalid
from core.phi import Secret
from payers.registry import load_portals
from simulator import oracle
from simulator.accounts import CODE_STEP_SECONDS, NORTHGATE, Account, AccountSpec
from simulator.claim_file_truth import claim_files
from simulator.clock import VirtualClock
from simulator.dials import Dials
from simulator.dispute_truth import appeals
from simulator.house import House
from simulator.mail import Letter
from simulator.mail_truth import kept
from simulator.pregnancies import known
from simulator.pregnancy_truth import notifications
from simulator.questions import questions
from simulator.sent_mail_truth import printed_at, sent_messages
from simulator.serve import running
from simulator.tally import COUNTERS
from simulator.world import World

PASSWORD = "Correct-Horse-9"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PROVIDER = NORTHGATE.providers[0].npi
FILES = {*ENDINGS, "application/octet-stream"}
QUICK: dict[str, Any] = {"latency_ms": (0, 40)}
"""A payer that answers at once: for everything in which time does not matter."""


@dataclass(frozen=True)
class Piece:
    kind: str
    page: str
    data: bytes


@dataclass
class Kept:
    """An evidence sink that a test can look into."""

    evidence: list[Piece] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    async def keep(self, kind: str, media_type: str, data: bytes, *, page: str) -> None:
        assert media_type in {"download": FILES, "page": {"text/html"}, "screenshot": {"image/jpeg"}}[kind]
        self.evidence.append(Piece(kind, page, data))

    async def step(self, step: Step) -> None:
        self.steps.append(step)

    def kinds(self) -> set[str]:
        return {piece.kind for piece in self.evidence}

    def drift(self) -> list[str]:
        return [step.note for step in self.steps if step.note and "fallback" in step.note]


class Codes:
    """Every code of an authenticator once; a portal takes the code of the next step as well. `only`: that step's.
    `person` reads the codes that are sent; nobody does by default.
    """

    def __init__(self, seed: str, *, only: int | None = None) -> None:
        self._otp = TOTP(seed)
        self._only = only
        self.step = 0
        self.asked: list[str] = []
        self.person: Callable[[], str | None] = lambda: None
        self.clock_offset: float | None = None

    async def totp(self) -> Secret:
        self.step = self._only or max(self.step + 1, int(time.time() // CODE_STEP_SECONDS))
        return Secret(self._otp.generate_otp(self.step))

    async def sent(self, medium: str) -> Secret:
        self.asked.append(medium)
        code = self.person()
        if code is None:
            raise CodeRequired("Nobody is there.", medium=medium, reference="sent_code")
        return Secret(code)

    def portal_clock(self, offset_seconds: float) -> None:
        self.clock_offset = offset_seconds


@dataclass(frozen=True)
class Asked:
    """One question with everything that came of it: an answer or an error, never both."""

    capability: str
    payer: str
    question: Mapping[str, str]
    kept: Kept
    answer: Answer | None = None
    error: FleetError | None = None

    def phi(self) -> list[str]:
        """What must not stand in a step, a note or an error, in the forms in which a page would print it."""
        found: list[str] = []
        keys = ("member_id", "claim_number", "authorization_number", "first_name", "last_name", "username")
        for key in keys:
            found += [self.question[key]] if len(self.question.get(key, "")) > 3 else []
        if born := self.question.get("birth_date"):
            found += [born, f"{date.fromisoformat(born):%m/%d/%Y}"]
        return found

    def said(self) -> str:
        """Everything that leaves unsealed."""
        error = [self.error.sentence, self.error.reference, repr(self.error)] if self.error else []
        steps = [f"{step.page} {step.note}" for step in self.kept.steps]
        return "\n".join([*error, *steps, repr(self.answer)]).casefold()


class SimulatedPortal:
    """A portal as its operator sees it, with a browser host that may visit it."""

    def __init__(self, house: House, definition: PortalDefinition, host: BrowserHost, port: int) -> None:
        self.house = house
        self.definition = definition
        self.host = host
        self.port = port
        self.id = definition.manifest.id
        # Portals of one identity provider share their accounts.
        self._names = (f"bot{number}.{self.id}" for number in itertools.count(1))
        self._known: SessionState | None = None
        self._used_at = time.monotonic()

    def account(self, **options: Any) -> LoginSecrets:
        """A new account, without a second step unless `mfa` is given."""
        spec = {"mfa": (), "totp_seed": SEED, **options}
        username = next(self._names)
        self.house.accounts.put(AccountSpec(portal=self.id, username=username, password=PASSWORD, **spec))
        return LoginSecrets(Secret(username), Secret(PASSWORD), Codes(SEED))

    def account_of(self, secrets: LoginSecrets) -> Account:
        found = self.house.accounts.get(self.id, secrets.username.reveal())
        assert found is not None
        return found

    def dial(self, **changes: Any) -> None:
        self.house.dials[self.id] = Dials.model_validate({**QUICK, **changes})

    def tally(self, secrets: LoginSecrets | None = None) -> dict[str, Any]:
        """Of an account, or of the portal as a whole. Who did nothing worth counting has zeros."""
        report: dict[str, Any] = self.house.tally.report(self.id)
        if secrets is None:
            return report
        mine: dict[str, Any] = report["accounts"].get(secrets.username.reveal(), dict.fromkeys(COUNTERS, 0))
        return mine

    def questions(
        self, name: str, payer: str, count: int, *, seed: int = 1, awkward: bool = False
    ) -> list[dict[str, Any]]:
        """Only what the fleet would ask: a claim of long ago it refuses before it bothers a portal."""
        today = self.house.clock.today()
        drawn = questions(
            self.house.world, name, payer, count=2 * count, seed=seed, awkward=awkward, today=today, portal=self.id
        )
        return [each for each in drawn if self._askable(name, each["question"])][:count]

    def _askable(self, name: str, question: Mapping[str, str]) -> bool:
        try:
            self.query(name, question)
        except RequestInvalid:
            return False
        return True

    def truth(self, name: str, payer: str, question: Mapping[str, str]) -> dict[str, Any]:
        if name == "appeals":
            return appeals(self.house.submissions.listed(payer), question, self.house.clock.now())
        if name == "authorizations":
            requested = self.house.requests.shown(payer)
            return oracle.authorizations(self.house.world, payer, question, requested)
        if name == "sent_messages":
            return sent_messages(self.house.mailroom.listed(payer), question)
        if name == "notifications":
            return notifications(self.house.world, payer, self.house.pregnancies.listed(payer), question)
        if name == "claim_files":
            return claim_files(self.house.clearing.listed(payer), question, self.house.clock.now())
        asked = {**question, "payer": payer, "portal": self.id}
        return oracle.truth(self.house.world, name, asked, self.house.clock.today())

    def query(self, name: str, question: Mapping[str, str]) -> Query:
        asked = capability(name)
        provider = {"provider_npi": PROVIDER} if "provider_npi" in asked.query.model_fields else {}
        return asked.ask({**provider, **question})

    @asynccontextmanager
    async def stranger(self, definition: PortalDefinition | None = None) -> AsyncIterator[LaneBrowser]:
        """A browser that is logged in nowhere."""
        async with AsyncExitStack() as stack:
            lane = await self.host.lane(None)
            stack.push_async_callback(lane.close)
            lane.definition = definition or self.definition
            yield lane

    @asynccontextmanager
    async def known(self, definition: PortalDefinition | None = None) -> AsyncIterator[LaneBrowser]:
        """A browser of its own with the session of an account that logged in once for the whole suite, and again where
        the suite has left it alone for so long that the portal may have ended it.
        """
        left = time.monotonic() - self._used_at
        if self._known is None or left > self.definition.manifest.session_minutes * 30:
            async with self.stranger() as first:
                await first.log_in(self.account(), Kept())
                self._known = await first.session_state()
        lane = await self.host.lane(self._known)
        lane.definition = definition or self.definition
        try:
            yield lane
        finally:
            self._used_at = time.monotonic()
            await lane.close()

    @asynccontextmanager
    async def logged_in(self, **options: Any) -> AsyncIterator[tuple[LaneBrowser, LoginSecrets]]:
        """A browser with an account of its own, for tests that spoil the session."""
        secrets = self.account(**options)
        async with self.stranger() as lane:
            await lane.log_in(secrets, Kept())
            yield lane, secrets

    async def ask(self, lane: LaneBrowser, name: str, payer: str, question: Mapping[str, str]) -> Asked:
        """Anything but a core error fails the test, and so does patient data in what leaves unsealed."""
        kept = Kept()
        try:
            answer: Answer | None = await lane.perform(name, payer, self.query(name, question), kept)
            asked = Asked(name, payer, question, kept, answer=answer)
        except FleetError as error:
            asked = Asked(name, payer, question, kept, error=error)
        leaked = [value for value in asked.phi() if value.casefold() in asked.said()]
        assert not leaked, "patient data in a step, a note or an error"
        return asked

    def judged(self, asked: Asked) -> Verdict:
        """Raises what the question ended in, if that was no answer."""
        if asked.answer is None:
            raise asked.error or AssertionError
        return judge(asked.capability, asked.answer, self.truth(asked.capability, asked.payer, asked.question))

    def assert_true(self, asked: Asked, tags: Any = ()) -> None:
        differs = self.judged(asked).differs
        assert not differs, f"{asked.payer} {asked.capability} {tags} {json.dumps(dict(asked.question))}: {differs}"


def patient(portal: SimulatedPortal, payer: str) -> dict[str, str]:
    """The question about a member with a name of its own, a policy, and nothing odd about it."""
    member = next(each for each in portal.house.world.members[payer] if not each.tags and len(each.last_name) > 4)
    return {
        "member_id": member.member_id,
        "birth_date": member.birth_date.isoformat(),
        "first_name": member.first_name,
        "last_name": member.last_name,
    }


def told_of_a_patient(letter: Letter) -> bool:
    """With a file, and nothing odd about it."""
    return letter.claim is not None and not letter.claim.member.tags and not letter.tags and bool(letter.attachments)


def day_of(letter: Letter) -> dict[str, str]:
    return {"from_date": letter.at.date().isoformat(), "to_date": letter.at.date().isoformat(), "kind": "message"}


def plain(portal: SimulatedPortal, name: str, payer: str) -> dict[str, str]:
    """A question of this capability that ends in data."""
    world = portal.house.world
    match name:
        case "eligibility":
            question = patient(portal, payer)
        case "messages":
            letters = kept(world, payer, portal.house.clock.today(), portal.id)
            question = day_of(next(each for each in letters if told_of_a_patient(each)))
        case "documents":
            papers = world.papers[payer]
            named = [each for each in papers if each.kind == "claim_letter" and not each.tags]
            on = (named or [each for each in papers if not each.tags])[0].posted_on.isoformat()
            question = {"from_date": on, "to_date": on}
        case "remittances":
            most = max(len(each.documents) for each in world.payments[payer])
            paid = (each for each in world.payments[payer] if len(each.documents) == most and len(each.tags) == 1)
            question = {"claim_number": next(paid).entries[0].claim.claim_number}
        case "users":
            staff = world.staff[portal.id, NORTHGATE.id]
            question = {"username": next(user.username for user in staff if not user.tags)}
        case "appeals" | "sent_messages" | "claim_files" | "notifications":
            question = sent_before(portal, name, payer)
        case "authorizations":
            listed = world.authorizations[payer]
            whole = next(each for each in listed if "certified" in each.tags and not each.member.tags)
            question = {"authorization_number": whole.number}
        case _:
            claim = next(claim for claim in world.claims[payer] if "paid" in claim.tags)
            question = {"claim_number": claim.claim_number}
    return question


def sent_before(portal: SimulatedPortal, name: str, payer: str) -> dict[str, str]:
    """The same, of what somebody of the practice had sent."""
    world = portal.house.world
    match name:
        case "notifications":
            told = next(each.member for each in known(world, payer) if not each.member.tags)
            question = {"member_id": told.member_id, "birth_date": told.birth_date.isoformat()}
        case "claim_files":
            question = {"control_number": portal.house.clearing.earlier(payer)[-1].batch.control_number}
        case "appeals":
            disputes = world.disputes[payer]
            question = {
                "claim_number": next(each for each in disputes if not each.claim.member.tags).claim.claim_number
            }
        case _:
            sent = next(each for each in world.sent_mail[payer] if each.claim and each.files and not each.tags)
            on = printed_at(sent).date().isoformat()
            question = {"from_date": on, "to_date": on}
    return question


def short_of_time(definition: PortalDefinition, seconds: float) -> PortalDefinition:
    return dataclasses.replace(definition, manifest=definition.manifest.model_copy(update={"answer_seconds": seconds}))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is never found: an element is waited for no longer than a busy machine needs to show it."""
    for module in ("bots.element", "bots.press"):
        monkeypatch.setattr(f"{module}.READY_MS", 2_500)


@pytest.fixture(scope="session")
def world() -> World:
    """Everybody's people and claims: no test changes them, and growing them takes seconds."""
    return World(7, VirtualClock().today())


@pytest.fixture(scope="session")
async def simulated(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, SimulatedPortal]]:
    """Every portal of the registry that has a simulator."""
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(running("judge-token", House.around(world, VirtualClock())))
        portals = {}
        for name, loaded in load_portals("simulator", simulator_port=simulator.port).items():
            definition = short_of_time(loaded, 25)  # a test that waits for nothing ends soon
            host = BrowserHost(definition, tmp_path_factory.mktemp(name))
            stack.push_async_callback(host.close)
            portals[name] = SimulatedPortal(simulator.house, definition, host, simulator.port)
        yield portals
