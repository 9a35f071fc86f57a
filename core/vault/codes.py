"""Who makes one-time codes out of seeds: the vault's TOTP engine, or we, where a vault has none."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import hvac

from core.errors import RequestInvalid
from core.phi import Secret
from core.redact import known_values
from core.vault.paths import VaultPaths
from core.vault.seeds import STEP_SECONDS, Seed
from core.vault.session import NotThere

Ask = Callable[[Callable[[hvac.Client], Any], str | None], Awaitable[Any]]
"""A request to the vault, and the portal to which what it asks for belongs."""


class Codes(Protocol):
    async def save(self, portal: str, account: str, seed: Seed) -> None: ...

    async def code(self, portal: str, account: str) -> str:
        """Raises NotThere or Refused where there is no seed."""
        ...

    async def forget(self, portal: str, account: str) -> None: ...


class EngineCodes:
    """The seed never leaves the vault."""

    def __init__(self, ask: Ask, paths: VaultPaths) -> None:
        self._ask = ask
        self._paths = paths

    async def save(self, portal: str, account: str, seed: Seed) -> None:
        # The engine overwrites a key without asking, so a new seed first shows what it can do under another name.
        proof = self._paths.proof_of(portal, account)
        await self._put(proof, seed)
        try:
            await self._prove(proof, seed)
        finally:
            await self._delete(proof)
        await self._put(self._paths.code_of(portal, account), seed)

    async def code(self, portal: str, account: str) -> str:
        return await self._code(self._paths.code_of(portal, account), portal)

    async def forget(self, portal: str, account: str) -> None:
        await self._delete(self._paths.code_of(portal, account))

    async def _put(self, name: str, seed: Seed) -> None:
        key = {
            "key": seed.base32.reveal(),
            "algorithm": seed.algorithm,
            "digits": seed.digits,
            "period": STEP_SECONDS,
            "generate": False,
        }
        await self._ask(lambda client: client.write_data(f"{self._paths.mounts.codes}/keys/{name}", data=key), None)

    async def _delete(self, name: str) -> None:
        await self._ask(lambda client: client.delete(f"{self._paths.mounts.codes}/keys/{name}"), None)

    async def _prove(self, name: str, seed: Seed) -> None:
        before = time.time()
        code = await self._code(name, None)
        # A step may turn between the two clocks' readings; a step of difference is what portals forgive.
        moments = (before - STEP_SECONDS, before, time.time(), time.time() + STEP_SECONDS)
        if code not in {seed.code_at(moment) for moment in moments}:
            raise RequestInvalid(
                "The vault makes other codes from this seed than it should: its clock or the seed is wrong.",
                field="seed",
            )

    async def _code(self, name: str, portal: str | None) -> str:
        answer = await self._ask(lambda client: client.read(f"{self._paths.mounts.codes}/code/{name}"), portal)
        if answer is None:
            # hvac's own way to say 404.
            raise NotThere("vault", "The vault holds no such seed.")
        return str(answer["data"]["code"])


class KeptSeeds:
    """The seed lies in the vault like a password, and its worker sees it: who has it has the second factor for good."""

    def __init__(self, ask: Ask, paths: VaultPaths) -> None:
        self._ask = ask
        self._paths = paths
        self._mount = paths.mounts.logins

    async def save(self, portal: str, account: str, seed: Seed) -> None:
        path = self._paths.seed_of(portal, account)
        kept = {"seed": seed.base32.reveal(), "algorithm": seed.algorithm, "digits": seed.digits}
        await self._ask(
            lambda client: client.secrets.kv.v2.create_or_update_secret(path, secret=kept, mount_point=self._mount),
            None,
        )

    async def code(self, portal: str, account: str) -> str:
        path = self._paths.seed_of(portal, account)
        answer = await self._ask(
            lambda client: client.secrets.kv.v2.read_secret_version(
                path, mount_point=self._mount, raise_on_deleted_version=True
            ),
            portal,
        )
        kept = answer["data"]["data"]
        known_values.remember(kept["seed"])
        return Seed(Secret(kept["seed"]), kept["algorithm"], int(kept["digits"])).code_at(time.time())

    async def forget(self, portal: str, account: str) -> None:
        path = self._paths.seed_of(portal, account)
        await self._ask(
            lambda client: client.secrets.kv.v2.delete_metadata_and_all_versions(path, mount_point=self._mount), None
        )
