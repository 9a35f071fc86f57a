"""The Document Library: a search of at most ninety days, and files that are made ready before they are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.enclosed import as_given, data_of
from simulator.forms import us_day
from simulator.labels import us_date
from simulator.library import SHELVES, Paper, months_later
from simulator.library_truth import decisions, kept
from simulator.portals.uhc.gate import PAYER, PORTAL, Gate
from simulator.portals.uhc.payer import Payer, View, remember
from simulator.sessions import Session

PAGE_SIZE = 10
LONGEST = timedelta(days=90)
LOOKS = 3  # how often a page asks before its file is ready
RECENT = 4
SHELF = SHELVES[PAYER]
_RANGE = "Choose dates within the past 24 months that are at most 90 days apart."


@dataclass
class _Ticket:
    paper: Paper
    looks: int = 0


class Library:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)
        self._tickets: dict[str, _Ticket] = {}

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/api/documents", api(self.folders)),
            Route("/api/documents/search", api(self.search), methods=["POST"]),
            Route("/api/documents/search/{key}", api(self.more)),
            Route("/api/documents/prepare", api(self.prepare), methods=["POST"]),
            Route("/api/documents/prepare/{ticket}", api(self.ready)),
            Route("/api/documents/file/{ticket}", api(self.file)),
        ]

    def _kept(self) -> list[Paper]:
        house, today = self._gate.house, self._gate.house.clock.today()
        new = [each for each in decisions(PAYER, house.submissions.received(PORTAL)) if each.posted_on <= today]
        return [*reversed(new), *kept(house.world, PAYER, today)]

    async def folders(self, _request: Request, _session: Session) -> Response:
        """With numbers of unread documents that nobody corrects before the page is loaded anew."""
        papers, today = self._kept(), self._gate.house.clock.today()
        view: View = {
            "folders": [
                {"name": name, "unread": sum(not each.read and each.kind == kind for each in papers)}
                for kind, name in SHELF.folders.items()
            ],
            "since": us_date(months_later(today, -SHELF.months)),
            "recent": [each.title for each in papers[-RECENT:]],
        }
        return await self._payer.answered(view)

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._payer.down() or self._found(form, session)

        return await self._payer.asked(request, session, "documents", found)

    def _found(self, form: Mapping[str, str], session: Session) -> View:
        start, end = us_day(form, "from"), us_day(form, "to")
        oldest = months_later(self._gate.house.clock.today(), -SHELF.months)
        if start < oldest or end < start or end - start > LONGEST:
            return {"outcome": "range", "message": _RANGE}
        folder = form.get("folder", "")
        found = [
            each for each in self._kept() if start <= each.posted_on <= end and folder in {"", SHELF.folders[each.kind]}
        ]
        searched = {"folder": folder or "All folders", "from": form["from"], "to": form["to"]}
        return {"outcome": "documents", "searched": searched, "key": remember(session, found), **_rows(found, 0)}

    async def more(self, request: Request, session: Session) -> Response:
        found = session.work.get(request.path_params["key"])
        offset = request.query_params.get("offset", "0")
        if not isinstance(found, list) or not offset.isdigit():
            return JSONResponse({"reason": "unknown search"}, 404)
        return await self._payer.answered(_rows(found, int(offset)))

    async def prepare(self, request: Request, _session: Session) -> Response:
        number = (await request.json()).get("number")
        paper = next((each for each in self._kept() if each.number == number), None)
        if paper is None:
            return JSONResponse({"reason": "no such document"}, 404)
        ticket = str(uuid4())
        self._tickets[ticket] = _Ticket(paper)
        return JSONResponse({"ticket": ticket})

    async def ready(self, request: Request, _session: Session) -> Response:
        ticket = self._tickets.get(request.path_params["ticket"])
        if ticket is None:
            return JSONResponse({"reason": "no such ticket"}, 404)
        ticket.looks += 1
        return JSONResponse({"ready": ticket.looks >= LOOKS})

    async def file(self, request: Request, session: Session) -> Response:
        ticket = self._tickets.get(request.path_params["ticket"])
        if ticket is None or ticket.looks < LOOKS:
            return JSONResponse({"reason": "not ready"}, 409)
        del self._tickets[request.path_params["ticket"]]
        self._gate.record(session, "file", f"document {ticket.paper.number}", count="files")
        data = as_given(data_of(ticket.paper.file), self._gate.dials)
        return Response(data, media_type="application/octet-stream", headers={"cache-control": "no-store"})


def _rows(found: list[Paper], offset: int) -> View:
    rows = [
        {
            "number": each.number,
            "title": each.title,
            "folder": SHELF.folders[each.kind],
            "posted": us_date(each.posted_on),
            "until": us_date(each.kept_until),
            "unread": not each.read,
            "name": each.file.title,
        }
        for each in found[offset : offset + PAGE_SIZE]
    ]
    return {"rows": rows, "total": len(found)}
