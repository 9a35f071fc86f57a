"""One ASGI application for every host name: each portal under its own, the control API under the loopback's."""

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.control import ControlApi
from simulator.house import IDENTITY_HOST, MEDICAID_ID_HOST, PORTALS, House
from simulator.portals.availity import site as availity
from simulator.portals.medicaid_forms import site as medicaid_forms
from simulator.portals.medicaid_id import site as medicaid_id
from simulator.portals.medicaid_id.assertions import Assertions
from simulator.portals.medicaid_sso import site as medicaid_sso
from simulator.portals.onehealthcareid import site as onehealthcareid
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.portals.optumpay import site as optumpay
from simulator.portals.ucare import site as ucare
from simulator.portals.ucare_old import site as ucare_old
from simulator.portals.uhc import site as uhc

_CONTROL_HOSTS = ("127.0.0.1", "localhost")


class HostDispatcher:
    def __init__(self, house: House, hosts: dict[str, ASGIApp]) -> None:
        self._house = house
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").rsplit(":", 1)[0].lower()
        # 421 is HTTP's own word for a request that reached a server which does not answer for its host.
        app = self._hosts.get(host) or PlainTextResponse("unknown host", 421)
        scope = {**scope, "hang_up": lambda: _hang_up(send)}
        if host in _CONTROL_HOSTS:
            await app(scope, receive, send)
        else:
            await self._over_the_network(app, scope, receive, send)

    async def _over_the_network(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """While it is cut nothing arrives, nor does the answer to what arrived before."""
        network = self._house.network
        lost = not network.carries()

        async def carried(message: Message) -> None:
            nonlocal lost
            lost = lost or network.is_cut
            if not lost:
                await send(message)

        if not lost:
            await app(scope, receive, carried)
        if lost:
            await scope["hang_up"]()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})


async def _hang_up(send: Send) -> None:
    """Breaks the connection under a request, of which ASGI itself knows nothing: this is uvicorn's own."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the portal hung up")
    transport.abort()
    await asyncio.sleep(0.05)  # the server notices that nobody is there any more


def create_app(house: House, token: str) -> HostDispatcher:
    control = ControlApi(house, token).app()
    tickets = Tickets()
    assertions = Assertions()
    return HostDispatcher(
        house,
        {
            **dict.fromkeys(_CONTROL_HOSTS, control),
            PORTALS["availity"]: availity.build(house),
            PORTALS["medicaid_forms"]: medicaid_forms.build(house),
            PORTALS["uhc"]: uhc.build(house, tickets),
            PORTALS["optumpay"]: optumpay.build(house, tickets),
            PORTALS["ucare"]: ucare.build(house),
            PORTALS["ucare_old"]: ucare_old.build(house),
            IDENTITY_HOST: onehealthcareid.build(house, tickets),
            PORTALS["medicaid_sso"]: medicaid_sso.build(house, assertions),
            MEDICAID_ID_HOST: medicaid_id.build(house, assertions),
        },
    )
