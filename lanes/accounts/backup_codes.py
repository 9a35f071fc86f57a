"""The stock of one-time codes of an account: in the vault, counted in the store, each used once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.errors import ActionNeeded, RequestInvalid
from core.phi import Secret
from core.redact import known_values
from lanes.accounts.account import of_the_account
from lanes.assembly import Fleet
from store import credentials, leases
from store.credentials import Credential
from store.leases import Lease

_FORM = re.compile(r"[0-9A-Za-z]{6,40}")
_NAME_LENGTH = 32
"""Of a mark: half of it is one in 2^64 to be another account's, and a name in the vault is short."""


class BackupCodes:
    """For one errand of one lane."""

    def __init__(self, fleet: Fleet, lease: Lease, credential: Credential) -> None:
        self._fleet = fleet
        self._lease = lease
        self._credential = credential
        self.taken = 0

    async def take(self) -> Secret:
        """Gone from the stock when it is returned. Raises ActionNeeded when none is left, LeaseLost."""
        fleet, credential = self._fleet, self._credential
        manifest = fleet.portals[credential.portal]
        async with fleet.database.begin() as session:
            await leases.check(session, self._lease)
        found = None
        for stock in stocks(credential):
            found = found or await fleet.vault.take_backup_code(manifest.keeper, stock)
        left = found.left if found else 0
        async with fleet.database.begin() as session:
            await leases.check(session, self._lease)
            ids = await of_the_account(session, fleet.portals, credential)
            await credentials.backup_codes(
                session, ids, left, action="backup_code.taken", actor=self._lease.holder, now=fleet.clock.now()
            )
        if found is None:
            raise ActionNeeded(
                f"No backup code of this account is left in the vault; an administrator gets new ones from the portal "
                f"and puts them in with `fleet credentials codes {credential.name} --portal {credential.portal}` "
                f"({runbook(credential.portal)}).",
                kind="recover the account",
            )
        self.taken += 1
        known_values.remember_code(found.code.reveal())
        return found.code


def stocks(credential: Credential) -> list[str]:
    """What its stock is called in the vault: like the account, whose credentials may have several names; one that was
    put in before the account was recognized, like the credential.
    """
    mark = credential.account_mark
    return [mark[:_NAME_LENGTH], credential.name] if mark is not None else [credential.name]


async def put_in(fleet: Fleet, credential: Credential, lines: Sequence[str], *, actor: str) -> int:
    """All that an account has, in place of those before; how many they are. Raises RequestInvalid."""
    manifest = fleet.portals.get(credential.portal)
    if manifest is None:
        raise RequestInvalid(f"{credential.portal} is no portal of this environment.", field="portal")
    if manifest.recovery is None or manifest.recovery.by != "backup_code":
        raise RequestInvalid(
            f"No bot types a backup code of {manifest.name}, and nobody could read it out of the vault again; nothing "
            "was kept. Your people keep them, and `fleet credentials note --backup-codes` says how many are left.",
            field="codes",
        )
    codes = list(dict.fromkeys(re.sub(r"[\s-]", "", line) for line in lines if line.strip()))
    if not codes or not all(_FORM.fullmatch(each) for each in codes):
        raise RequestInvalid(
            "A backup code has 6 to 40 letters or digits, one code to a line; nothing was kept.", field="codes"
        )
    stock, *older = stocks(credential)
    await fleet.vault.save_backup_codes(manifest.keeper, stock, [Secret(each) for each in codes])
    for each in older:
        await fleet.vault.forget_backup_codes(manifest.keeper, each)
    async with fleet.database.begin() as session:
        ids = await of_the_account(session, fleet.portals, credential)
        await credentials.backup_codes(
            session, ids, len(codes), action="backup_codes.put_in", actor=actor, now=fleet.clock.now()
        )
    return len(codes)


def runbook(portal: str) -> str:
    """Where a person reads how an account is recovered."""
    return f"docs/portals/{portal}.md, “Recovering the account”"
