"""What was handed in is looked up by a number: a page that is sent back to itself, ten rows at a time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from simulator.forms import summary
from simulator.portals.medicaid_forms.gate import PAYER, Gate
from simulator.portals.medicaid_forms.tray import PAGE_SIZE, within
from simulator.sessions import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Lookup(Generic[T]):
    gate: Gate
    role: str
    template: str
    field: str
    grid: str
    link: str
    """The control that gives a paper of a row."""
    down: str
    listed: Callable[[], Sequence[T]]
    number_of: Callable[[T], str]
    """By which it is searched: those that begin so."""
    row: Callable[[T], dict[str, Any]]
    paper: Callable[[Session, str], Response]

    async def page(self, request: Request, session: Session) -> Response:
        if self.role not in session.account.spec.roles:
            return self.gate.form("no_access.html", request, session, events=[])
        number, page, asked = "", "1", False
        if request.method == "POST":
            event, fields = await self.gate.sent_back(request, session)
            number, asked = event.kept.get("number", ""), True
            if event.control == "btnSearch":
                number = fields.get(self.field, "").strip().upper()
                self.gate.record(session, "question", f"{self.role} {summary({'number': number})}", count=self.role)
            elif event.control == self.link:
                return self.paper(session, event.argument)
            else:
                page = event.argument.removeprefix("Page$")
            await asyncio.sleep(self.gate.payer_seconds())
        found = [each for each in self.listed() if self.number_of(each).startswith(number)]
        pages = max(1, -(-len(found) // PAGE_SIZE))
        place = within(page, pages)
        return self.gate.form(
            self.template,
            request,
            session,
            events=["btnSearch", self.grid, self.link],
            kept={"number": number},
            down=self.down if asked and PAYER in self.gate.dials.payer_down else None,
            number=number,
            asked=asked,
            rows=[self.row(each) for each in found[(place - 1) * PAGE_SIZE : place * PAGE_SIZE]],
            total=len(found),
            place=place,
            pages=pages,
        )
