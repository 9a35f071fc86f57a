"""The simulator's control API: accounts are planted through it, and truth and tally are read from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from core.errors import PartUnavailable
from core.phi import Secret


class SimulatorControl:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, token: Secret) -> AsyncIterator[SimulatorControl]:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}/control",
            headers={"Authorization": f"Bearer {token.reveal()}"},
            trust_env=False,
            timeout=20,
        ) as client:
            yield cls(client)

    async def plant_account(self, portal: str, username: Secret, password: Secret, seed: Secret, **spec: Any) -> None:
        account = {
            "portal": portal,
            "username": username.reveal(),
            "password": password.reveal(),
            "totp_seed": seed.reveal(),
            **spec,
        }
        await self._call("POST", "/accounts", json=account)

    async def turn_dials(self, portal: str, **dials: Any) -> None:
        await self._call("PUT", "/dials", params={"portal": portal}, json=dials)

    async def tally(self, portal: str) -> dict[str, Any]:
        tally: dict[str, Any] = await self._call("GET", "/tally", params={"portal": portal})
        return tally

    async def questions(
        self, portal: str, capability: str, payer: str, *, count: int, seed: int, awkward: bool
    ) -> list[dict[str, str]]:
        """Keys by name, as `fleet pull` takes them."""
        drawn = await self._call(
            "GET",
            f"/questions/{portal}/{capability}",
            params={"payer": payer, "count": count, "seed": seed, "awkward": int(awkward)},
        )
        return [each["question"] for each in drawn]

    async def truth(self, portal: str, capability: str, payer: str, keys: Mapping[str, str]) -> dict[str, Any]:
        true: dict[str, Any] = await self._call("GET", f"/truth/{portal}/{capability}", params={**keys, "payer": payer})
        return true

    async def _call(self, method: str, path: str, **parts: Any) -> Any:
        """No address in the error: it may carry a question."""
        try:
            response = await self._client.request(method, path, **parts)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise PartUnavailable(
                "simulator",
                "The simulated portals do not answer. `fleet down` and `fleet up` start them again.",
                reference=type(error).__name__,
            ) from None
        return response.json()
