"""Tokens of programs that ask over HTTP in a person's name: kept as hashes, revoked one by one or with the person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.phi import Secret
from store import audit
from store.base import Base, new_id


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256: a token is random enough to need no more."""
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    """What it is for, in the person's words."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


async def add(
    session: AsyncSession, person_id: str, name: str, token: Secret, *, actor: str, now: datetime
) -> ApiToken:
    row = ApiToken(id=new_id("token"), token_hash=_hash(token), person_id=person_id, name=name, created_at=now)
    session.add(row)
    await session.flush()
    await audit.append(session, audit.Event("token.made", actor, row.id, {"name": name}), now=now)
    return row


async def of_person(session: AsyncSession, person_id: str) -> Sequence[ApiToken]:
    """Those that work, the latest first."""
    found = select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    return (await session.scalars(found.order_by(ApiToken.id.desc()))).all()


async def find(session: AsyncSession, token: Secret) -> ApiToken | None:
    found = select(ApiToken).where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
    return (await session.scalars(found)).first()


async def revoke(session: AsyncSession, person_id: str, token_id: str, *, actor: str, now: datetime) -> None:
    """Raises RequestInvalid for a token that is not this person's."""
    row = await session.get(ApiToken, token_id)
    if row is None or row.person_id != person_id or row.revoked_at is not None:
        raise RequestInvalid("You have no such token.", field="token")
    row.revoked_at = now
    await audit.append(session, audit.Event("token.revoked", actor, row.id, {"name": row.name}), now=now)


async def revoke_all(session: AsyncSession, person_id: str, *, now: datetime) -> None:
    await session.execute(
        update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )


def _hash(token: Secret) -> str:
    return hashlib.sha256(token.reveal().encode()).hexdigest()
