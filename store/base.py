"""What every table shares: names of constraints, moments in UTC, ids."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar, TypeVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.retention import Period


class UtcTime(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no time zone, so it gets UTC and gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in the store needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[type, TypeEngine[datetime]]] = {datetime: UtcTime()}


Row = TypeVar("Row", bound=Base)


async def claimed(session: AsyncSession, blank: Row) -> Row:
    """The row with the key of `blank`, or `blank` itself where there was none; locked until the transaction ends."""
    model, key = type(blank), inspect(type(blank)).primary_key_from_instance(blank)
    found = await session.get(model, key, populate_existing=True, with_for_update=True)
    if found is not None:
        return found
    try:
        async with session.begin_nested():
            session.add(blank)
    except IntegrityError:  # another process made it a moment ago
        return await session.get_one(model, key, populate_existing=True, with_for_update=True)
    return blank


async def alone(session: AsyncSession, *what: str | None) -> None:
    """Until the transaction ends nobody else gets past here with the same words: for what no row stands for yet."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("|".join(map(str, what)), 0))))


def word(words: type[StrEnum]) -> Enum:
    """A column of one of these words, kept as text: a new word needs no change of the table."""
    return Enum(words, native_enum=False, length=32, values_callable=lambda kind: [member.value for member in kind])


class _Ids:
    """48 bits of milliseconds, 16 bits that count within one, 48 random bits: sorted by time, also within a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self, prefix: str) -> str:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1_000_000 << 16)
            return f"{prefix}_{self._last:016x}{secrets.token_hex(6)}"


new_id = _Ids().next
"""`new_id("run")` is an opaque id that sorts by the time of its making."""


def moment_id(prefix: str, moment: datetime) -> str:
    """Sorts before every id that is made at this moment or later, and after all earlier ones."""
    return f"{prefix}_{int(moment.timestamp() * 1000) << 16:016x}"


def made_at(row_id: str) -> datetime:
    """When `new_id` made it."""
    return datetime.fromtimestamp((int(row_id.partition("_")[2][:16], 16) >> 16) / 1000, UTC)


def period_of(kind: str, row_id: str) -> str:
    """The period of retention, of this class, that a row is sealed for: that of its making."""
    return str(Period.of(kind, made_at(row_id)))


def place(table: str, row_id: str) -> str:
    """What a sealed value is bound to: moved to another row or table it no longer opens."""
    return f"{table}|{row_id}"
