"""Claims: a search, its rows ten at a time, and one request for each card of a claim."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.forms import us_day
from simulator.inquiry import Patient, Refusal, find_claims_like, find_claims_of
from simulator.portals.uhc.claim_views import CARDS, row_view
from simulator.portals.uhc.gate import PAYER, Gate
from simulator.portals.uhc.payer import Payer, View, remember
from simulator.sessions import Session

PAGE_SIZE = 10


class ClaimInquiries:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/api/claims/search", api(self.search), methods=["POST"]),
            Route("/api/claims/search/{key}", api(self.more)),
            Route("/api/claims/{number}/{card}", api(self.card)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._payer.trouble() or self._found(form, session)

        return await self._payer.asked(request, session, "claim_status", found)

    def _found(self, form: Mapping[str, str], session: Session) -> View:
        world = self._gate.house.world
        found: list[Claim] | Refusal
        if number := form.get("claimNumber"):
            found = find_claims_like(world, PAYER, number)
            shown = {"by": "number", "claimNumber": number}
        else:
            patient = Patient(birth_date=us_day(form, "birthDate"), member_id=form.get("memberId"))
            start, end = us_day(form, "fromDate"), us_day(form, "toDate")
            today = self._gate.house.clock.today()
            found = find_claims_of(world, PAYER, patient, from_date=start, to_date=end, today=today)
            shown = {key: form[key] for key in ("memberId", "birthDate", "fromDate", "toDate")}
        if isinstance(found, Refusal):
            return {"outcome": found.outcome, "message": found.message, "modal": "claimNumber" not in form}
        return {"outcome": "claims", "searched": shown, "key": remember(session, found), **_rows(found, 0)}

    async def more(self, request: Request, session: Session) -> Response:
        found = session.work.get(request.path_params["key"])
        offset = request.query_params.get("offset", "0")
        if not isinstance(found, list) or not offset.isdigit():
            return JSONResponse({"reason": "unknown search"}, 404)
        return await self._payer.answered(_rows(found, int(offset)))

    async def card(self, request: Request, session: Session) -> Response:
        number, card = request.path_params["number"], request.path_params["card"]
        like = self._gate.house.world.claims_like(PAYER, number)
        exact = [claim for claim in like if claim.claim_number == number]
        if not exact or card not in CARDS:
            return JSONResponse({"reason": "no such claim"}, 404)
        if card == "overview":
            self._gate.record(session, "claim_detail", number, count="claim_details")
        return await self._payer.answered(CARDS[card](exact[0]))


def _rows(found: list[Claim], offset: int) -> View:
    return {"rows": [row_view(claim) for claim in found[offset : offset + PAGE_SIZE]], "total": len(found)}
