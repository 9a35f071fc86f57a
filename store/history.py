"""What was done, looked back at: runs by any mixture of filters, a page at a time, and failures by their signature."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.audit import AuditEvent
from store.base import moment_id
from store.credentials import Credential
from store.runs import Run, RunState
from store.work_items import WorkItem

LOOKED_AT = 1000
"""Runs per page at most, so that a filter which fits next to nothing answers as fast as any. The page says how far it
has looked, and the next one goes on from there.
"""


@dataclass(frozen=True)
class Wanted:
    portal: str | None = None
    credential_id: str | None = None
    state: RunState | None = None
    capability: str | None = None
    outcome: str | None = None
    """Of an answer, or the code of an error."""
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    credentials: Collection[str] | None = None
    """Only runs of these; None: of all."""


@dataclass(frozen=True)
class Page:
    runs: Sequence[Run]
    before: str | None
    """Where the next page begins; None at the end."""


async def page(session: AsyncSession, wanted: Wanted, *, before: str | None = None, limit: int = 50) -> Page:
    """The latest first."""
    looked_at = _candidates(wanted, before).limit(LOOKED_AT).subquery()
    chosen = select(Run).where(Run.id.in_(select(looked_at.c.id)), *_rest(wanted)).order_by(Run.id.desc())
    runs = (await session.scalars(chosen.limit(limit))).all()
    if len(runs) == limit:
        return Page(runs, runs[-1].id)
    count, last = (await session.execute(select(func.count(), func.min(looked_at.c.id)))).one()
    return Page(runs, last if count == LOOKED_AT else None)


def _candidates(wanted: Wanted, before: str | None) -> Select[Any]:
    """In the order of one index: that of the narrowest filter that has one."""
    column: ColumnElement[str | None] | ColumnElement[str]
    item = _of_item(wanted)
    if item:
        column = WorkItem.run_id.expression
        found: Select[Any] = select(column.label("id")).where(item[0], column.is_not(None)).distinct()
    else:
        column = Run.id.expression
        found = select(column.label("id"))
        if wanted.credential_id:
            found = found.where(Run.credential_id == wanted.credential_id)
        elif wanted.portal:
            found = found.where(Run.portal == wanted.portal)
        elif wanted.state:
            found = found.where(Run.state == wanted.state)
    if before:
        found = found.where(column < before)
    if wanted.since:
        found = found.where(column >= moment_id("run", wanted.since))
    if wanted.until:
        found = found.where(column < moment_id("run", wanted.until))
    return found.order_by(column.desc())


def _of_item(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of a run's questions, the rarest first: one question has to fit all of it."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.outcome:
        is_error = wanted.outcome[:1].isupper()
        conditions.append((WorkItem.error_code if is_error else WorkItem.outcome) == wanted.outcome)
    if wanted.person:
        conditions.append(WorkItem.requested_by == wanted.person)
    if wanted.capability:
        conditions.append(WorkItem.capability == wanted.capability)
    return conditions


def _rest(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.portal:
        conditions.append(Run.portal == wanted.portal)
    if wanted.credential_id:
        conditions.append(Run.credential_id == wanted.credential_id)
    if wanted.state:
        conditions.append(Run.state == wanted.state)
    if wanted.credentials is not None:
        conditions.append(Run.credential_id.in_(wanted.credentials))
    if len(of_item := _of_item(wanted)) > 1:
        conditions.append(exists().where(WorkItem.run_id == Run.id, *of_item))
    return conditions


@dataclass(frozen=True)
class Failure:
    """Questions that failed in one and the same way."""

    code: str
    portal: str
    capability: str
    page: str | None
    element: str | None
    count: int
    first_at: datetime
    last_at: datetime
    sentence: str
    run_id: str | None
    """The latest of them, to look at."""


async def failures(
    session: AsyncSession, *, since: datetime, credentials: Collection[str] | None = None, limit: int = 200
) -> list[Failure]:
    """The most frequent first."""
    signature = (
        WorkItem.error_code,
        WorkItem.portal,
        WorkItem.capability,
        WorkItem.error_page,
        WorkItem.error_element,
    )
    found = (
        select(
            *signature,
            func.count(),
            func.min(WorkItem.started_at),
            func.max(WorkItem.started_at),
            func.max(WorkItem.error_sentence),
            func.max(WorkItem.run_id),
        )
        .where(WorkItem.error_code.is_not(None), WorkItem.started_at >= since)
        .group_by(*signature)
        .order_by(func.count().desc())
        .limit(limit)
    )
    if credentials is not None:
        found = found.where(WorkItem.credential_id.in_(credentials))
    return [Failure(*row) for row in (await session.execute(found)).all()]


async def credentials_of(session: AsyncSession, tins: Collection[str] | None) -> frozenset[str] | None:
    """Ids of the credentials of these tax IDs; None for all."""
    if tins is None:
        return None
    return frozenset(await session.scalars(select(Credential.id).where(Credential.tin.in_(tins))))


async def audit_page(
    session: AsyncSession,
    *,
    action: str | None = None,
    actor: str | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[AuditEvent]:
    """The latest first. `action` may be the beginning of one: "phi." are all looks at patient data."""
    found = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(limit)
    if action:
        found = found.where(
            and_(AuditEvent.action >= action, AuditEvent.action < f"{action}\uffff")
            if action.endswith(".")
            else AuditEvent.action == action
        )
    if actor:
        found = found.where(or_(AuditEvent.actor == actor, AuditEvent.actor == f"{actor} (fleet)"))
    if subject:
        found = found.where(AuditEvent.subject == subject)
    if before:
        found = found.where(AuditEvent.seq < before)
    return (await session.scalars(found)).all()
