"""A browser without a screen on the UnitedHealthcare portal and its identity provider."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
from portal_desk import PASSWORD, SEED
from pyotp.totp import TOTP

from simulator.accounts import Account, AccountSpec
from simulator.house import IDENTITY_HOST, PORTALS, House

Json = dict[str, Any]
USER = "rhayes"
PORTAL = f"http://{PORTALS['uhc']}"
IDENTITY = f"http://{IDENTITY_HOST}"


@dataclass
class UhcDesk:
    house: House
    browser: httpx.AsyncClient

    def account(self, **options: Any) -> Account:
        spec = {"username": USER, "password": PASSWORD, "totp_seed": SEED, **options}
        return self.house.accounts.put(AccountSpec(portal="uhc", **spec))

    def code(self) -> str:
        return TOTP(SEED).at(int(self.house.clock.timestamp()))

    async def step(self, name: str, **form: object) -> Json:
        response = await self.browser.post(f"{IDENTITY}/api/v1/auth/{name}?client=uhc", json=form)
        answer: Json = response.json()
        return answer

    async def password(self, password: str = PASSWORD) -> Json:
        return await self.step("authenticate", username=USER, password=password)

    async def leave(self) -> httpx.Response:
        return await self.browser.get(f"{IDENTITY}/oneapp/leave?client=uhc")

    async def log_in(self, **options: object) -> httpx.Response:
        if (await self.password())["view"] == "method":
            await self.step("method", method="authenticator")
            await self.step("code", code=self.code(), **options)
        return await self.leave()

    async def config(self) -> Json:
        page = (await self.browser.get(PORTAL)).text
        found = re.search(r'id="portal-config">(.+?)</script>', page)
        assert found, "not the portal's own page"
        config: Json = json.loads(found[1])
        return config

    async def ask(self, path: str, body: Json) -> httpx.Response:
        headers = {"x-xsrf-token": (await self.config())["xsrf"]}
        return await self.browser.post(PORTAL + path, json=body, headers=headers)

    async def get(self, path: str) -> Json:
        answer: Json = (await self.browser.get(PORTAL + path)).json()
        return answer

    def tally(self) -> Json:
        return self.house.tally.report("uhc")
