"""An account is recovered by the portal's own journey, and proven by a fresh log-in (docs/adr/0013)."""

from __future__ import annotations

from typing import Protocol

from bots.contracts import LaneBot, LoginSecrets
from core.capabilities.account import Recovered, RecoveryRefused
from core.errors import (
    AccountLocked,
    ActionNeeded,
    CredentialRejected,
    FleetError,
    LeaseLost,
    NextStep,
    PartUnavailable,
    PortalChanged,
)
from lanes.accounts.backup_codes import BackupCodes, runbook
from lanes.accounts.rotation import Door
from lanes.sink import LaneSink

_PATIENCE = (NextStep.WAIT, NextStep.MEND_STACK)
_STOPS = (NextStep.ASK_ADMINISTRATOR, NextStep.ASK_PERSON, NextStep.STOP)


class WayBack(Door, Protocol):
    """`lanes.entrance.Entrance`."""

    @property
    def portal(self) -> str: ...

    async def perhaps_recovered(self) -> bool: ...

    async def knock(self, sink: LaneSink) -> tuple[LaneBot, LoginSecrets, BackupCodes]:
        """A browser that is logged in nowhere, and what a recovery may use."""
        ...


async def recover(door: WayBack, sink: LaneSink) -> Recovered:
    """Safe to be called again after a crash anywhere in it: what may have been set is found out first, by one log-in.

    Raises core errors. Every one that does not ask for patience stops the lane, which has no password that is known to
    work.
    """
    if await door.perhaps_recovered():
        try:
            await door.enter(sink)
        except (AccountLocked, CredentialRejected):
            await door.leave_for_good()
        else:
            return Recovered()
    bot, secrets, codes = await door.knock(sink)
    try:
        said = await bot.recover(secrets, sink)
    except LeaseLost:
        raise
    except FleetError as problem:
        if not door.passwords.sent:
            raise _told(problem, door.portal, spent=codes.taken > 0) from None
    else:
        if isinstance(said, RecoveryRefused):
            if door.passwords.sent:
                await door.passwords.new_one_refused()
            raise ActionNeeded(f"{said.sentence} A person goes on: {runbook(door.portal)}.", kind="recover the account")
    await door.leave_for_good()
    await door.enter(sink)
    return Recovered()


def _told(problem: FleetError, portal: str, *, spent: bool) -> FleetError:
    """What would ask the portal again by itself stops once a code was spent on it, and so does what is no verdict."""
    if problem.next_step in _STOPS or isinstance(problem, PartUnavailable):
        return problem
    if problem.next_step in _PATIENCE and not spent:
        return problem
    why = "Its pages are not as the fleet knows them." if isinstance(problem, PortalChanged) else problem.sentence
    return ActionNeeded(
        f"The portal's own recovery was not carried through. {why} An administrator tries `fleet credentials recover` "
        f"again, or goes there: {runbook(portal)}.",
        kind="recover the account",
        reference=f"{problem.code} {problem.reference}".strip(),
    )
