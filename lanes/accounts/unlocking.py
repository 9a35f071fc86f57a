"""A stopped credential is reopened on an administrator's word; a refused password needs one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.manifest import Manifest
from lanes.accounts.account import of_the_account
from store import credentials, refused_passwords
from store.credentials import Credential
from store.refused_passwords import NEVER_SAVED

_ALLOWED = 2
"""Wrong passwords in a row, where the portal's manifest does not know: most lock an account at the third."""
_SPARE = 2


@dataclass(frozen=True)
class Reopening:
    actor: str
    reason: str
    version: int | None = None
    """Of the login that the vault has now; None when it cannot say. Then a lane finds out, and types nothing."""
    same_password: bool = False
    """It is right by now: the portal was at fault when it refused it."""


async def let_in_again(
    session: AsyncSession, portals: Mapping[str, Manifest], credential_id: str, asked: Reopening, *, now: datetime
) -> None:
    """Raises RequestInvalid while the vault has nothing but a password that the portal has refused, unless somebody
    vouches for it and the portal leaves a try to spare.
    """
    credential = await credentials.locked(session, credential_id)
    ids = await of_the_account(session, portals, credential)
    refused = [each for each in await refused_passwords.of(session, ids) if each.version != NEVER_SAVED]
    if asked.same_password:
        left = _left(credential, portals[credential.portal], max((each.times for each in refused), default=0))
        if left < _SPARE:
            raise RequestInvalid(
                f"{credential.portal} locks the account at one more wrong password, so nobody's word is enough to try "
                f"this one again; set a new one at the portal and save it with {_add(credential)}.",
                field="same_password",
            )
        await refused_passwords.vouch(session, ids)
    elif any(each.credential_id == credential_id and each.version == asked.version for each in refused):
        raise RequestInvalid(
            f"The portal has refused the password that the vault has; save the right one with {_add(credential)} "
            "first. If this one is right after all, because the portal was at fault, say --same-password.",
            field="credential",
        )
    await credentials.reopen(session, credential_id, actor=asked.actor, reason=asked.reason, now=now)


def _left(credential: Credential, manifest: Manifest, refused: int) -> int:
    """Wrong passwords until the account is locked, by the portal's own word if there is one."""
    if credential.attempts_remaining is not None:
        return credential.attempts_remaining
    allowed = _ALLOWED if manifest.wrong_passwords_allowed is None else manifest.wrong_passwords_allowed
    return allowed + 1 - refused


def _add(credential: Credential) -> str:
    return f"`fleet credentials add {credential.name} --portal {credential.portal}`"
