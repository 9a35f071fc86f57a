"""The audit trail: who did what to which id, in a chain of hashes. Ids and codes only, never patient data.

Each event is written in the transaction of the change that it tells of. The chain shows an edit, a deletion in the
middle and a swap; a rewritten tail shows only against a head that was noted elsewhere (`head`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Index, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

GENESIS = "0" * 64
_APPENDED = "appended to the audit trail"


class AuditEvent(Base):
    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "actor", "seq"), Index(None, "action", "seq"), Index(None, "subject", "seq"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    action: Mapped[str]
    actor: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    """Canonical JSON."""
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """One row: where the chain ends. Locked by each append, so that two writers never fork the chain."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


@dataclass(frozen=True)
class Event:
    action: str
    actor: str
    subject: str
    detail: dict[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    events: int
    broken_at: int | None
    """The first sequence number that does not fit; None when the chain holds."""


async def append(session: AsyncSession, event: Event, *, now: datetime) -> None:
    """Stands in the trail when the transaction ends, and not sooner."""
    session.info.setdefault(_APPENDED, []).append((event, now))


async def write(session: AsyncSession) -> None:
    """What was appended in this transaction, as its very last step. All writers of the store meet at the head of the
    trail: one that went on to other rows from there would hold up everybody, and wait crosswise with some.
    """
    appended: list[tuple[Event, datetime]] = session.info.pop(_APPENDED, [])
    if not appended:
        return
    await session.flush()
    locked = select(AuditHead).with_for_update().execution_options(populate_existing=True)
    head = (await session.scalars(locked)).one()
    for event, at in appended:
        row = AuditEvent(
            seq=head.seq + 1,
            at=at,
            action=event.action,
            actor=event.actor,
            subject=event.subject,
            detail=json.dumps(event.detail, sort_keys=True, separators=(",", ":")),
            previous=head.hash,
        )
        row.hash = _hash(row)
        session.add(row)
        head.seq, head.hash = row.seq, row.hash
    await session.flush()


async def latest(
    session: AsyncSession, action: str, subject: str, *, before: datetime | None = None
) -> AuditEvent | None:
    """The last such event of one subject, earlier than a moment if one is given."""
    chosen = select(AuditEvent).where(AuditEvent.subject == subject, AuditEvent.action == action)
    if before is not None:
        chosen = chosen.where(AuditEvent.at < before)
    return (await session.scalars(chosen.order_by(AuditEvent.seq.desc()).limit(1))).first()


async def head(session: AsyncSession) -> tuple[int, str]:
    row = (await session.scalars(select(AuditHead))).one()
    return row.seq, row.hash


async def begun(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(AuditEvent.at)))


async def holds(session: AsyncSession, seq: int, noted: str) -> bool:
    """Whether the chain still has the hash that somebody noted elsewhere as its head."""
    return await session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == seq)) == noted


async def events(session: AsyncSession, *, since: datetime | None) -> AsyncIterator[AuditEvent]:
    """In order and without a gap, from the first one that was made since; in constant memory."""
    found = select(AuditEvent).order_by(AuditEvent.seq)
    if since is not None:
        first = select(func.min(AuditEvent.seq)).where(AuditEvent.at >= since).scalar_subquery()
        found = found.where(AuditEvent.seq >= first)
    async for row in await session.stream_scalars(found.execution_options(yield_per=1000, populate_existing=True)):
        yield row


def told(row: AuditEvent) -> dict[str, str | int]:
    return {name: getattr(row, name) for name in _COLUMNS} | {"at": row.at.isoformat()}


def from_told(values: Mapping[str, object]) -> AuditEvent | None:
    """None for what no event was written as."""
    if values.keys() != set(_COLUMNS) or not isinstance(values["at"], str) or not isinstance(values["seq"], int):
        return None
    try:
        return AuditEvent(**{**values, "at": datetime.fromisoformat(values["at"])})
    except ValueError:
        return None


def follows(row: AuditEvent, before: AuditEvent | None) -> bool:
    """Whether this event is as it was written, and the next one; `before` None: the first that is looked at."""
    is_next = before is None or (row.seq, row.previous) == (before.seq + 1, before.hash)
    return is_next and row.hash == _hash(row)


async def verify(session: AsyncSession) -> Verdict:
    """Reads the whole chain in constant memory."""
    seq, previous = 0, GENESIS
    rows = await session.stream_scalars(
        select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1000, populate_existing=True)
    )
    async for row in rows:
        if row.seq != seq + 1 or row.previous != previous or row.hash != _hash(row):
            return Verdict(seq, broken_at=seq + 1)
        seq, previous = row.seq, row.hash
    if (seq, previous) != await head(session):
        return Verdict(seq, broken_at=seq + 1)
    return Verdict(seq, broken_at=None)


_COLUMNS = ("seq", "at", "action", "actor", "subject", "detail", "previous", "hash")


def _hash(row: AuditEvent) -> str:
    parts = [row.seq, row.at.isoformat(), row.action, row.actor, row.subject, row.detail, row.previous]
    return hashlib.sha256(b"fleet-audit-v1" + json.dumps(parts).encode()).hexdigest()


_REFUSAL = "the audit trail is append-only"
_FUNCTION = f"""
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
"""
APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_event_no_{verb.lower()} BEFORE {verb} ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (_FUNCTION, _TRIGGER),
}
"""What a migration runs on each kind of database."""
