"""What the inquiries have in common: the payer takes its time, is down at times, and a session remembers results."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.forms import Incomplete, summary
from simulator.portals.uhc.gate import PAYER, Gate
from simulator.sessions import Session

View = dict[str, Any]
MEMORY = 200  # members and searches that a session can still ask for
_BUSY = "We're unable to retrieve this information from the plan right now. Please try again later."
_PROVIDER = "The Tax ID number of your organization is not on file with this plan."


class Payer:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def down(self) -> View | None:
        """What ails the payer itself, whoever asks."""
        down = PAYER in self._gate.dials.payer_down
        return {"outcome": "unavailable", "message": _BUSY} if down else None

    def trouble(self) -> View | None:
        if down := self.down():
            return down
        if PAYER in self._gate.dials.provider_not_on_file:
            return {"outcome": "provider", "message": _PROVIDER}
        return None

    async def asked(
        self, request: Request, session: Session, tool: str, found: Callable[[Mapping[str, str]], View]
    ) -> Response:
        form = await request.json()
        self._gate.record(session, "question", f"{tool} {summary(form)}", count=tool)
        try:
            answer = found(form)
        except Incomplete as error:
            return JSONResponse({"reason": str(error)}, 400)
        return await self.answered(answer)

    async def answered(self, view: Mapping[str, Any]) -> Response:
        await asyncio.sleep(self._gate.payer_seconds())
        return self.printed(view)

    def printed(self, view: Mapping[str, Any]) -> Response:
        text = self._gate.skins.dress(json.dumps(view), self._gate.dials.layout_variant)
        return Response(text, media_type="application/json")


def remember(session: Session, found: object) -> str:
    while len(session.work) >= MEMORY:
        session.work.pop(next(iter(session.work)))
    key = str(uuid4())
    session.work[key] = found
    return key
