"""Workers that end at a counted moment, and what is known of an account afterwards."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.manifest import Manifest
from core.passwords import CharacterClass, PasswordRules
from core.phi import Secret
from core.vault import MemoryVault, Vault
from lanes.accounts.errands import LOGIN_CHECK, ROTATION, Errand, set_out
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import credentials, work_items
from store.credentials import Credential, NewCredential
from store.database import Database
from store.leases import LaneLease
from store.password_changes import PasswordChange
from store.work_items import WorkItem
from tests.lanes.conftest import PASSWORD, ScriptedPortal

AskAll = Callable[..., Awaitable[list[str]]]
EVERY_MOMENT = "THOROUGH" in os.environ
"""Else those between the making of the new password and the end of its errand."""


class Killed(BaseException):
    """Like kill -9, nobody handles it."""


class Life:
    """Of a worker: it ends at a moment that is counted, and from then on it does nothing any more."""

    def __init__(self, moments: int | None = None, *, since: str | None = None) -> None:
        self.left = moments
        self.ended_at: str | None = None
        self._since = since
        """Only what comes after this counts."""

    async def lived(self, moment: str) -> None:
        self._since = None if moment == self._since else self._since
        if self.left is not None and self._since is None:
            if self.left <= 0:
                self.ended_at = self.ended_at or moment
                raise Killed
            self.left -= 1


class MortalDatabase:
    """Ends its worker right after a commit: before it, nothing is else than after the one before."""

    def __init__(self, database: Database, life: Life) -> None:
        self._database = database
        self._life = life

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        async with self._database.begin() as session:
            yield session
        await self._life.lived("after a commit")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._database.read() as session:
            yield session


class MortalVault:
    def __init__(self, vault: Vault, life: Life) -> None:
        self._vault = vault
        self._life = life

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._vault, name)

        async def ask(*arguments: Any, **named: Any) -> Any:
            answer = await asked(*arguments, **named)
            await self._life.lived(f"after {name}")
            return answer

        return ask


def mortal(fleet: Fleet, portal: ScriptedPortal, life: Life) -> Fleet:
    portal.boundary = life.lived
    return dataclasses.replace(
        fleet,
        database=cast("Database", MortalDatabase(fleet.database, life)),
        vault=cast("Vault", MortalVault(fleet.vault, life)),
    )


def memory(fleet: Fleet) -> MemoryVault:
    assert isinstance(fleet.vault, MemoryVault)
    return fleet.vault


async def new_account(fleet: Fleet, portal: ScriptedPortal, name: str) -> Credential:
    """Its password is known to be right."""
    await fleet.vault.save_login("availity", name, Secret(f"bot-{name}"), Secret(PASSWORD), expected_version=0)
    async with fleet.database.begin() as session:
        new = NewCredential("availity", name, "simulator", tin=name)
        credential = await credentials.add(session, fleet.sealer, new, actor="test", now=fleet.clock.now())
    await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    return credential


async def as_stored(fleet: Fleet, credential: Credential) -> Credential:
    async with fleet.database.read() as session:
        return await credentials.get(session, credential.id)


async def item_of(fleet: Fleet, item_id: str) -> WorkItem:
    async with fleet.database.read() as session:
        return await work_items.get(session, item_id)


async def freed(fleet: Fleet, credential: Credential) -> None:
    """The lease of a dead worker has lapsed."""
    async with fleet.database.begin() as session:
        lane = await session.get(LaneLease, credential.id)
        assert lane is not None
        lane.expires_at = datetime(2020, 1, 1, tzinfo=UTC)


async def changes_under_way(fleet: Fleet) -> list[PasswordChange]:
    async with fleet.database.read() as session:
        return list(await session.scalars(select(PasswordChange)))


async def password_of(fleet: Fleet, credential: Credential) -> str:
    return (await fleet.vault.login_secret("availity", credential.name)).password.reveal()


async def pending_of(fleet: Fleet, credential: Credential) -> str:
    pending = await fleet.vault.pending_password("availity", credential.name)
    assert pending is not None
    return pending.password.reveal()


def few_passwords(fleet: Fleet) -> None:
    """Rules that leave ten."""
    rules = PasswordRules(shortest=1, longest=1, classes=(CharacterClass.DIGIT,), not_username=False, changed_by="bot")
    few = fleet.portals["availity"].model_copy(update={"password": rules})
    cast("dict[str, Manifest]", fleet.portals)["availity"] = few


async def rotated(fleet: Fleet, portal: ScriptedPortal, credential: Credential) -> WorkItem:
    asked = await set_out(fleet, Errand(ROTATION, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    return await item_of(fleet, asked.item.id)


def ends_at(place: str) -> Callable[[str], Awaitable[None]]:
    ended = False

    async def end(moment: str) -> None:
        nonlocal ended
        ended = ended or moment == place
        if ended:
            raise Killed

    return end
