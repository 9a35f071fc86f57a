"""The end of a lane, for good: its history stays, and what it had still to ask goes to whoever sees the same data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from store import credentials, leases, queue, sessions
from store.credentials import Credential, CredentialState
from store.database import Database


@dataclass(frozen=True)
class Retired:
    questions: int
    """That it had still to ask."""
    heir: Credential | None
    """Who asks them now, once woken; None: they were refused, each with a sentence."""


async def retire(database: Database, credential_id: str, *, actor: str, now: datetime) -> Retired:
    """A holder of the lane finds its lease gone at its next look. The secret is not touched."""
    async with database.begin() as session:
        credential = await credentials.locked(session, credential_id)
        heir = await _heir(session, credential)
        await credentials.retire(session, credential.id, actor=actor, now=now)
        await leases.revoke(session, credential.id)
        await sessions.drop(session, credential.id)
        questions = await queue.clear_out(session, credential, heir, now=now)
        await queue.release_held(session, credential.portal)
    return Retired(questions, heir)


async def _heir(session: AsyncSession, credential: Credential) -> Credential | None:
    others = await credentials.of_portal(session, credential.portal, credential.environment)
    return next(
        (
            each
            for each in others
            if each.id != credential.id and each.state is CredentialState.OPEN and each.scope == credential.scope
        ),
        None,
    )
