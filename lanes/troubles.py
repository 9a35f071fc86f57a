"""What follows when a question did not get its answer. Decided by the error's next step and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.canary import CANARY
from core.errors import (
    AccountLocked,
    CredentialRejected,
    FleetError,
    LeaseLost,
    NextStep,
    PartUnavailable,
    PasswordExpired,
    PortalChanged,
    PortalUnavailable,
    RateLimited,
    SessionExpired,
)
from core.seal import SealBroken
from lanes.accounts.account import of_the_account
from lanes.accounts.errands import RECOVERY
from lanes.accounts.to_do import to_do
from lanes.assembly import Fleet
from lanes.news import LANE
from lanes.notices import Notice
from store import canaries, credentials, leases, quarantine, queue, sessions
from store.credentials import Credential, CredentialState
from store.leases import Lease
from store.queue import PutBack, Work
from store.runs import Run

log = structlog.get_logger()

_OF_THE_ACCOUNT = (AccountLocked, CredentialRejected, PasswordExpired)
LONGEST_WAIT = timedelta(minutes=15)


class Troubles:
    """For one shift. Each method commits what becomes of the question."""

    def __init__(self, fleet: Fleet, lease: Lease, run: Run) -> None:
        self._fleet = fleet
        self._lease = lease
        self._run = run

    async def met(self, work: Work, problem: FleetError, *, in_login: bool) -> FleetError | None:
        """The problem again when it ends the shift; None when the next question may be tried. Raises LeaseLost."""
        log.warning(
            "a question met trouble",
            work_item=work.item.id,
            run=self._run.id,
            error=problem.code,
            sentence=problem.sentence,
            reference=problem.reference,
        )
        if isinstance(problem, SealBroken):  # of this one row; the credential is not to blame
            await self._fail(work, problem)
            return None
        match problem.next_step:
            case NextStep.WAIT | NextStep.LOG_IN_AGAIN:
                alone = isinstance(problem, RateLimited) or _gives_way(problem)
                return await self._wait(work, problem, whole_portal=in_login or alone)
            case NextStep.MEND_STACK:
                return await self._wait(work, problem, whole_portal=True)
            case NextStep.ASK_ADMINISTRATOR | NextStep.ASK_PERSON | NextStep.STOP:
                return await self._stop(work, problem, whole_account=in_login and isinstance(problem, _OF_THE_ACCOUNT))
            case NextStep.ASK_DEVELOPER:
                return await self._changed(work, problem, in_login=in_login)
            case NextStep.ASK_BILLER | NextStep.RECONCILE:
                await self._fail(work, problem)
                return None

    async def give_back(self, work: Work, *, spent: bool) -> None:
        """The worker is stopping. Whoever comes next may take the question at once."""
        now = self._fleet.clock.now()
        with suppress(LeaseLost, PartUnavailable):  # then the next holder of the lease takes it back itself
            async with self._fleet.database.begin() as session:
                await queue.put_back(session, self._lease, work, None, PutBack(now, spent=spent), now=now)

    async def _wait(self, work: Work, problem: FleetError, *, whole_portal: bool) -> FleetError | None:
        """One question in trouble may be the question's fault and costs an attempt; the next one is tried.

        Two in a row, or trouble before any question, is the portal's: the lane rests, and nothing is counted.
        """
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            in_a_row = await leases.waited(session, self._lease)
            rests = whole_portal or in_a_row > 1
            first = timedelta(seconds=self._fleet.settings.rest_seconds)
            until = _until(problem, now, first, in_a_row if rests else work.item.attempts)
            await queue.put_back(session, self._lease, work, problem, PutBack(until, spent=not rests), now=now)
            if rests:
                await leases.rest(session, self._lease, problem, until=until)
            if isinstance(problem, SessionExpired):
                await sessions.drop(session, self._lease.credential_id)
        return problem if rests else None

    async def _stop(self, work: Work, problem: FleetError, *, whole_account: bool) -> FleetError:
        """No worker touches the account again before a person has; its questions are kept. `whole_account`: nor on the
        other portals of its identity provider.
        """
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            if work.item.capability == RECOVERY:  # a held one would be done again after a person has mended the account
                await queue.fail(session, self._lease, work, problem, now=now)
            else:
                await queue.hold(session, self._lease, work, problem)
            lanes = await self._same_account(session) if whole_account else [self._lease.credential_id]
            lanes = [each for each in lanes if (await credentials.get(session, each)).state is CredentialState.OPEN]
            for credential_id in lanes:
                await credentials.stop(session, credential_id, problem, actor=self._lease.holder, now=now)
                await queue.hold_all(session, credential_id, problem)
                await sessions.drop(session, credential_id)
            mine = await credentials.get(session, self._lease.credential_id)
        self._tell(lanes)
        if mine.id in lanes:  # else it was stopped, and told, while this lane was at work
            self._notify("account_stopped", mine, problem, f"It rests until somebody has mended it. {to_do(mine)}")
        return problem

    async def _same_account(self, session: AsyncSession) -> Sequence[str]:
        mine = await credentials.get(session, self._lease.credential_id)
        return await of_the_account(session, self._fleet.portals, mine)

    async def _changed(self, work: Work, problem: FleetError, *, in_login: bool) -> FleetError | None:
        """A page that nobody can read twice in a row rests until a developer has looked."""
        chapter = quarantine.LOGIN if in_login else work.item.capability
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            if work.kept:
                await queue.hold(session, self._lease, work, problem)
            else:
                await queue.fail(session, self._lease, work, problem, now=now)
            if in_login and work.item.capability == CANARY and isinstance(problem, PortalChanged):
                await canaries.login_changed(
                    session, work.item.portal, problem.page, problem.element, actor=self._lease.holder, now=now
                )
            rests = isinstance(problem, PortalChanged) and await quarantine.changed(
                session, work.item.portal, chapter, problem, actor=self._lease.holder, now=now
            )
            lanes = await queue.hold_capability(session, work.item.portal, chapter, problem) if rests else set()
            mine = await credentials.get(session, self._lease.credential_id)
        self._tell(lanes)
        if rests:
            self._notify("portal_changed", mine, problem, f"Its {chapter} rests until a developer has looked.")
        return problem if rests and in_login else None

    def _tell(self, lanes: Iterable[str]) -> None:
        """Whoever waits for a question there need not wait."""
        for credential_id in lanes:
            self._fleet.news.tell(LANE + credential_id)

    def _notify(self, event: str, mine: Credential, problem: FleetError, what_follows: str) -> None:
        text = f"{mine.portal}, {mine.name}: {problem.sentence} {what_follows}"
        self._fleet.notices.post(Notice(event, text, mine.portal, mine.name, self._run.id))

    async def _fail(self, work: Work, problem: FleetError) -> None:
        async with self._fleet.database.begin() as session:
            await queue.fail(session, self._lease, work, problem, now=self._fleet.clock.now())


def _gives_way(problem: FleetError) -> bool:
    """Somebody else works with the account: logging in again would throw them out in turn."""
    return isinstance(problem, SessionExpired) and problem.kicked


def _until(problem: FleetError, now: datetime, first: timedelta, times: int) -> datetime:
    """The portal's own word, else longer from time to time."""
    if _gives_way(problem):
        return now + LONGEST_WAIT
    if isinstance(problem, RateLimited | PortalUnavailable) and problem.retry_at is not None:
        return max(problem.retry_at, now)
    doublings = min(max(times, 1), 10) - 1
    return now + min(first * (1 << doublings), LONGEST_WAIT)
