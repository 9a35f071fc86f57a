"""One holder's time on a lane: log in, answer one question after the other, linger, close."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date

from bots.contracts import LaneBot
from core.capabilities.canary import CanarySeen
from core.capabilities.catalog import capability, write
from core.capabilities.common import AskElsewhere
from core.capabilities.record import Answer, Query
from core.errors import CodeRequired, FleetError, LeaseLost, PartUnavailable, PortalReplaced, SessionExpired
from core.redact import known_values
from lanes.accounts.errands import LOGIN_CHECK, RECOVERY, ROTATION
from lanes.assembly import Fleet
from lanes.batches.sent_on import ask_there
from lanes.entrance import Entrance, OpenBot
from lanes.news import ITEM, LANE, SAFETY_SECONDS
from lanes.questions import pulled_before
from lanes.sink import LaneSink
from lanes.submissions import following
from lanes.submissions.sending import Sender
from lanes.troubles import Troubles
from store import canaries, leases, queue, runs, submissions, work_items
from store.leases import Lease
from store.queue import Finished, Work
from store.runs import Run
from store.submissions import StoredSubmission

Wake = Callable[[Sequence[str]], Awaitable[None]]


class Nudge:
    """Says that the queue may hold something new. Once deaf, whoever rings must wake the lane in another way."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._deaf = False

    def give(self) -> bool:
        if not self._deaf:
            self._rung.set()
        return not self._deaf

    def hush(self) -> None:
        self._rung.clear()

    def stop_listening(self) -> None:
        self._deaf = True

    def listen_again(self) -> None:
        self._deaf = False

    async def wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()


