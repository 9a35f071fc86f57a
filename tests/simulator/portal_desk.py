from dataclasses import dataclass, field

import httpx
from pyotp.totp import TOTP

from simulator.house import House

TOKEN = "judge-token"
SEED = "JBSWY3DPEHPK3PXP"
PASSWORD = "Correct-Horse-9"


@dataclass
class Desk:
    """A browser without a screen, and the judge's telephone beside it."""

    house: House
    portal: httpx.AsyncClient
    control: httpx.AsyncClient
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self) -> httpx.AsyncClient:
        transport = self.portal._transport
        client = httpx.AsyncClient(transport=transport, base_url="http://availity.localhost", follow_redirects=True)
        self.clients.append(client)
        return client

    async def account(self, **options: object) -> None:
        spec = {"username": "rhayes", "password": PASSWORD, "totp_seed": SEED, **options}
        (await self.control.post("/control/accounts", json=spec)).raise_for_status()

    async def password(self, password: str = PASSWORD, client: httpx.AsyncClient | None = None) -> httpx.Response:
        return await (client or self.portal).post("/login", data={"username": "rhayes", "password": password})

    def code(self) -> str:
        return TOTP(SEED).at(int(self.house.clock.timestamp()))

    async def log_in(self, client: httpx.AsyncClient | None = None) -> httpx.Response:
        client = client or self.portal
        await self.password(client=client)
        await client.post("/login/method", data={"choice": "Authenticator"})
        return await client.post("/login/code", data={"code": self.code()})

    async def tally(self) -> dict[str, int]:
        report: dict[str, int] = (await self.control.get("/control/tally")).json()
        return report

    async def dial(self, **dials: object) -> None:
        (await self.control.put("/control/dials?portal=availity", json=dials)).raise_for_status()

    async def ask(self, path: str, body: dict[str, str]) -> httpx.Response:
        """Posts an inquiry as a page's script does, XSRF cookie echoed, and polls until it is answered."""
        headers = {"x-xsrf-token": self.portal.cookies.get("XSRF-TOKEN", "")}
        accepted = await self.portal.post(path, json=body, headers=headers)
        if accepted.status_code != 202:
            return accepted
        while (answer := await self.portal.get(accepted.headers["location"])).status_code == 202:
            pass
        return answer
