"""Eligibility: one search, then one request for each card of the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.forms import Incomplete, us_day
from simulator.inquiry import EVERYTHING, Patient, Refusal, admitted, find_member
from simulator.people import Member
from simulator.portals.uhc.gate import PAYER, Gate
from simulator.portals.uhc.payer import Payer, View, remember
from simulator.portals.uhc.views import CARDS, candidate_view, header_view
from simulator.sessions import Session

RECENT = 5


@dataclass(frozen=True)
class _Result:
    member: Member
    as_of: date
    service_type: str


class MemberInquiries:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/api/members/search", api(self.search), methods=["POST"]),
            Route("/api/members/recent", api(self.recent)),
            Route("/api/members/{key}/{card}", api(self.card)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._payer.trouble() or self._found(form, session)

        return await self._payer.asked(request, session, "eligibility", found)

    def _found(self, form: Mapping[str, str], session: Session) -> View:
        today = self._gate.house.clock.today()
        as_of = us_day(form, "asOfDate") if form.get("asOfDate") else today
        found = self._member(form, session)
        if isinstance(found, Refusal):
            candidates = [candidate_view(each) | {"key": remember(session, each)} for each in found.candidates]
            return {"outcome": found.outcome, "message": found.message, "candidates": candidates}
        result = _Result(found, as_of, form.get("serviceType") or EVERYTHING)
        entry = candidate_view(found)
        session.history[:] = [entry, *(each for each in session.history if each != entry)][:RECENT]
        key = remember(session, result)
        return {"outcome": "member", "key": key, "header": header_view(found, as_of, result.service_type)}

    def _member(self, form: Mapping[str, str], session: Session) -> Member | Refusal:
        if candidate := form.get("candidate"):
            chosen = session.work.get(candidate)
            if not isinstance(chosen, Member):
                raise Incomplete("candidate")
            return admitted(chosen)
        patient = Patient(
            birth_date=us_day(form, "birthDate"),
            member_id=form.get("memberId"),
            first_name=form.get("firstName"),
            last_name=form.get("lastName"),
        )
        return find_member(self._gate.house.world, PAYER, patient)

    async def recent(self, _request: Request, session: Session) -> Response:
        """Members lately looked up: by this session, and before them by others of the organisation."""
        others = [candidate_view(each) for each in self._gate.house.world.members[PAYER][-RECENT:]]
        return JSONResponse([*session.history, *others][:RECENT])

    async def card(self, request: Request, session: Session) -> Response:
        result = session.work.get(request.path_params["key"])
        make = CARDS.get(request.path_params["card"])
        if not isinstance(result, _Result) or make is None:
            return JSONResponse({"reason": "unknown card"}, 404)
        return await self._payer.answered(make(result.member, result.as_of, result.service_type))