class Shift:
    """Made inside the running loop, for one lease."""

    def __init__(self, fleet: Fleet, open_bot: OpenBot, lease: Lease, run: Run, nudge: Nudge, *, wake: Wake) -> None:
        self._fleet = fleet
        self._wake = wake
        self._lease = lease
        self._run = run
        self._nudge = nudge
        self._numbers = itertools.count(1)
        self._troubles = Troubles(fleet, lease, run)
        self._entrance = Entrance(fleet, open_bot, lease, run)
        self._linger_until = asyncio.get_running_loop().time()
        self.is_leaving = False
        """The lease is being given back: whoever renews it may find it gone."""

    async def work(self) -> None:
        trouble: FleetError | None = None
        released = False
        try:
            while trouble is None and not released:
                self._nudge.hush()
                work = await self._claim()
                if work is not None:
                    trouble = await self._answer(work)
                else:
                    released = await self._linger()
        finally:
            self._nudge.stop_listening()
            await self._entrance.close()
            if not released:
                await self._leave(trouble)

    async def _claim(self) -> Work | None:
        async with self._fleet.database.begin() as session:
            item = await queue.next_due(session, self._lease, self._run.id, now=self._fleet.clock.now())
        return Work(item, self._run.id) if item else None

    async def _linger(self) -> bool:
        """Waits for another question, with the browser warm. True when the lane was closed and given back."""
        left = self._linger_until - asyncio.get_running_loop().time()
        if left > 0:
            async with self._fleet.database.read() as session:
                due = await queue.next_moment(session, self._lease.credential_id)
            if due is not None:
                left = min(left, (due - self._fleet.clock.now()).total_seconds())
            await self._nudge.wait(min(left, SAFETY_SECONDS))
            return False
        self._nudge.stop_listening()
        await self._entrance.close()
        now = self._fleet.clock.now()
        self.is_leaving = True
        async with self._fleet.database.begin() as session:
            released = await queue.release_if_idle(session, self._lease, now=now)
            if released:
                await runs.end(session, self._run.id, trouble=None, now=now)
        if not released:
            self.is_leaving = False
            self._nudge.listen_again()
        return released

    async def _answer(self, work: Work) -> FleetError | None:
        """The trouble that ends this shift, or None. The question's own outcome is committed either way."""
        sink = LaneSink(self._fleet, work, self._numbers)
        try:
            asked = capability(work.item.capability)
            text = work_items.query_of(work.item, self._fleet.sealer)
            row = await self._to_be_sent(work) if asked.sends is not None else None
            self._fleet.check_whole(work.item.portal)
            if asked.sends is not None and row is not None:
                wanted = asked.sends.read(text)
                with known_values.knowing(_known(wanted)):
                    await self._sender(work, sink).carry(row, wanted)
                return None
            query = asked.read_query(text)
            with known_values.knowing(_known(query)):
                answer = await self._patiently(sink, lambda: self._perform(work, query, sink))
                await sink.settle()
            await self._finish(work, answer)
        except LeaseLost:
            raise
        except FleetError as problem:
            with suppress(FleetError):  # the trouble itself says more than a lost picture of it
                await sink.settle()
            return await self._troubles.met(work, problem, in_login=not self._entrance.logged_in)
        except BaseException as cause:
            await sink.abandon()
            await self._troubles.give_back(work, spent=not isinstance(cause, asyncio.CancelledError))
            raise
        finally:
            self._fleet.news.tell(ITEM + work.item.id)
            self._linger_until = asyncio.get_running_loop().time() + self._fleet.settings.linger_seconds
        return None

    async def _to_be_sent(self, work: Work) -> StoredSubmission | None:
        async with self._fleet.database.read() as session:
            row = await submissions.of_item(session, work.item.id)
        work.kept = row is not None
        return row

    def _sender(self, work: Work, sink: LaneSink) -> Sender:
        return Sender(
            self._fleet,
            self._lease,
            work,
            sink,
            with_bot=lambda call: self._with_bot(sink, call),
            secret_version=lambda: self._entrance.password_version,
        )

    async def _with_bot(self, sink: LaneSink, call: Callable[[LaneBot], Awaitable[Answer]]) -> Answer:
        async def attempt() -> Answer:
            bot = await self._entrance.bot(sink)
            async with sink.stirring():
                return await call(bot)

        return await self._patiently(sink, attempt)

    async def _patiently(self, sink: LaneSink, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Once more after a lost session, and once more in a new browser after a crash."""
        expired = crashed = stepped_up = False
        while True:
            try:
                return await attempt()
            except SessionExpired as problem:
                await self._entrance.drop()  # the portal goes on showing the dead session to its cookies
                if expired or problem.kicked:
                    raise
                expired = True
                await self._entrance.forget_session()
            except CodeRequired:
                if stepped_up or not self._entrance.logged_in:
                    raise
                stepped_up = True
                await self._entrance.step_up(sink)
            except PartUnavailable as problem:
                if crashed or problem.part != "browser":
                    raise
                crashed = True
                await self._entrance.drop()

    async def _perform(self, work: Work, query: Query, sink: LaneSink) -> Answer:
        if work.item.capability == LOGIN_CHECK:
            return await self._entrance.prove(sink)
        if work.item.capability == ROTATION:
            return await self._entrance.change_password(work, sink)
        if work.item.capability == RECOVERY:
            return await self._entrance.recover(work, sink)
        try:
            bot = await self._entrance.bot(sink)
            async with sink.stirring():
                return await bot.perform(work.item.capability, work.item.payer, query, sink)
        except PortalReplaced as gone:
            moved = AskElsewhere(portal=gone.portal)
            if not capability(work.item.capability).may_answer(moved):
                raise
            return moved

    async def _finish(self, work: Work, answer: Answer) -> None:
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            done = Finished(
                outcome=answer.outcome,
                payload=write(await pulled_before.marked(session, self._fleet, work, answer)),
                as_of=now,
                adapter_version=self._fleet.adapter_versions[work.item.portal],
            )
            await queue.finish(session, self._fleet.sealer, self._lease, work, done, now=now)
            if isinstance(answer, CanarySeen):
                await canaries.note(session, work.item.portal, answer.pages, actor=self._lease.holder, now=now)
            await following.note(session, self._fleet, work, answer, actor=self._lease.holder, now=now)
            there = await ask_there(session, self._fleet, work.item, answer)
        if there is not None:
            with suppress(PartUnavailable):  # the question is kept, and the re-waking flow finds it
                await self._wake([there])

    async def _leave(self, trouble: FleetError | None) -> None:
        now = self._fleet.clock.now()
        self.is_leaving = True
        with suppress(LeaseLost, PartUnavailable):  # then the lease is gone, or will be in a few seconds
            async with self._fleet.database.begin() as session:
                await leases.release(session, self._lease)
                await runs.end(session, self._run.id, trouble=trouble, now=now)
            self._fleet.news.tell(LANE + self._lease.credential_id)


def _known(query: Query) -> Iterator[str | date]:
    """Dates also as dates: portals write them in other ways than we do."""
    for text in query.phi_values():
        yield text
        with suppress(ValueError):
            yield date.fromisoformat(text)
