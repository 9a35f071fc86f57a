"""One holder's time on a lane: log in, answer one question after the other, linger, close."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bots.contracts import LaneBot, LoginReport, LoginSecrets, SessionState
from core.capabilities.account import LoginProven, PasswordChanged
from core.capabilities.canary import CanarySeen
from core.capabilities.catalog import capability, write
from core.capabilities.record import Answer, Query
from core.errors import CodeRequired, FleetError, LeaseLost, PartUnavailable, SessionExpired
from core.redact import known_values
from lanes import policy
from lanes.assembly import Fleet
from lanes.codes import LaneCodes
from lanes.errands import LOGIN_CHECK, ROTATION, Errand, due, set_out
from lanes.news import Changed
from lanes.passwords import Passwords
from lanes.rotation import change_password
from lanes.sending import Sender
from lanes.sink import LaneSink
from lanes.troubles import Troubles
from store import canaries, credentials, leases, queue, runs, sessions, submissions, work_items
from store.credentials import Credential, LoggedIn
from store.leases import Lease
from store.queue import Finished, Work
from store.runs import Run
from store.submissions import StoredSubmission

CLOSING_SECONDS = 10
"""A browser that does not answer may not hold up the lane, nor the end of the worker."""

OpenBot = Callable[[str, SessionState | None], Awaitable[LaneBot]]


class Bell:
    """Says that the queue may hold something new. Once deaf, whoever rings must wake the lane in another way."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._deaf = False

    def ring(self) -> bool:
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

    def __init__(self, fleet: Fleet, open_bot: OpenBot, lease: Lease, run: Run, bell: Bell) -> None:
        self._fleet = fleet
        self._open_bot = open_bot
        self._lease = lease
        self._run = run
        self._bell = bell
        self._numbers = itertools.count(1)
        self._troubles = Troubles(fleet, lease, run)
        self.passwords = Passwords(fleet, lease)
        self._bot: LaneBot | None = None
        self._secrets: LoginSecrets | None = None
        """Of the last log-in."""
        self._changing = False
        """A change of the password was asked for."""
        self._password_version = 0
        self._logged_in = False
        self._typed_password = False
        """At the last log-in; else the saved session was good."""
        self._linger_until = asyncio.get_running_loop().time()

    async def work(self) -> None:
        trouble: FleetError | None = None
        released = False
        try:
            while trouble is None and not released:
                self._bell.hush()
                work = await self._claim()
                if work is not None:
                    trouble = await self._answer(work)
                else:
                    released = await self._linger()
        finally:
            self._bell.stop_listening()
            await self._close_bot()
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
            await self._bell.wait(left if due is None else min(left, (due - self._fleet.clock.now()).total_seconds()))
            return False
        self._bell.stop_listening()
        await self._close_bot()
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            released = await queue.release_if_idle(session, self._lease, now=now)
            if released:
                await runs.end(session, self._run.id, trouble=None, now=now)
        if not released:
            self._bell.listen_again()
        return released

    async def _answer(self, work: Work) -> FleetError | None:
        """The trouble that ends this shift, or None. The question's own outcome is committed either way."""
        sink = LaneSink(self._fleet, work, self._numbers)
        try:
            asked = capability(work.item.capability)
            text = work_items.query_of(work.item, self._fleet.sealer)
            if asked.sends is not None and (row := await self._to_be_sent(work)) is not None:
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
            return await self._troubles.met(work, problem, in_login=not self._logged_in)
        except BaseException as cause:
            await sink.abandon()
            await self._troubles.give_back(work, spent=not isinstance(cause, asyncio.CancelledError))
            raise
        finally:
            self._fleet.news.publish(work.item.id, Changed())
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
            secret_version=lambda: self._password_version,
        )

    async def _with_bot(self, sink: LaneSink, call: Callable[[LaneBot], Awaitable[Answer]]) -> Answer:
        async def attempt() -> Answer:
            return await call(await self._ready(sink))

        return await self._patiently(sink, attempt)

    async def _patiently(self, sink: LaneSink, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Once more after a lost session, and once more in a new browser after a crash."""
        expired = crashed = stepped_up = False
        while True:
            try:
                return await attempt()
            except SessionExpired as problem:
                await self._drop_bot()  # the portal goes on showing the dead session to its cookies
                if expired or problem.kicked:
                    raise
                expired = True
                await self._forget_session()
            except CodeRequired:
                if stepped_up or not self._logged_in:
                    raise
                stepped_up = True
                await self._step_up(sink)
            except PartUnavailable as problem:
                if crashed or problem.part != "browser":
                    raise
                crashed = True
                await self._drop_bot()

    async def _perform(self, work: Work, query: Query, sink: LaneSink) -> Answer:
        if work.item.capability == LOGIN_CHECK:
            return await self._prove_login(sink)
        if work.item.capability == ROTATION:
            return await self._change_password(work, sink)
        bot = await self._ready(sink)
        return await bot.perform(work.item.capability, work.item.payer, query, sink)

    async def _prove_login(self, sink: LaneSink) -> LoginProven:
        """By the cheapest page that shows it; a session that is dead is replaced by a real log-in."""
        self._logged_in = False
        await self._ready(sink)
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        how: Literal["password", "session"] = "password" if self._typed_password else "session"
        return LoginProven(how=how, password_expires_on=known.password_expires_on)

    async def _change_password(self, work: Work, sink: LaneSink) -> Answer:
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        if known.password_changed_at is not None and known.password_changed_at >= work.item.created_at:
            return PasswordChanged()  # by whoever had this errand before
        self._changing = True
        try:
            return await change_password(self, sink)
        finally:
            self._changing = False

    async def _ready(self, sink: LaneSink) -> LaneBot:
        """A browser that is logged in. The saved session is tried first; the lease is looked at before a secret is."""
        return (await self.enter(sink))[0]

    async def enter(self, sink: LaneSink) -> tuple[LaneBot, LoginSecrets]:
        """As lanes.rotation.Door says. Goes in again where a password is being changed, and the other one may fit."""
        while True:
            if self._bot is not None and self._secrets is not None and self._logged_in:
                return self._bot, self._secrets
            await self._go_in(sink)

    async def leave_for_good(self) -> None:
        await self._drop_bot()
        await self._forget_session()

    async def _go_in(self, sink: LaneSink) -> None:
        portal = self._fleet.portals[self._run.portal]
        if (closed := policy.closed(portal, self._fleet.clock.now(), self._fleet.settings.environment)) is not None:
            raise closed
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            credential = await credentials.get(session, self._lease.credential_id)
        choice = await self.passwords.to_type(credential)
        login = choice.login
        if self._bot is None:
            saved = await self._saved_state(None if choice.afresh else login.version)
            self._bot = await self._open_bot(credential.portal, saved)
        codes = LaneCodes(self._fleet, credential, self._lease, sink.work)
        self._password_version = login.version
        self._secrets = LoginSecrets(
            login.username,
            login.password,
            codes,
            organization=credential.organization,
            before_password=self._note_try,
            new_password=self.passwords.new if self._may_change(credential) else None,
        )
        try:
            report = await self._bot.log_in(self._secrets, sink)
        except (LeaseLost, PartUnavailable):
            raise
        except FleetError as problem:
            await self._refused(problem)
            return
        if report.changed_password:
            await self.passwords.taken()
            await self.leave_for_good()
            return
        if report.logged_in:
            await self._note_login(self._bot, report, codes.offset_seconds)
            await self._plan_change()
        self._logged_in, self._typed_password = True, report.logged_in

    async def _refused(self, problem: FleetError) -> None:
        """Raises the problem, unless another password may be the one."""
        if not await self.passwords.answered(problem):
            raise problem
        await self.leave_for_good()

    async def _step_up(self, sink: LaneSink) -> None:
        """The portal wants another code in the middle of the session."""
        if self._bot is None or self._secrets is None:
            return
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            credential = await credentials.get(session, self._lease.credential_id)
        codes = LaneCodes(self._fleet, credential, self._lease, sink.work)
        self._logged_in = False
        try:
            await self._bot.step_up(replace(self._secrets, codes=codes), sink)
        except (LeaseLost, PartUnavailable):
            raise
        except FleetError as problem:
            await self._refused(problem)
            return
        self._logged_in = True

    async def _plan_change(self) -> None:
        """Where the policy says so, a password with few days left is changed next."""
        if (days := self._fleet.settings.rotate_days) is None:
            return
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        if not due(known, self._fleet.portals[known.portal], days, self._fleet.clock.now().date()):
            return
        with suppress(FleetError):  # too early by the portal's rules, or somebody has to look at its pages first
            await set_out(self._fleet, Errand(ROTATION, known.id, self._lease.holder))

    def _may_change(self, credential: Credential) -> bool:
        """Whether an expired password is changed on the spot; otherwise it stops the lane."""
        rules = self._fleet.portals[credential.portal].password
        allowed = self._changing or self._fleet.settings.rotate_days is not None
        return allowed and rules is not None and rules.changed_by == "bot"

    async def _saved_state(self, password_version: int | None) -> SessionState | None:
        """The session that this password made; else, or for None, the remembered device alone."""
        sealer, credential_id = self._fleet.sealer, self._lease.credential_id
        async with self._fleet.database.read() as session:
            saved = None
            if password_version is not None:
                saved = await sessions.load(session, sealer, credential_id, password_version=password_version)
            saved = saved or await sessions.trusted(session, sealer, credential_id)
        return SessionState.from_json(saved) if saved else None

    async def _forget_session(self) -> None:
        async with self._fleet.database.begin() as session:
            await sessions.drop(session, self._lease.credential_id)

    async def _note_try(self) -> None:
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            await self.passwords.trying(session)

    async def _note_login(self, bot: LaneBot, report: LoginReport, clock_offset_seconds: float) -> None:
        state = await bot.session_state()
        now, days = self._fleet.clock.now(), report.password_expires_in_days
        expires_on = None if days is None else now.date() + timedelta(days=days)
        async with self._fleet.database.begin() as session:
            login = LoggedIn(now, clock_offset_seconds, expires_on, self._password_version)
            await credentials.logged_in(session, self._lease.credential_id, login, actor=self._lease.holder)
            await self.passwords.accepted(session)
            await runs.count(session, self._run.id, logins=1)
            await self._save(session, state)
        await self.passwords.settle()

    async def _save(self, session: AsyncSession, state: SessionState) -> None:
        await leases.check(session, self._lease)
        credential_id, sealer, now = self._lease.credential_id, self._fleet.sealer, self._fleet.clock.now()
        await sessions.save(
            session, sealer, credential_id, state.to_json(), password_version=self._password_version, now=now
        )
        if device := state.device(self._fleet.portals[self._run.portal].device_cookies):
            await sessions.trust(session, sealer, credential_id, device.to_json(), now=now)

    async def _finish(self, work: Work, answer: Answer) -> None:
        now = self._fleet.clock.now()
        done = Finished(
            outcome=answer.outcome,
            payload=write(answer),
            as_of=now,
            adapter_version=self._fleet.adapter_versions[work.item.portal],
        )
        async with self._fleet.database.begin() as session:
            await queue.finish(session, self._fleet.sealer, self._lease, work, done, now=now)
            if isinstance(answer, CanarySeen):
                await canaries.note(session, work.item.portal, answer.pages, actor=self._lease.holder, now=now)

    async def _close_bot(self) -> None:
        """The portal has renewed the cookies meanwhile, so the last state is the one to keep."""
        if self._bot is not None and self._logged_in:
            # A lost session costs one login, and the lane has to close anyway.
            with suppress(FleetError, TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    state = await self._bot.session_state()
                async with self._fleet.database.begin() as session:
                    await self._save(session, state)
        await self._drop_bot()

    async def _drop_bot(self) -> None:
        bot, self._bot, self._logged_in = self._bot, None, False
        if bot is not None:
            with suppress(TimeoutError):  # a browser that hangs is ended with its process
                async with asyncio.timeout(CLOSING_SECONDS):
                    await bot.close()

    async def _leave(self, trouble: FleetError | None) -> None:
        now = self._fleet.clock.now()
        with suppress(LeaseLost, PartUnavailable):  # then the lease is gone, or will be in a few seconds
            async with self._fleet.database.begin() as session:
                await leases.release(session, self._lease)
                await runs.end(session, self._run.id, trouble=trouble, now=now)


def _known(query: Query) -> Iterator[str | date]:
    """Dates also as dates: portals write them in other ways than we do."""
    for text in query.phi_values():
        yield text
        with suppress(ValueError):
            yield date.fromisoformat(text)
