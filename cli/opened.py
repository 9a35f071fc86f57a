"""What commands open: the settings, the store alone, or the whole fleet with its vault."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from core.errors import PartUnavailable, RequestInvalid
from core.settings import Settings
from lanes.assembly import Fleet
from stack import openbao
from store.database import Database


def read_settings() -> Settings:
    """Raises RequestInvalid for a FLEET_… variable that makes no sense."""
    try:
        return Settings()
    except ValidationError as problems:
        problem = problems.errors(include_url=False, include_input=False)[0]
        name = f"FLEET_{problem['loc'][0]}".upper()
        reason = problem["msg"].removeprefix("Value error, ")
        raise RequestInvalid(f"The environment variable {name} is wrong: {reason}.", field=name) from None


@asynccontextmanager
async def opened_store() -> AsyncIterator[Database]:
    """For what needs no patient data: it works while the vault is down."""
    database = Database.open(_existing(read_settings()).store)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened_fleet() -> AsyncIterator[Fleet]:
    settings = _existing(read_settings())
    vault = await openbao.open_vault(settings.layout)
    try:
        async with Fleet.open(settings, vault) as fleet:
            yield fleet
    finally:
        await vault.close()


def _existing(settings: Settings) -> Settings:
    if isinstance(settings.store, Path) and not settings.store.exists():
        raise PartUnavailable("store", f"There is no fleet in {settings.layout.path} yet; `fleet up` makes one.")
    return settings
