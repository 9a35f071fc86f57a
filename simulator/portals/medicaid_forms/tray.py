"""What all kinds of inquiry have in common: a request page, and a page of responses that opens one of them."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.codes import SERVICE_TYPES
from simulator.forms import Incomplete, summary
from simulator.labels import us_date
from simulator.people import Member
from simulator.portals.medicaid_forms.desk import Desk, References, Reply, Tray, desk_of
from simulator.portals.medicaid_forms.gate import PAYER, Gate
from simulator.portals.medicaid_forms.viewstate import Event
from simulator.sessions import Session

R = TypeVar("R", bound=Reply)
Fields = Mapping[str, str]

PAGE_SIZE = 10
_POLL_MS = 300
_PATIENCE_SECONDS = 0.1
"""How long a page is held back for an answer that comes at once."""
BUSY = "The eligibility system cannot respond at this time. Submit the request again later."
PROVIDER = "The provider is not on file as a provider of this program for the date of service."
_STAFF = ("dlambert2", "tquist", "moyelaran", "kvandorn")


class InquiryPages(ABC, Generic[R]):
    kind: ClassVar[str]
    title: ClassVar[str]
    folder: ClassVar[str]
    letter: ClassVar[str]

    def __init__(self, gate: Gate, references: References) -> None:
        self._gate = gate
        self._references = references

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route(f"/{self.folder}/Request.aspx", page(self.request), methods=["GET", "POST"]),
            Route(f"/{self.folder}/Response.aspx", page(self.responses), methods=["GET", "POST"]),
        ]

    # -- what each kind is

    @abstractmethod
    def tray(self, desk: Desk) -> Tray[R]: ...

    @abstractmethod
    def asked(self, fields: Fields, common: Mapping[str, Any]) -> R:
        """The payer's reply. Raises Incomplete for a form that lacks something; its text is what the page then says."""

    @abstractmethod
    def of_colleague(self, member: Member, common: Mapping[str, Any]) -> R: ...

    @abstractmethod
    def shown(self, reply: R, event: Event | None, state: dict[str, str]) -> tuple[Mapping[str, Any], list[str]]:
        """What the page of responses shows of one, and the controls which that has. `state` is what the page keeps."""

    # -- the request

    async def request(self, request: Request, session: Session) -> Response:
        if self.kind not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        if request.method == "GET":
            return self._blank(request, session, {})
        event, fields = await self._gate.sent_back(request, session)
        if event.control == "tmrStatus":
            return self._submitted(request, session, event.kept["reference"])
        if event.control != "btnSubmit":
            return self._blank(request, session, fields if event.control == "lnkProvider" else {})
        self._gate.record(session, "question", f"{self.kind} {summary(fields)}", count=self.kind)
        try:
            reply = self._reply(session, fields)
        except Incomplete as error:
            return self._blank(request, session, fields, str(error))
        due = reply.ready_at - self._gate.house.clock.timestamp()
        await asyncio.sleep(min(max(due, 0), _PATIENCE_SECONDS))
        return self._submitted(request, session, reply.reference)

    def _blank(self, request: Request, session: Session, fields: Fields, error: str = "") -> Response:
        return self._gate.form(
            f"{self.kind}_request.html",
            request,
            session,
            events=["btnSubmit", "btnClear", "lnkProvider"],
            typed=fields,
            service_types=SERVICE_TYPES,
            today=us_date(self._gate.house.clock.today()),
            provider=desk_of(session).provider,
            error=error,
        )

    def _reply(self, session: Session, fields: Fields) -> R:
        clock, desk = self._gate.house.clock, desk_of(session)
        if desk.provider is None:
            raise Incomplete("Provider NPI is required. Use Look Up to select a provider.")
        ready_at = clock.timestamp() + self._gate.payer_seconds()
        common = {"submitted": clock.now(), "user": session.username, "npi": desk.provider.npi, "ready_at": ready_at}
        reply = self.asked(fields, common | {"reference": self._references.issue(self.letter)})
        self.tray(desk).put([reply])
        others = self._gate.house.world.members[PAYER][-len(_STAFF) :]
        for number, reference in enumerate(self._references.of_colleagues(self.letter, reply.reference)):
            theirs = {"user": _STAFF[number % len(_STAFF)], "submitted": clock.now() + timedelta(seconds=number)}
            member = others[number % len(others)]
            self.tray(desk).put([self.of_colleague(member, common | theirs | {"reference": reference})])
        return reply

    def trouble(self) -> str | None:
        if PAYER in self._gate.dials.payer_down:
            return BUSY
        return PROVIDER if PAYER in self._gate.dials.provider_not_on_file else None

    def _submitted(self, request: Request, session: Session, reference: str) -> Response:
        """Comes back by itself until the payer has answered."""
        reply = self.tray(desk_of(session)).get(reference)
        done = reply is None or reply.ready_at <= self._gate.house.clock.timestamp()
        return self._gate.form(
            "submitted.html",
            request,
            session,
            events=["tmrStatus"],
            kept={"reference": reference},
            folder=self.folder,
            title=self.title,
            reference=reference,
            poll_ms=None if done else _POLL_MS,
        )

    # -- the responses

    async def responses(self, request: Request, session: Session) -> Response:
        if self.kind not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        tray = self.tray(desk_of(session))
        state, event = {"page": "1"}, None
        if request.method == "POST":
            event, _ = await self._gate.sent_back(request, session)
            state = dict(event.kept)
            if event.control == "grdResponses":
                state["page"] = event.argument.removeprefix("Page$")
            elif event.control == "lnkView":
                tray.viewed = event.argument.removeprefix("View$")
                self._gate.record(session, "viewed", tray.viewed)
                state = {"page": state["page"]}
        now = self._gate.house.clock.timestamp()
        ready = [each for each in tray.replies if each.ready_at <= now]
        pages = max(1, -(-len(ready) // PAGE_SIZE))
        place = within(state["page"], pages)
        viewed = tray.get(tray.viewed)
        values, events = self.shown(viewed, event, state) if viewed else ({}, [])
        return self._gate.form(
            "responses.html",
            request,
            session,
            events=["btnRefresh", "grdResponses", "lnkView", *events],
            kept=state | {"page": str(place)},
            kind=self.kind,
            title=self.title,
            rows=ready[(place - 1) * PAGE_SIZE : place * PAGE_SIZE],
            place=place,
            pages=pages,
            viewed=viewed,
            **values,
        )


def within(page: str, pages: int) -> int:
    """The page that a pager asks for, or the nearest that there is."""
    return min(max(int(page) if page.isdigit() else 1, 1), pages)
