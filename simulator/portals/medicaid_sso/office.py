"""What an office looks up of its own: a form, and what it finds page by page. Nobody is inquired about."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import Incomplete, summary
from simulator.portals.medicaid_sso.barriers import barrier, kept_out
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.sessions import Session

R = TypeVar("R")
Searched = Mapping[str, str]


class Office(ABC, Generic[R]):
    name: ClassVar[str]  # of its address, its events and its templates
    role: ClassVar[str]
    listed: ClassVar[type[Found[Searched, Any]]]

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        event = self._gate.event
        return [
            Route(f"/{self.name}", self._gate.web_page(self.form)),
            Route(f"/partial/{self.name}", event(self.search), methods=["POST"]),
            Route(f"/partial/{self.name}-page", event(self.turn), methods=["POST"]),
        ]

    @abstractmethod
    def found(self, form: Mapping[str, str], session: Session) -> tuple[Searched, Iterable[R]]:
        """What the list says that it was searched by, and its rows. Raises Incomplete."""

    def offered(self) -> dict[str, Any]:
        """What the form shows."""
        return {}

    def printed(self, rows: Sequence[R], _session: Session) -> Sequence[Any]:
        return rows

    async def form(self, _request: Request, session: Session) -> Response:
        gate = self._gate
        if blocked := kept_out(gate, session, self.role):
            return gate.whole(session, blocked)
        return gate.whole(session, gate.fragment(f"{self.name}.html", session, **self.offered()))

    async def search(self, form: Mapping[str, str], session: Session) -> Response:
        if blocked := barrier(self._gate, session):
            return self._gate.changes({"content": blocked})
        self._gate.record(session, "question", f"{self.role} {summary(form)}", count=self.role)
        if busy := await self.ails(session):
            return busy
        try:
            searched, rows = self.found(form, session)
        except Incomplete:
            return self._payer.said(session, "Enter each date as MM/DD/YYYY.")
        return self._listed(session, remember(session, self.listed(searched, tuple(rows))), 1)

    async def ails(self, session: Session) -> Response | None:
        return await self._payer.asked(session)

    async def turn(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, number = form.get("argument", "").partition(" ")
        return self._listed(session, key, int(number) if number.isdigit() else 0)

    def _listed(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, self.listed) or not 1 <= number <= found.pages:
            return self._payer.said(session, "Search again.")
        rows = self.printed(found.page(number), session)
        return self._payer.result(session, f"{self.name}_list.html", found=found, rows=rows, key=key, number=number)
