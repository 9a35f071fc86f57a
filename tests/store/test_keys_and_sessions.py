from __future__ import annotations

import asyncio
from datetime import datetime

from core.seal import Sealer
from core.vault import MemoryVault
from store import sessions
from store.credentials import Credential
from store.database import Database
from store.keys import open_sealer


async def test_every_process_unwraps_the_same_key(database: Database) -> None:
    vault = MemoryVault()
    first, *others = await asyncio.gather(*(open_sealer(database, vault) for _ in range(5)))
    sealed = first.seal("text", "table|row")
    assert all(other.open(sealed, "table|row") == "text" for other in [*others, await open_sealer(database, vault)])


async def test_a_saved_session_ends_with_its_password(
    database: Database, sealer: Sealer, credential: Credential, now: datetime
) -> None:
    for state in ("older", "cookies"):
        async with database.begin() as session:
            await sessions.save(session, sealer, credential.id, state, password_version=3, now=now)
    async with database.read() as session:
        assert await sessions.load(session, sealer, credential.id, password_version=3) == "cookies"
        assert await sessions.load(session, sealer, credential.id, password_version=4) is None
    async with database.begin() as session:
        await sessions.drop(session, credential.id)
    async with database.read() as session:
        assert await sessions.load(session, sealer, credential.id, password_version=3) is None


async def test_a_remembered_device_outlives_sessions_and_is_no_other_credentials(
    database: Database, sealer: Sealer, credential: Credential, now: datetime
) -> None:
    async with database.begin() as session:
        assert await sessions.trusted(session, sealer, credential.id) is None
        await sessions.trust(session, sealer, credential.id, "older", now=now)
        await sessions.trust(session, sealer, credential.id, "device", now=now)
        await sessions.drop(session, credential.id)
    async with database.read() as session:
        assert await sessions.trusted(session, sealer, credential.id) == "device"
        assert await sessions.trusted(session, sealer, "cred_other") is None
