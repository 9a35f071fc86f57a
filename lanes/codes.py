"""One-time codes for one credential: each used once, and never one that is about to die."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from core.phi import Secret
from lanes.assembly import Fleet
from lanes.sent_codes import ask_person
from store import credentials, leases, totp
from store.credentials import Credential
from store.leases import Lease
from store.queue import Work

PERIOD = 30
MARGIN = 4
"""A code with fewer seconds left may die between the keyboard and the portal."""
_TRUSTED_OFFSETS = (2, PERIOD - MARGIN)
"""A Date header is only good to a second or two; and a clock further off leaves no common window to wait for."""


class TotpCodes:
    """An authenticator's, over the vault and the ledger of steps."""

    def __init__(
        self, fleet: Fleet, portal: str, account: str, *, marks: Sequence[str] = (), offset_seconds: float = 0
    ) -> None:
        """`marks`: of the account and of the seed, as far as they are known."""
        self._fleet = fleet
        self._portal = portal
        self._account = account
        # Portals that share an identity provider share the account: there a code counts once for all of them. One name
        # is one account where no mark says otherwise, and costs two accounts of one name nothing but some seconds.
        self._ledgers = sorted([f"{fleet.portals[portal].keeper}/{account}", *marks])
        self.offset_seconds = offset_seconds

    def portal_clock(self, offset_seconds: float) -> None:
        least, most = _TRUSTED_OFFSETS
        self.offset_seconds = offset_seconds if least < abs(offset_seconds) <= most else 0

    async def free_at(self) -> datetime:
        return self._free_from(self._fleet.clock.now(), await self._last())

    async def _last(self) -> int | None:
        async with self._fleet.database.read() as session:
            return await totp.last_step(session, *self._ledgers)

    async def totp(self) -> Secret:
        """Waits until a step is free and young enough, claims it, and only then looks at its code."""
        clock = self._fleet.clock
        while True:
            last = await self._last()
            await clock.sleep_until(self._free_from(clock.now(), last))
            now = clock.now()
            if self._free_from(now, last) > now:  # it slept a blink too short, or too long
                continue
            step = _step(now)
            async with self._fleet.database.begin() as session:
                claimed = all([await totp.claim_step(session, each, step) for each in self._ledgers])
            if claimed:
                code = await self._fleet.vault.totp_code(self._portal, self._account)
                if _step(clock.now()) == step:  # else the vault was slow, and the code may be the next step's
                    return code

    def _free_from(self, now: datetime, last: int | None) -> datetime:
        """The next moment when our clock and the portal's are in the same unused step, with time left on both."""
        at = max(now.timestamp(), (last + 1) * PERIOD if last is not None else 0)
        while True:
            left = PERIOD - at % PERIOD
            left_there = PERIOD - (at + self.offset_seconds) % PERIOD
            same_step = at // PERIOD == (at + self.offset_seconds) // PERIOD
            if same_step and min(left, left_there) >= MARGIN:
                return datetime.fromtimestamp(at, UTC)
            at += min(left, left_there)


class LaneCodes(TotpCodes):
    """A bots.contracts.CodeSource for one question of one run: an authenticator, and people."""

    def __init__(self, fleet: Fleet, credential: Credential, lease: Lease, work: Work) -> None:
        offset = credential.clock_offset_seconds
        super().__init__(fleet, credential.portal, credential.name, marks=_marks(credential), offset_seconds=offset)
        self._lease = lease
        self._work = work

    async def totp(self) -> Secret:
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            # Who asks for a code has answered the password: trouble from here on leaves no try of it open.
            await credentials.password_answered(session, self._lease.credential_id)
        return await super().totp()

    async def sent(self, medium: str) -> Secret:
        return await ask_person(self._fleet, self._lease, self._work.run_id, medium)


async def next_free(fleet: Fleet, credential: Credential) -> datetime:
    """When the account's next code may be used; nothing is claimed."""
    offset = credential.clock_offset_seconds
    codes = TotpCodes(fleet, credential.portal, credential.name, marks=_marks(credential), offset_seconds=offset)
    return await codes.free_at()


def _marks(credential: Credential) -> list[str]:
    return [mark for mark in (credential.account_mark, credential.seed_mark) if mark is not None]


def _step(moment: datetime) -> int:
    return int(moment.timestamp() // PERIOD)
