"""A lane's way into its portal and out of it: the browser, the saved session, the log-in, the password that works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bots.contracts import LaneBot, LoginReport, LoginSecrets, SessionState
from core.capabilities.account import LoginProven, PasswordChanged, Recovered
from core.capabilities.record import Answer
from core.errors import FleetError, LeaseLost, PartUnavailable
from lanes import policy
from lanes.accounts.backup_codes import BackupCodes
from lanes.accounts.passwords import Passwords
from lanes.accounts.recovery import recover
from lanes.accounts.rotation import change_password
from lanes.accounts.rotation_policy import RotationPolicy, change_in_time
from lanes.assembly import Fleet
from lanes.codes import LaneCodes
from lanes.questions.ask import refusal
from lanes.sink import LaneSink
from store import credentials, leases, runs, sessions
from store.credentials import Credential, CredentialState, LoggedIn
from store.leases import Lease
from store.queue import Work
from store.runs import Run

CLOSING_SECONDS = 10
"""A browser that does not answer may not hold up the lane, nor the end of the worker."""

OpenBot = Callable[[str, SessionState | None], Awaitable[LaneBot]]


class Entrance:
    """Of one holder of a lane. Implements lanes.accounts.rotation.Door and lanes.accounts.recovery.WayBack."""

    def __init__(self, fleet: Fleet, open_bot: OpenBot, lease: Lease, run: Run) -> None:
        self._fleet = fleet
        self._open_bot = open_bot
        self._lease = lease
        self._run = run
        self.passwords = Passwords(fleet, lease)
        self.password_version = 0
        """Of the last log-in, or of the session that was still good."""
        self.logged_in = False
        self._bot: LaneBot | None = None
        self._secrets: LoginSecrets | None = None
        """Of the last log-in."""
        self._changing = False
        """A change of the password was asked for."""
        self._typed_password = False
        """At the last log-in; else the saved session was good."""

    async def bot(self, sink: LaneSink) -> LaneBot:
        """A browser that is logged in. The saved session is tried first; the lease is looked at before a secret is."""
        return (await self.enter(sink))[0]

    async def enter(self, sink: LaneSink) -> tuple[LaneBot, LoginSecrets]:
        """As `Door` says. Goes in again where a password is being changed, and the other one may fit."""
        while True:
            if self._bot is not None and self._secrets is not None and self.logged_in:
                return self._bot, self._secrets
            await self._go_in(sink)

    async def leave_for_good(self) -> None:
        await self.drop()
        await self.forget_session()

    async def _go_in(self, sink: LaneSink) -> None:
        credential = await self._at_the_door()
        choice = await self.passwords.to_type(credential)
        login = choice.login
        if self._bot is None:
            saved = await self._saved_state(None if choice.afresh else login.version)
            self._bot = await self._open_bot(credential.portal, saved)
        codes = LaneCodes(self._fleet, credential, self._lease, sink.work)
        self.password_version = login.version
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
        self.logged_in, self._typed_password = True, report.logged_in

    async def _at_the_door(self) -> Credential:
        """Raises PortalUnavailable while it is shut, what stopped the account since the lane was opened, LeaseLost."""
        portal = self._fleet.portals[self._run.portal]
        if (closed := policy.closed(portal, self._fleet.clock.now(), self._fleet.settings.environment)) is not None:
            raise closed
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            credential = await credentials.get(session, self._lease.credential_id)
        if credential.state is not CredentialState.OPEN:
            raise refusal(credential, portal)
        return credential

    async def _refused(self, problem: FleetError) -> None:
        """Raises the problem, unless another password may be the one."""
        if not await self.passwords.answered(problem):
            raise problem
        await self.leave_for_good()

    async def step_up(self, sink: LaneSink) -> None:
        """The portal wants another code in the middle of the session."""
        if self._bot is None or self._secrets is None:
            return
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            credential = await credentials.get(session, self._lease.credential_id)
        codes = LaneCodes(self._fleet, credential, self._lease, sink.work)
        self.logged_in = False
        try:
            await self._bot.step_up(replace(self._secrets, codes=codes), sink)
        except (LeaseLost, PartUnavailable):
            raise
        except FleetError as problem:
            await self._refused(problem)
            return
        self.logged_in = True

    async def _plan_change(self) -> None:
        """Where the policy says so, a password whose day has come is changed next."""
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        await change_in_time(self._fleet, known, by=self._lease.holder)

    def _may_change(self, credential: Credential) -> bool:
        """Whether an expired password is changed on the spot; otherwise it stops the lane."""
        manifest = self._fleet.portals[credential.portal]
        if self._changing:
            return manifest.password is not None and manifest.password.changed_by == "bot"
        return RotationPolicy.of(credential, manifest, self._fleet.settings).unasked

    async def _saved_state(self, password_version: int | None) -> SessionState | None:
        """The session that this password made; else, or for None, the remembered device alone."""
        sealer, credential_id = self._fleet.sealer, self._lease.credential_id
        async with self._fleet.database.read() as session:
            saved = None
            if password_version is not None:
                saved = await sessions.load(session, sealer, credential_id, password_version=password_version)
            saved = saved or await sessions.trusted(session, sealer, credential_id)
        return SessionState.from_json(saved) if saved else None

    async def forget_session(self) -> None:
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
            login = LoggedIn(now, clock_offset_seconds, expires_on, self.password_version)
            await credentials.logged_in(session, self._lease.credential_id, login, actor=self._lease.holder)
            await self.passwords.accepted(session)
            await runs.count(session, self._run.id, logins=1)
            await self._save(session, state)
        await self.passwords.settle()

    async def _save(self, session: AsyncSession, state: SessionState) -> None:
        await leases.check(session, self._lease)
        credential_id, sealer, now = self._lease.credential_id, self._fleet.sealer, self._fleet.clock.now()
        await sessions.save(
            session, sealer, credential_id, state.to_json(), password_version=self.password_version, now=now
        )
        if device := state.device(self._fleet.portals[self._run.portal].device_cookies):
            await sessions.trust(session, sealer, credential_id, device.to_json(), now=now)

    async def prove(self, sink: LaneSink) -> LoginProven:
        """By the cheapest page that shows it; a session that is dead is replaced by a real log-in."""
        self.logged_in = False
        bot = await self.bot(sink)
        if not self._typed_password:  # else it was saved after the log-in
            state = await bot.session_state()
            async with self._fleet.database.begin() as session:
                await self._save(session, state)
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        how: Literal["password", "session"] = "password" if self._typed_password else "session"
        return LoginProven(how=how, password_expires_on=known.password_expires_on)

    async def change_password(self, work: Work, sink: LaneSink) -> Answer:
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        if known.password_changed_at is not None and known.password_changed_at >= work.item.created_at:
            return PasswordChanged()  # by whoever had this errand before
        self._changing = True
        try:
            return await change_password(self, sink)
        finally:
            self._changing = False

    async def recover(self, work: Work, sink: LaneSink) -> Answer:
        async with self._fleet.database.read() as session:
            known = await credentials.get(session, self._lease.credential_id)
        if known.password_changed_at is not None and known.password_changed_at >= work.item.created_at:
            return Recovered()  # by whoever had this errand before
        return await recover(self, sink)

    @property
    def portal(self) -> str:
        return self._run.portal

    async def perhaps_recovered(self) -> bool:
        return await self.passwords.perhaps_recovered(await self._at_the_door())

    async def knock(self, sink: LaneSink) -> tuple[LaneBot, LoginSecrets, BackupCodes]:
        credential = await self._at_the_door()
        login = await self.passwords.to_recover(credential)
        await self.drop()
        bot = self._bot = await self._open_bot(credential.portal, await self._saved_state(None))
        stock = BackupCodes(self._fleet, self._lease, credential)
        secrets = LoginSecrets(
            login.username,
            login.password,
            LaneCodes(self._fleet, credential, self._lease, sink.work),
            organization=credential.organization,
            new_password=self.passwords.new_to_recover,
            backup_code=stock.take,
        )
        return bot, secrets, stock

    async def close(self) -> None:
        """The portal has renewed the cookies meanwhile, so the last state is the one to keep."""
        if self._bot is not None and self.logged_in:
            # A lost session costs one login, and the lane has to close anyway.
            with suppress(FleetError, TimeoutError):
                async with asyncio.timeout(CLOSING_SECONDS):
                    state = await self._bot.session_state()
                async with self._fleet.database.begin() as session:
                    await self._save(session, state)
        await self.drop()

    async def drop(self) -> None:
        bot, self._bot, self.logged_in = self._bot, None, False
        if bot is not None:
            with suppress(TimeoutError):  # a browser that hangs is ended with its process
                async with asyncio.timeout(CLOSING_SECONDS):
                    await bot.close()
