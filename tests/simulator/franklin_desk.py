"""A browser without a screen on the Franklin Medicaid portal and on FranklinID, which finds fields by their labels."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import httpx
from portal_desk import PASSWORD, SEED
from pyotp.totp import TOTP

from simulator.accounts import NORTHGATE, Account, AccountSpec
from simulator.house import MEDICAID_ID_HOST, PORTALS, House

Json = dict[str, Any]
USER = "rhayes@northgate.example"
PORTAL = f"http://{PORTALS['medicaid_sso']}"
IDENTITY = f"http://{MEDICAID_ID_HOST}"
PROVIDER = f"{NORTHGATE.providers[0].npi} - {NORTHGATE.providers[0].name}"
_LABEL = re.compile(r'<label[^>]* for="([^"]+)">([^<]+?):?</label>')
_CAPTION = re.compile(r'<span id="([^"]+)">([^<]+?):</span>')
_LIST = re.compile(r'<div id="([^"]+)" role="combobox"[^>]*aria-labelledby="([^"]+)"')


def ids(html: str) -> dict[str, str]:
    """The ids of fields and lists, by the labels that a person reads."""
    captions = dict(_CAPTION.findall(html))
    lists = {captions[caption]: found for found, caption in _LIST.findall(html)}
    return {text: found for found, text in _LABEL.findall(html)} | lists


def heading(html: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    return unescape(found[1]).strip() if found else ""


def alert(html: str) -> str:
    found = re.search(r'role="alert"[^>]*>(.*?)</', html, re.DOTALL)
    return unescape(found[1]).strip() if found else ""


@dataclass
class FranklinDesk:
    house: House
    browser: httpx.AsyncClient
    page: str = ""
    form: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def account(self, **options: Any) -> Account:
        spec = {"username": USER, "password": PASSWORD, "totp_seed": SEED, **options}
        return self.house.accounts.put(AccountSpec(portal="medicaid_sso", **spec))

    def code(self) -> str:
        return TOTP(SEED).at(int(self.house.clock.timestamp()))

    async def begin(self) -> httpx.Response:
        return self._seen(await self.browser.get(f"{IDENTITY}/as/authorization?client=provider"))

    async def step(self, **form: str) -> httpx.Response:
        """Sends the form of FranklinID's page that was seen last."""
        found = re.search(r'action="(/as/[^"]+)"', self.page)
        assert found, "no form on this page"
        return self._seen(await self.browser.post(IDENTITY + found[1], data=form))

    async def password(self, password: str = PASSWORD, username: str = USER) -> httpx.Response:
        await self.begin()
        await self.step(**{"pf.username": username})
        return await self.step(**{"pf.pass": password})

    async def leave(self) -> httpx.Response:
        found = re.search(r'action="([^"]+)"><input type="hidden" name="SAMLResponse" value="([^"]+)"', self.page)
        assert found, f"nothing to hand over on “{heading(self.page)}”"
        return self._seen(await self.browser.post(found[1], data={"SAMLResponse": found[2]}))

    async def log_in(self) -> httpx.Response:
        await self.password()
        if "SAMLResponse" not in self.page:
            await self.step(otp=self.code())
        return await self.leave()

    async def enter(self) -> None:
        """All the way to the Transaction Center, as a person who ticks the agreement."""
        await self.log_in()
        await self.tell("agree", {"I have read the user agreement and agree to it": "on"})

    async def open(self, path: str) -> httpx.Response:
        return self._seen(await self.browser.get(PORTAL + path))

    async def form_at(self, path: str, location: str = "001 - ", last: str = "") -> None:
        """A form with its three lists chosen."""
        await self.open(path)
        self.form = path.removeprefix("/")
        self.values = {"Provider": PROVIDER}
        lists = await self.tell("provider")
        self.values["Service location"] = self.option(lists["location-list"], location)
        third = next(iter((await self.tell("location")).values()))
        labels = {
            "eligibility": "Service type",
            "prior-approvals": "Type of review",
            "remittances": "Advice type",
            "appeals": "Request type",
        }
        label = labels.get(self.form, "Taxonomy")
        self.values[label] = self.option(third, last)

    @staticmethod
    def option(html: str, start: str) -> str:
        return next(
            each for each in map(unescape, re.findall(r'role="option">([^<]+)<', html)) if each.startswith(start)
        )

    async def send(self, event: str, values: Json, argument: str = "") -> httpx.Response:
        known = ids(self.page)
        data = {known[label]: value for label, value in (self.values | values).items()}
        found = re.search(r'name="token" content="([^"]+)"', self.page)
        headers = {"x-xsrf-token": found[1] if found else ""}
        form = {**data, "form": self.form, "argument": argument}
        return await self.browser.post(f"{PORTAL}/partial/{event}", data=form, headers=headers)

    async def tell(self, event: str, values: Json | None = None, argument: str = "") -> dict[str, str]:
        """What an event changes, by region; the page is as it looks then."""
        response = await self.send(event, values or {}, argument)
        assert response.status_code == 200, response.text
        changed = {each.attrib["region"]: each.text or "" for each in ET.fromstring(response.text)}  # noqa: S314
        self.page += "".join(changed.values())  # the newest element with a label counts
        return changed

    def arguments(self, html: str, event: str) -> list[str]:
        return re.findall(rf'data-event="{event}" data-argument="([^"]*)"', html)

    def tally(self) -> Json:
        return self.house.tally.report("medicaid_sso")

    def _seen(self, response: httpx.Response) -> httpx.Response:
        self.page, self.form, self.values = response.text, "", {}
        return response
