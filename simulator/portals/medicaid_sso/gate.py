"""The way into this portal: FranklinID, then whatever a person has to agree to or confirm first."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from simulator.enclosed import as_given
from simulator.gate import Gate as AnyGate
from simulator.gate import Handler
from simulator.house import MEDICAID_ID_HOST, House
from simulator.portals.medicaid_sso import words
from simulator.portals.medicaid_sso.layout import SKINS
from simulator.sessions import Session

PORTAL = "medicaid_sso"
PAYER = "FRANKLIN"
SESSION_COOKIE = "FTRKSESSION"
FOLDER = Path(__file__).parent
_FIELDS = 400  # that a session's pages may still send

Regions = Mapping[str, str]
"""HTML by the name of the region that it replaces."""
EventHandler = Callable[[Mapping[str, str], Session], Awaitable[Response]]


class Gate(AnyGate):
    session_cookie = SESSION_COOKIE

    def __init__(self, house: House) -> None:
        super().__init__(house, PORTAL, FOLDER, SKINS)
        self._templates.filters.update(words.FILTERS)

    def door(self, request: Request, /) -> str:
        return str(request.url.replace(hostname=MEDICAID_ID_HOST, path="/as/authorization", query="client=provider"))

    def fragment(self, template: str, session: Session, /, **values: Any) -> str:
        """A part of a page. Every field in it has an id that it never had before and never will have again."""

        def uid(name: str = "") -> str:
            drawn = str(uuid4())
            if name:
                fields = _fields(session)
                while len(fields) >= _FIELDS:
                    fields.pop(next(iter(fields)))
                fields[drawn] = name
            return drawn

        return self._templates.get_template(template).render(uid=uid, today=self.house.clock.today(), **values)

    def whole(self, session: Session, content: str) -> HTMLResponse:
        return self.render("page.html", session=session, content=content)

    def changes(self, regions: Regions) -> Response:
        """The answer to an event of a component."""
        updates = "".join(f'<update region="{name}"><![CDATA[{html}]]></update>' for name, html in regions.items())
        text = self.skins.dress(updates, self.dials.layout_variant)
        return Response(f"<partial-response>{text}</partial-response>", media_type="application/xml")

    def given(self, name: str, data: bytes) -> Response:
        """A file inside the answer to an event, written out in base64."""
        written = base64.b64encode(as_given(data, self.dials)).decode()
        text = f'<partial-response><file name="{name}">{written}</file></partial-response>'
        return Response(text, media_type="application/xml", headers={"cache-control": "no-store"})

    def event(self, handler: EventHandler) -> Handler:
        """Guards an event: `handler` gets what the form holds, by name."""

        async def named(request: Request, session: Session) -> Response:
            known = _fields(session)
            sent = {key: str(value) for key, value in (await request.form()).items()}
            known.update({key: known.pop(key) for key in sent if key in known})  # what is in use is not forgotten
            form = {known.get(key, key): value for key, value in sent.items()}
            return await handler(form, session)

        return self.api(named)


def _fields(session: Session) -> dict[str, str]:
    return cast("dict[str, str]", session.work.setdefault("fields", {}))
