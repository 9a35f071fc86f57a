"""The pages of the portal: drawn on the server, each form with a token that counts once."""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from simulator.gate import Handler, SessionHandler
from simulator.house import House
from simulator.labels import us_date
from simulator.portals.onehealthcareid.client import ClientGate
from simulator.portals.optumpay.desk import desk_of
from simulator.portals.optumpay.layout import SKINS
from simulator.sessions import Session
from simulator.tiers import View, view_of

PORTAL = "optumpay"
PAYER = "UHC"
_ALLOWS = {"remittances": "view remittance information", "users": "maintain users"}
"""By role."""
FOLDER = Path(__file__).parent
TOKEN = "org.apache.struts.taglib.html.TOKEN"  # noqa: S105 - the field's name


class Gate(ClientGate):
    session_cookie = "JSESSIONID"

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)

    def view(self, session: Session) -> View:
        return view_of(session.account.spec.tier, self.house.clock.today())

    def screen(self, template: str, session: Session, **values: Any) -> Response:
        token = secrets.token_hex(16)
        desk_of(session).tokens.add(token)
        announced = self.dials.announcement and "announcement" not in session.passed
        session.passed.add("announcement")
        spec = session.account.spec
        return self.render(
            template,
            user=session.username,
            tier=spec.tier.capitalize(),
            since=us_date(self.view(session).since),
            roles=spec.roles,
            announced=announced,
            token_name=TOKEN,
            token=token,
            **values,
        )

    def tool(self, handler: SessionHandler, role: str = "remittances") -> Handler:
        """A page of the signed-in portal for those who work for an organization and have the role."""

        async def allowed(request: Request, session: Session) -> Response:
            if session.organization_id is None:
                return RedirectResponse("/selectOrganization.do", 303)
            if role not in session.account.spec.roles:
                return self.screen("denied.html", session, forbidden=_ALLOWS[role])
            return await handler(request, session)

        return self.web_page(allowed)

    def form(self, handler: SessionHandler, role: str = "remittances") -> Handler:
        """What comes without a token, or with one a second time, is not worked on."""

        async def once(request: Request, session: Session) -> Response:
            token = (await sent(request)).get(TOKEN, "")
            if token not in desk_of(session).tokens:
                return self.notice("token", 400)
            desk_of(session).tokens.remove(token)
            return await handler(request, session)

        return self.tool(once, role)

    def inquiry(self, handler: SessionHandler) -> Handler:
        """A form that asks the payer."""
        page = self.form(handler)

        async def guarded(request: Request) -> Response:
            if self._strikes(self.session_of(request)):
                return self.notice("transaction", 500)
            await asyncio.sleep(self.payer_seconds())
            return await page(request)

        return guarded


async def sent(request: Request) -> Mapping[str, str]:
    return {key: str(value) for key, value in (await request.form()).items()}
