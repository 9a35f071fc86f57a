"""A browser without a screen on Optum Pay, which comes in through One Healthcare ID."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
from portal_desk import PASSWORD, SEED

from simulator.accounts import Account, AccountSpec
from simulator.house import IDENTITY_HOST, PORTALS, House

USER = "rhayes"
PORTAL = f"http://{PORTALS['optumpay']}"
IDENTITY = f"http://{IDENTITY_HOST}"


@dataclass
class OptumDesk:
    house: House
    browser: httpx.AsyncClient

    def account(self, **options: Any) -> Account:
        spec = {"username": USER, "password": PASSWORD, "totp_seed": SEED, "mfa": (), **options}
        return self.house.accounts.put(AccountSpec(portal="optumpay", **spec))

    async def log_in(self, password: str = PASSWORD) -> httpx.Response:
        answer = await self.browser.post(
            f"{IDENTITY}/api/v1/auth/authenticate?client=optumpay", json={"username": USER, "password": password}
        )
        return await self.browser.get(f"{IDENTITY}/oneapp/leave?client=optumpay") if answer else answer

    async def get(self, path: str) -> httpx.Response:
        return await self.browser.get(PORTAL + path)

    async def send(self, page: httpx.Response, path: str, **form: str) -> httpx.Response:
        """As the page's own script does: with all that its form holds."""
        return await self.browser.post(PORTAL + path, data={**hidden(page.text), **form})

    async def search(self, **criteria: str) -> httpx.Response:
        """By whatever is given, for the first organization of the account and any payer."""
        by = {"paymentNumber": "number", "claimNumber": "claim"}.get(next(iter(criteria)), "date")
        form = await self.get(f"/searchRemittance.do?by={by}")
        tins = re.findall(r'<option value="(\d+)"', form.text)
        return await self.send(form, "/searchRemittance.do", tin=tins[0], payer="", by=by, **criteria)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
