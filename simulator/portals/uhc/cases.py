"""Prior authorization: a search, its cases a page at a time, and one request for each card of a case."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorizations import Authorization
from simulator.forms import us_day
from simulator.inquiry import Patient, Refusal
from simulator.portals.uhc.case_views import CARDS, row_view
from simulator.portals.uhc.gate import PAYER, Gate
from simulator.portals.uhc.payer import Payer, View, remember
from simulator.sessions import Session

PAGE_SIZE = 5
RECENT = 4


class CaseInquiries:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/api/cases/search", api(self.search), methods=["POST"]),
            Route("/api/cases/recent", api(self.recent)),
            Route("/api/cases/search/{key}", api(self.more)),
            Route("/api/cases/{key}/{card}", api(self.card)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._payer.trouble() or self._found(form, session)

        return await self._payer.asked(request, session, "authorizations", found)

    def _found(self, form: Mapping[str, str], session: Session) -> View:
        world, requested = self._gate.house.world, self._gate.house.requests.shown(PAYER)
        found: list[Authorization] | Refusal
        if number := form.get("caseNumber"):
            found = find_authorizations_like(world, PAYER, number, requested=requested)
            shown = {"caseNumber": number}
        else:
            patient = Patient(birth_date=us_day(form, "birthDate"), member_id=form.get("memberId"))
            start, end = (us_day(form, key) if form.get(key) else None for key in ("fromDate", "toDate"))
            found = find_authorizations_of(world, PAYER, patient, from_date=start, to_date=end, requested=requested)
            shown = {key: form[key] for key in ("memberId", "birthDate", "fromDate", "toDate") if key in form}
        if isinstance(found, Refusal):
            return {"outcome": found.outcome, "message": found.message, "modal": "caseNumber" not in form}
        newest = sorted(found, key=lambda each: (each.submitted_on, each.number), reverse=True)
        return {"outcome": "cases", "searched": shown, "key": remember(session, newest), **_page(newest, session, 1)}

    async def more(self, request: Request, session: Session) -> Response:
        found = session.work.get(request.path_params["key"])
        page = request.query_params.get("page", "1")
        if not isinstance(found, list) or not page.isdigit():
            return JSONResponse({"reason": "unknown search"}, 404)
        return await self._payer.answered(_page(found, session, int(page)))

    async def recent(self, _request: Request, _session: Session) -> Response:
        """Cases that others of the organisation looked at."""
        return JSONResponse([row_view(each) for each in self._gate.house.world.authorizations[PAYER][-RECENT:]])

    async def card(self, request: Request, session: Session) -> Response:
        case, card = session.work.get(request.path_params["key"]), request.path_params["card"]
        if not isinstance(case, Authorization) or card not in CARDS:
            return JSONResponse({"reason": "no such case"}, 404)
        if card == "summary":
            self._gate.record(session, "authorization_detail", case.number, count="authorization_details")
        return await self._payer.answered(CARDS[card](case))


def _page(found: list[Authorization], session: Session, page: int) -> View:
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = [row_view(each) | {"key": remember(session, each)} for each in shown]
    return {"rows": rows, "page": page, "pages": -(-len(found) // PAGE_SIZE), "total": len(found)}
