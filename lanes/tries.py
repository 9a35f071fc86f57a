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


async def begin(fleet: Fleet, name: str) -> None:
    """Counts a try before it is made, so that many at the same moment are no more than one after the other.

    Raises RateLimited.
    """
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        tries = await claimed(session, SignInTries(name_key=_key(fleet, name), failures=0, until=now))
        if now < tries.until:
            seconds = int((tries.until - now).total_seconds()) + 1
            raise RateLimited(
                f"Too many tries. Wait {seconds} seconds and try again; an administrator can set a new password.",
                retry_at=tries.until,
            )
        tries.failures += 1
        if tries.failures >= TRIES:
            tries.until = now + min(FIRST_PAUSE * 2 ** min(tries.failures - TRIES, 10), LONGEST_PAUSE)


async def failed(fleet: Fleet, name: str, person: Person | None) -> None:
    async with fleet.database.begin() as session:
        tries = await session.get(SignInTries, _key(fleet, name))
        subject = person.id if person else "unknown"
        event = audit.Event("person.refused", "console", subject, {"failures": tries.failures if tries else 0})
        await audit.append(session, event, now=fleet.clock.now())


async def take_back(session: AsyncSession, fleet: Fleet, name: str) -> None:
    """The try that was begun was right. Those that failed before it still count."""
    now = fleet.clock.now()
    tries = await claimed(session, SignInTries(name_key=_key(fleet, name), failures=1, until=now))
    tries.failures, tries.until = tries.failures - 1, now


async def forget(session: AsyncSession, fleet: Fleet, name: str) -> None:
    await session.execute(delete(SignInTries).where(SignInTries.name_key == _key(fleet, name)))


def _key(fleet: Fleet, name: str) -> str:
    return fleet.sealer.blind(name, "sign_in")
