"""A browser without a screen on UCare's newer portal."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
from portal_desk import PASSWORD, SEED
from pyotp.totp import TOTP

from simulator.accounts import NORTHGATE, Account, AccountSpec, Organization
from simulator.house import PORTALS, House

USER = "rhayes"
PORTAL = f"http://{PORTALS['ucare']}"


@dataclass
class UcareDesk:
    house: House
    browser: httpx.AsyncClient

    def account(self, **options: Any) -> Account:
        spec = {"username": USER, "password": PASSWORD, "totp_seed": SEED, **options}
        return self.house.accounts.put(AccountSpec(portal="ucare", **spec))

    def code(self) -> str:
        return TOTP(SEED).at(int(self.house.clock.timestamp()))

    async def step(self, name: str, **form: str) -> str:
        response = await self.browser.post(f"{PORTAL}/sign-in", data={"step": name, **form})
        return heading(response)

    async def password(self, password: str = PASSWORD) -> str:
        return await self.step("password", username=USER, password=password)

    async def log_in(self) -> str:
        await self.password()
        return await self.step("code", code=self.code())

    async def work_for(self, organization: Organization = NORTHGATE, site: str = "All sites", tool: str = "") -> str:
        form = {"tin": organization.tin, "npi": organization.providers[0].npi, "site": site, "tool": tool}
        return heading(await self.browser.post(f"{PORTAL}/practice", data=form))

    async def heading(self, path: str) -> str:
        return heading(await self.browser.get(PORTAL + path))

    async def page(self, path: str) -> str:
        return (await self.browser.get(PORTAL + path)).text

    async def send(self, path: str, **form: str) -> httpx.Response:
        """As a form of the page does, with the page's token."""
        token = re.search(r'name="request-token" content="(.+?)"', await self.page("/home"))
        assert token, "not a page of the portal"
        return await self.browser.post(PORTAL + path, data=form, headers={"x-xsrf-token": token[1]})

    async def send_without_page(self, path: str) -> httpx.Response:
        return await self.browser.post(PORTAL + path)

    def tally(self) -> dict[str, Any]:
        return self.house.tally.report("ucare")


def heading(response: httpx.Response) -> str:
    found = re.search(r"<h1>(.+?)</h1>", response.text)
    return found[1].replace("&#39;", "'") if found else ""
