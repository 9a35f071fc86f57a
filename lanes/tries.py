"""Tries to sign in that failed are counted, by name; after some of them one waits, longer each time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RateLimited
from lanes.assembly import Fleet
from store import audit
from store.base import claimed
from store.people import Person, SignInTries

TRIES = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


async def check(fleet: Fleet, name: str) -> None:
    """Raises RateLimited."""
    now = fleet.clock.now()
    async with fleet.database.read() as session:
        tries = await session.get(SignInTries, _key(fleet, name))
    if tries is not None and now < tries.until:
        seconds = int((tries.until - now).total_seconds()) + 1
        raise RateLimited(
            f"Too many tries. Wait {seconds} seconds and try again; an administrator can set a new password.",
            retry_at=tries.until,
        )


async def failed(fleet: Fleet, name: str, person: Person | None) -> None:
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        key = _key(fleet, name)
        tries = await claimed(session, SignInTries(name_key=key, failures=0, until=now))
        tries.failures += 1
        if tries.failures >= TRIES:
            tries.until = now + min(FIRST_PAUSE * 2 ** min(tries.failures - TRIES, 10), LONGEST_PAUSE)
        subject = person.id if person else "unknown"
        event = audit.Event("person.refused", "console", subject, {"failures": tries.failures})
        await audit.append(session, event, now=now)


async def forget(session: AsyncSession, fleet: Fleet, name: str) -> None:
    await session.execute(delete(SignInTries).where(SignInTries.name_key == _key(fleet, name)))


def _key(fleet: Fleet, name: str) -> str:
    return fleet.sealer.blind(name, "sign_in")
