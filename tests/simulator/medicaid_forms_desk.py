"""A browser without a screen on the Medicaid portal of the web-forms kind: it sends whole forms back."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx
from portal_desk import PASSWORD, SEED
from pyotp.totp import TOTP

from simulator.accounts import NORTHGATE, Account, AccountSpec
from simulator.house import PORTALS, House

USER = "rhayes"
PORTAL = f"http://{PORTALS['medicaid_forms']}"
PROVIDER = NORTHGATE.providers[0].npi
_TAG = re.compile(r"<[^>]+>")


class _Inputs(HTMLParser):
    """The fields that a browser would send back; buttons and unticked boxes are not among them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") in {"hidden", "text", "password"} and given.get("name"):
            self.values[given["name"] or ""] = given.get("value") or ""


@dataclass
class MedicaidDesk:
    house: House
    browser: httpx.AsyncClient
    page: httpx.Response = field(default_factory=lambda: httpx.Response(204))

    def account(self, **options: Any) -> Account:
        spec = {"username": USER, "password": PASSWORD, "totp_seed": SEED, **options}
        return self.house.accounts.put(AccountSpec(portal="medicaid_forms", **spec))

    def code(self) -> str:
        return TOTP(SEED).at(int(self.house.clock.timestamp()))

    async def open(self, path: str) -> str:
        self.page = await self.browser.get(PORTAL + path)
        return self.text

    async def send(self, control: str, argument: str = "", **fields: str) -> str:
        """Raises the event of a control: the whole form goes back, with these fields changed."""
        inputs = _Inputs()
        inputs.feed(self.page.text)
        form = inputs.values | {f"ctl00$cph${name}": value for name, value in fields.items()}
        if argument or control.startswith(("lnk", "tmr")):
            form |= {"__EVENTTARGET": f"ctl00$cph${control}", "__EVENTARGUMENT": argument}
        else:
            form |= {f"ctl00$cph${control}": "pressed"}
        return await self.post(form)

    async def post(self, form: dict[str, str]) -> str:
        self.page = await self.browser.post(str(self.page.url), data=form)
        return self.text

    @property
    def text(self) -> str:
        """As it reads, without tags."""
        return " ".join(unescape(_TAG.sub(" ", self.page.text)).split())

    def items(self) -> list[str]:
        """The sentences of the response."""
        return [unescape(each) for each in re.findall(r"<li>(.*?)</li>", self.page.text)]

    async def log_in(self) -> str:
        await self.open("/Login.aspx")
        await self.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
        if "Verification Code" in self.text:
            await self.send("btnVerify", txtCode=self.code())
        return await self.send("btnContinue", chkAgree="1")

    async def choose_provider(self, npi: str = PROVIDER) -> str:
        await self.open("/Lookup/Provider.aspx")
        return await self.send("btnSelect", rbProvider=npi)

    async def request(self, folder: str, **fields: str) -> str:
        """Submits a request and returns its reference number."""
        await self.open(f"/{folder}/Request.aspx")
        await self.send("btnSubmit", **fields)
        found = re.search(r'id="ctl00_cph_lblReference">(\w+)<', self.page.text)
        assert found, self.text
        return found[1]

    async def view(self, folder: str, reference: str) -> str:
        await self.open(f"/{folder}/Response.aspx")
        return await self.send("lnkView", f"View${reference}")

    def tally(self) -> dict[str, Any]:
        return self.house.tally.report("medicaid_forms")
