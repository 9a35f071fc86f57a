from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from core.errors import LeaseLost, PortalUnavailable
from store import leases
from store.credentials import Credential
from store.database import Database
from store.leases import Lease


async def _take(database: Database, credential: Credential, holder: str, now: datetime) -> Lease | None:
    async with database.begin() as session:
        return await leases.take(session, credential.id, holder, seconds=15, now=now)


async def test_of_many_at_once_one_gets_the_lane(database: Database, credential: Credential, now: datetime) -> None:
    taken = await asyncio.gather(*(_take(database, credential, f"worker {number}", now) for number in range(20)))
    assert len([lease for lease in taken if lease]) == 1


async def test_an_expired_lease_is_taken_over_and_the_old_holder_is_told(
    database: Database, credential: Credential, now: datetime
) -> None:
    old = await _take(database, credential, "old", now)
    assert old is not None
    assert await _take(database, credential, "new", now + timedelta(seconds=14)) is None
    new = await _take(database, credential, "new", now + timedelta(seconds=15))
    assert new is not None
    assert new.fence == old.fence + 1
    for late in (leases.check, leases.release):
        with pytest.raises(LeaseLost):
            async with database.begin() as session:
                await late(session, old)
    with pytest.raises(LeaseLost):
        async with database.begin() as session:
            await leases.renew(session, old, seconds=15, now=now)
    async with database.begin() as session:
        await leases.check(session, new)


async def test_the_same_holder_coming_back_does_not_pass_for_its_former_self(
    database: Database, credential: Credential, now: datetime
) -> None:
    first = await _take(database, credential, "same", now)
    second = await _take(database, credential, "same", now + timedelta(seconds=20))
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost):
        async with database.begin() as session:
            await leases.check(session, first)


async def test_a_renewed_lease_lives_on(database: Database, credential: Credential, now: datetime) -> None:
    lease = await _take(database, credential, "worker", now)
    assert lease is not None
    async with database.begin() as session:
        await leases.renew(session, lease, seconds=15, now=now + timedelta(seconds=10))
    assert await _take(database, credential, "other", now + timedelta(seconds=20)) is None


async def test_a_resting_lane_is_not_taken(database: Database, credential: Credential, now: datetime) -> None:
    lease = await _take(database, credential, "worker", now)
    assert lease is not None
    async with database.begin() as session:
        assert await leases.waited(session, lease) == 1
        assert await leases.waited(session, lease) == 2
        await leases.rest(session, lease, PortalUnavailable("Closed."), until=now + timedelta(minutes=5))
        await leases.release(session, lease)
    assert await _take(database, credential, "worker", now + timedelta(minutes=4)) is None
    assert await _take(database, credential, "worker", now + timedelta(minutes=5)) is not None
