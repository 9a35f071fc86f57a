# ruff: noqa: ARG002 - a bot that heeds only some of what it is told
"""A payer in memory that counts what it received, and workers that can be killed at every moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bots.contracts import (
    EvidenceSink,
    FileRoom,
    Gate,
    LoginReport,
    LoginSecrets,
    NotSent,
    SessionState,
    Step,
    StepKind,
)
from core.capabilities.appeals import Appeal, AppealKind, Appeals, AppealsQuery, FiledAppeal, FilingStatus
from core.capabilities.files import Document, DocumentKind
from core.capabilities.record import Answer, Query
from core.capabilities.submissions import Confirmed, Reviewed, Submission
from core.errors import FleetError, OutcomeUnknown
from store.database import Database


class Killed(BaseException):
    """kill -9: nothing more of this worker happens."""


class Life:
    """Of one worker: it ends at its n-th moment."""

    def __init__(self, moments: int | None = None) -> None:
        self.left = moments
        self.passed = 0

    def moment(self) -> None:
        self.passed += 1
        if self.left is not None and self.passed > self.left:
            raise Killed


class MortalDatabase(Database):
    """Its transactions are moments: before each, after each, and for ever once dead."""

    def __init__(self, living: Database, life: Life) -> None:
        self.__dict__.update(living.__dict__)
        self._life = life

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        self._life.moment()
        async with super().begin() as session:
            yield session
        self._life.moment()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        self._life.moment()
        async with super().read() as session:
            yield session


class Payer:
    """What the portal has received, and its worklist, which shows it only after a while. Implements Browsers."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.received: list[tuple[str, tuple[bytes, ...], datetime]] = []
        self.shown_after = timedelta(minutes=5)
        self.life = Life()
        self.before_gate: list[FleetError] = []
        self.after_click: list[FleetError | Answer | None] = []
        """None: taken in, and its answer lost."""
        self.at_the_button: Callable[[], Awaitable[None]] | None = None
        self.when_shut: Callable[[], Awaitable[object]] | None = None
        """After the gate has said no."""
        self.searches = 0
        self.while_searched: Callable[[], Awaitable[None]] | None = None
        """After the worklist was read, before it is told."""
        self.stages: dict[str, FilingStatus] = {}
        """By claim: what the worklist says of it."""
        self.forgotten: set[str] = set()
        """Claims that the worklist does not show any more."""

    async def lane(self, portal: str, state: SessionState | None) -> PayerBot:
        return PayerBot(self, self.life)

    def take_in(self, claim: str, files: tuple[bytes, ...]) -> None:
        self.received.append((claim, files, self.clock.now()))

    def worklist(self) -> list[FiledAppeal]:
        shown = self.clock.now() - self.shown_after
        return [
            FiledAppeal(
                number=f"A-{place}",
                claim_number=claim,
                kind=AppealKind.APPEAL,
                submitted_on=at.date(),
                status=self.stages.get(claim),
                decided_on=self.clock.now().date() if self.stages.get(claim) is FilingStatus.UPHELD else None,
            )
            for place, (claim, _, at) in enumerate(self.received)
            if at <= shown and claim not in self.forgotten
        ]


class PayerBot:
    """A bots.contracts.LaneBot; each step of it is a moment at which it can be killed."""

    def __init__(self, payer: Payer, life: Life) -> None:
        self._payer, self._life = payer, life

    async def log_in(self, secrets: LoginSecrets, sink: EvidenceSink) -> LoginReport:
        return LoginReport(logged_in=True)

    async def perform(self, capability: str, payer: str | None, query: Query, sink: EvidenceSink) -> Answer:
        assert isinstance(query, AppealsQuery)
        self._life.moment()
        self._payer.searches += 1
        listed = self._payer.worklist()
        if self._payer.while_searched is not None:
            await self._payer.while_searched()
        if query.letters:
            listed = [await self._with_letter(each, sink) for each in listed]
        return Appeals.of(listed, query)

    async def _with_letter(self, filed: FiledAppeal, sink: EvidenceSink) -> FiledAppeal:
        if filed.decided_on is None:
            return filed
        letter = b"\xff\xd8\xff the decision on " + filed.number.encode()  # a scan
        await sink.keep("download", "image/jpeg", letter, page="worklist")
        document = Document.of(DocumentKind.LETTER, letter, media_type="image/jpeg")
        return filed.model_copy(update={"letter": document})

    async def submit(
        self, capability: str, payer: str | None, wanted: Submission, sink: EvidenceSink, *, gate: Gate, files: FileRoom
    ) -> Answer:
        assert isinstance(wanted, Appeal)
        contents = tuple([await files.content(each) for each in wanted.files])
        await sink.keep("screenshot", "image/jpeg", b"review", page="review")
        self._life.moment()
        if self._payer.before_gate:
            raise self._payer.before_gate.pop()
        try:
            await gate.open()
        except NotSent:
            if self._payer.when_shut is not None:
                await self._payer.when_shut()
            return Reviewed()
        if self._payer.at_the_button is not None:
            await self._payer.at_the_button()
        self._life.moment()
        faulty = bool(self._payer.after_click)
        fault = self._payer.after_click.pop() if faulty else None
        if isinstance(fault, Answer):
            return fault
        if fault is not None:
            raise fault
        self._payer.take_in(wanted.claim_number.reveal(), contents)
        self._life.moment()
        if faulty:
            raise OutcomeUnknown("It was sent, and what the portal answered is not known.")
        await sink.step(Step(StepKind.WRITE, "review", datetime.now(UTC), 1))
        return Confirmed(number=f"A-{len(self._payer.received) - 1}")

    async def session_state(self) -> SessionState:
        return SessionState({}, {})

    async def close(self) -> None:
        pass
