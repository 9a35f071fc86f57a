"""What was done, looked back at: runs by any mixture of filters, a page at a time, and failures by their signature."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.tax_ids import plain_tax_id
from store.audit import AuditEvent
from store.base import moment_id
from store.credentials import Credential
from store.runs import Run, RunState
from store.work_items import WorkItem

LOOKED_AT = 1000
"""Rows per page at most, so that a filter which fits next to nothing answers as fast as any. The page says how far it
has looked, and the next one goes on from there.
"""
FAILURES_LOOKED_AT = 20_000
RANGES = 50
"""That many ranges of an index are read side by side; more of them are a filter like any other."""
_RARE = frozenset({RunState.WORKING, RunState.TROUBLED, RunState.LOST})


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
    looked_at = _candidates(wanted, before)
    # The limits once more: PostgreSQL joins from the end of the table, which may be far from where the page begins.
    limits = _within(Run.id.expression, wanted, before)
    chosen = select(Run).where(Run.id.in_(looked_at), *limits, *_rest(wanted)).order_by(Run.id.desc())
    runs = (await session.scalars(chosen.limit(limit))).all()
    return Page(runs, runs[-1].id if len(runs) == limit else await _looked_to(session, looked_at))


def _candidates(wanted: Wanted, before: str | None) -> Select[Any]:
    """In the order of one index: that of the narrowest filter that has one."""
    item = _of_item(wanted)
    if item:
        column: ColumnElement[Any] = WorkItem.run_id.expression
        found = select(column.label("id")).where(item[0], column.is_not(None), *_within(column, wanted, before))
        return found.distinct().order_by(column.desc()).limit(LOOKED_AT)
    limits = _within(Run.id.expression, wanted, before)
    return _latest(Run.id, [[*each, *limits] for each in _ranges(wanted)])


def _ranges(wanted: Wanted) -> list[list[ColumnElement[bool]]]:
    if wanted.credential_id:
        return [[Run.credential_id == wanted.credential_id]]
    if wanted.credentials is not None and len(wanted.credentials) <= RANGES:
        return [[Run.credential_id == each] for each in sorted(wanted.credentials)]
    if wanted.state in _RARE:
        return [[Run.state == wanted.state]]
    if wanted.portal:
        return [[Run.portal == wanted.portal]]
    return [[Run.state == wanted.state] if wanted.state else []]


def _within(column: ColumnElement[Any], wanted: Wanted, before: str | None) -> list[ColumnElement[bool]]:
    limits = [column < before] if before else []
    if wanted.since:
        limits.append(column >= moment_id("run", wanted.since))
    if wanted.until:
        limits.append(column < moment_id("run", wanted.until))
    return limits


def _latest(column: InstrumentedAttribute[Any], ranges: Sequence[Sequence[ColumnElement[bool]]]) -> Select[Any]:
    """Of several ranges of an index, each read from its end and none further than `LOOKED_AT`."""
    parts = [
        select(column.label("id")).where(*each).order_by(column.desc()).limit(LOOKED_AT).subquery() for each in ranges
    ]
    if not parts:
        return select(column.label("id")).where(false())
    whole = union_all(*(select(each.c.id) for each in parts)).subquery()
    return select(whole.c.id).order_by(whole.c.id.desc()).limit(LOOKED_AT)


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


@dataclass(frozen=True)
class Failures:
    found: Sequence[Failure]
    since: datetime
    """Later than was asked for when there were too many to look at."""


async def failures(
    session: AsyncSession, *, since: datetime, credentials: Collection[str] | None = None, limit: int = 200
) -> Failures:
    """The most frequent first. Of the latest `FAILURES_LOOKED_AT`, all from one index."""
    of_item = (
        WorkItem.error_code,
        WorkItem.portal,
        WorkItem.capability,
        WorkItem.error_page,
        WorkItem.error_element,
        WorkItem.credential_id,
    )
    latest = select(*of_item, WorkItem.started_at, WorkItem.id).where(
        WorkItem.error_code.is_not(None), WorkItem.started_at >= since
    )
    looked_at = latest.order_by(WorkItem.started_at.desc()).limit(FAILURES_LOOKED_AT).subquery()
    kind, at = [looked_at.c[each.key] for each in of_item], looked_at.c.started_at
    counted = select(*kind, func.count(), func.min(at), func.max(at), func.max(looked_at.c.id)).group_by(*kind)
    rows = (await session.execute(counted)).all()
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for *signature, credential, count, first, last, item in rows:
        # Who may see what is sorted out here: as a condition it would tempt a database to an index of all time.
        if credentials is None or credential in credentials:
            heap = alike.setdefault(tuple(signature), [0, first, last, item])
            heap[:] = heap[0] + count, min(heap[1], first), max(heap[2], last), max(heap[3], item)
    frequent = sorted(alike.items(), key=lambda each: each[1][0], reverse=True)[:limit]
    told = select(WorkItem.id, WorkItem.error_sentence, WorkItem.run_id)
    told = told.where(WorkItem.id.in_([heap[3] for _, heap in frequent]))
    latest_of: dict[str, tuple[Any, ...]] = {
        item: (sentence, run) for item, sentence, run in await session.execute(told)
    }
    found = [Failure(*signature, *heap[:3], *latest_of[heap[3]]) for signature, heap in frequent]
    is_cut = sum(row[6] for row in rows) == FAILURES_LOOKED_AT
    return Failures(found, min(row[7] for row in rows) if is_cut else since)


async def credentials_of(session: AsyncSession, tins: Collection[str] | None) -> frozenset[str] | None:
    """Ids of the credentials of these tax IDs; None for all."""
    if tins is None:
        return None
    plain = [plain_tax_id(tin) for tin in tins]
    return frozenset(await session.scalars(select(Credential.id).where(Credential.tin.in_(plain))))


@dataclass(frozen=True)
class AuditPage:
    events: Sequence[AuditEvent]
    before: int | None
    """Where the next page begins; None at the end."""


async def audit_page(
    session: AsyncSession,
    *,
    action: str | None = None,
    actor: str | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> AuditPage:
    """The latest first. `action` may be the beginning of one: "phi." are all looks at patient data."""
    filters: list[list[ColumnElement[bool]]] = []
    if subject:
        filters.append([AuditEvent.subject == subject])
    if actor:
        filters.append([AuditEvent.actor == each for each in (actor, f"{actor} (fleet)")])
    if action:
        filters.append([AuditEvent.action == each for each in await _actions(session, action)])
    if not all(filters):
        return AuditPage([], None)
    first, *rest = filters or [[true()]]
    limits = [AuditEvent.seq < before] if before else []
    looked_at = _latest(AuditEvent.seq, [[each, *limits] for each in first])
    found = select(AuditEvent).where(AuditEvent.seq.in_(looked_at), *limits, *(or_(*each) for each in rest))
    events = (await session.scalars(found.order_by(AuditEvent.seq.desc()).limit(limit))).all()
    return AuditPage(events, events[-1].seq if len(events) == limit else await _looked_to(session, looked_at))


async def _actions(session: AsyncSession, action: str) -> list[str]:
    """Those that begin so, if it ends with a dot. They are few, in very many events: each is one step in the index."""
    if not action.endswith("."):
        return [action]
    words = select(func.min(AuditEvent.action).label("word")).cte(recursive=True)
    following = select(func.min(AuditEvent.action)).where(AuditEvent.action > words.c.word).scalar_subquery()
    every = words.union_all(select(following).where(words.c.word.is_not(None)))
    return [word for word in await session.scalars(select(every.c.word)) if word and word.startswith(action)]


async def _looked_to(session: AsyncSession, looked_at: Select[Any]) -> Any:
    """The last of the rows that a page was chosen from, unless there are no more."""
    rows = looked_at.subquery()
    count, last = (await session.execute(select(func.count(), func.min(rows.c.id)))).one()
    return last if count == LOOKED_AT else None
