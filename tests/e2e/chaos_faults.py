"""What befalls the log-ins of the chaos, and the parts that bring it about."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psutil

from core.errors import (
    CodeRequired,
    CredentialRejected,
    PartUnavailable,
    PasswordExpired,
    PortalUnavailable,
    SessionExpired,
)
from core.phi import Secret
from core.vault import Vault
from lanes.assembly import Fleet
from simulator.accounts import Account
from simulator.tally import Tally
from store import credentials, queue


class Fault(StrEnum):
    NONE = "none"
    WRONG = "wrong password in the vault"
    CHANGED = "password changed at the portal"
    EXPIRED = "expired password"
    KICKED = "kicked session"
    MAINTENANCE = "maintenance"
    SLOW_CODE = "slow code"
    CLOCK = "clock 25 s off"
    KILLED = "worker killed"
    VAULT = "vault restarted"


OF_CODES = (Fault.SLOW_CODE, Fault.CLOCK)
WORKER_LOST = "WorkerLost"
VAULT_AWAY = PartUnavailable.__name__
"""May befall every log-in: it is restarted under all of them."""
FIRST: Mapping[Fault, frozenset[str]] = {
    Fault.NONE: frozenset(),
    Fault.CLOCK: frozenset(),
    Fault.VAULT: frozenset(),
    Fault.WRONG: frozenset({CredentialRejected.__name__}),
    Fault.CHANGED: frozenset({CredentialRejected.__name__}),
    Fault.MAINTENANCE: frozenset({PortalUnavailable.__name__}),
    Fault.KICKED: frozenset({SessionExpired.__name__}),
    Fault.EXPIRED: frozenset({PasswordExpired.__name__}),
    Fault.SLOW_CODE: frozenset({CodeRequired.__name__}),
    Fault.KILLED: frozenset({WORKER_LOST, CredentialRejected.__name__, PasswordExpired.__name__}),
}
"""By what a log-in first fails, apart from the vault: by this or, where the fleet gets over it, by nothing."""
CERTAIN = (Fault.WRONG, Fault.CHANGED, Fault.MAINTENANCE, Fault.KICKED)
"""Here nothing gets over it."""
CLASSES = frozenset().union(*FIRST.values()) | {VAULT_AWAY, WORKER_LOST}
"""What it may meet after that: what was mended may break anew, and nothing else does."""


@dataclass
class Bot:
    portal: str
    name: str
    credential_id: str
    account: Account
    """As the portal has it."""
    known_to_people: bool = False
    """Somebody put another password into the vault or the portal than the fleet knew."""
    refusals_due: int = 0
    """Wrong passwords that the chaos has brought about."""

    @property
    def username(self) -> str:
        return self.account.spec.username


@dataclass(frozen=True)
class Trouble:
    code: str
    stage: str


@dataclass(frozen=True)
class Through:
    """One log-in, with what it met on its way."""

    bot: Bot
    fault: Fault
    met: tuple[Trouble, ...]

    @property
    def misclassified(self) -> bool:
        codes = [each.code for each in self.met]
        first = next((code for code in codes if code != VAULT_AWAY), None)
        if first is None:
            return self.fault in CERTAIN and VAULT_AWAY not in codes
        return first not in FIRST[self.fault] or not CLASSES.issuperset(codes)

    @property
    def outcome(self) -> str:
        return " > ".join([*(each.code for each in self.met), "in"])


async def let_go_on(fleet: Fleet, portal: str, credential_id: str) -> None:
    """What an administrator does who has looked at the account."""
    async with fleet.database.begin() as session:
        now = fleet.clock.now()
        await credentials.reopen(session, credential_id, actor="kim", reason="looked at it", now=now)
        await queue.release_held(session, portal)


class SlowVault:
    """Takes its time over the next code of some accounts."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.seconds: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vault, name)

    async def totp_code(self, portal: str, account: str) -> Secret:
        await asyncio.sleep(self.seconds.pop(account, 0))
        return await self._vault.totp_code(portal, account)


class Executioner:
    """Kills a process in the very moment in which a portal writes something down."""

    def __init__(self, tally: Tally) -> None:
        self._record = tally.record
        self._doomed: dict[str, tuple[psutil.Process, int]] = {}
        tally.record = self._witness  # type: ignore[method-assign]

    def doom(self, portal: str, process: psutil.Process, *, moments: int) -> None:
        self._doomed[portal] = (process, moments)

    def pardon(self, portal: str) -> None:
        self._doomed.pop(portal, None)

    def _witness(self, portal: str, *told: Any, **named: Any) -> None:
        self._record(portal, *told, **named)
        process, left = self._doomed.pop(portal, (None, 0))
        if process is None:
            return
        if left > 1:
            self._doomed[portal] = (process, left - 1)
        else:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)


def ended(process: psutil.Process) -> bool:
    """Whether it was killed. Its browser is not left behind either way."""
    family: set[psutil.Process] = set()
    status: int | None = None
    while True:
        with suppress(psutil.NoSuchProcess):
            family |= set(process.children(recursive=True))
        with suppress(psutil.TimeoutExpired):
            status = process.wait(timeout=0.05)
            break
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    return status == -signal.SIGKILL
