"""Lists that are searched by a form and turned page by page. A session remembers what it found."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Generic, TypeVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import Refusal
from simulator.labels import us_date
from simulator.portals.ucare.gate import Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.sessions import Session

R = TypeVar("R")


@dataclass(frozen=True)
class Found(Generic[R]):
    records: Sequence[R]
    searched: object  # as the list prints it, and so the next one
    note: str | None = None


class Lists(ABC, Generic[R]):
    path: ClassVar[str]
    question: ClassVar[str]  # as the tally counts it
    template: ClassVar[str]
    incomplete: ClassVar[str] = "Enter the member's data and dates as MM/DD/YYYY."
    page_size: ClassVar[int] = 10

    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell

    def list_routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{self.path}/find", api(self.find), methods=["POST"]),
            Route(f"{self.path}/list/{{key}}/{{page:int}}", api(self.page)),
        ]

    @abstractmethod
    def found(self, form: Mapping[str, str], session: Session) -> Found[R] | Refusal:
        """Raises Incomplete."""

    @abstractmethod
    def row(self, session: Session, place: int, record: R) -> object: ...

    def ails(self) -> str | None:
        """What it says when it answers nobody."""
        return self._gate.trouble()

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"{self.question} {summary(form)}", count=self.question)
        if said := self.ails():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            found = self.found(form, session)
        except Incomplete:
            return await self._gate.fragment("_flash.html", message=self.incomplete)
        if isinstance(found, Refusal):
            return await self._gate.fragment("_flash.html", message=found.message)
        key = uuid4().hex
        remember(session, f"{self.path} {key}", found)
        return await self._page(session, key, found, 1)

    def remembered(self, request: Request, session: Session) -> Found[R] | None:
        found = session.work.get(f"{self.path} {request.path_params['key']}")
        return found if isinstance(found, Found) else None

    async def page(self, request: Request, session: Session) -> Response:
        found = self.remembered(request, session)
        if found is None:
            return Response(status_code=404)
        return await self._page(session, request.path_params["key"], found, request.path_params["page"])

    async def _page(self, session: Session, key: str, found: Found[R], number: int) -> Response:
        start = (number - 1) * self.page_size
        shown = found.records[start : start + self.page_size]
        return await self._gate.fragment(
            self.template,
            key=key,
            searched=found.searched,
            note=found.note,
            rows=[self.row(session, place, each) for place, each in enumerate(shown, start)],
            total=len(found.records),
            page=number,
            pages=max(1, -(-len(found.records) // self.page_size)),
        )


def days_of(form: Mapping[str, str]) -> tuple[date, date, Mapping[str, str]]:
    """The first and the last day asked for, and how a list prints them. Raises Incomplete."""
    start, end = us_day(form, "from"), us_day(form, "to")
    return start, end, {"First day": us_date(start), "Last day": us_date(end)}
