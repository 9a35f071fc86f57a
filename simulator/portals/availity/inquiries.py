"""Inquiries answered late: 202 and a transaction id first, the payer's answer when it is ready."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import (
    EVERYTHING,
    Patient,
    Refusal,
    admitted,
    find_claims_like,
    find_claims_of,
    find_member,
)
from simulator.labels import us_date
from simulator.people import Member
from simulator.portals.availity.gate import Gate
from simulator.portals.availity.shell import payers_in
from simulator.portals.availity.views import View, claim_row, claim_view, coverage_view
from simulator.sessions import Session
from simulator.world import PAYERS

HISTORY = 6
PAGE_SIZE = 10
MEMORY = 200  # transactions and candidates that a session can still ask for
_BUSY = "Payer is unable to respond at this time. Please try again later."
_PROVIDER = "Provider not on file. Complete the provider record in the provider list, or verify the NPI."
_YOUNG = "Allow up to 5 business days for a recently submitted claim to appear."
_SORTS = {"claimNumber", "patient", "serviceKey", "status", "billedKey"}


@dataclass
class _Pending:
    ready_at: float
    answer: View


class Inquiries:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        api = self._gate.api
        eligibility, claims = "/cloud/web/pres/eligibility/v1/coverages", "/cloud/web/post/claim-status/v1"
        return [
            Route(eligibility, api(self.ask_eligibility), methods=["POST"]),
            Route("/cloud/web/pres/eligibility/v1/history", api(self.history)),
            Route(f"{claims}/searches", api(self.ask_claims), methods=["POST"]),
            Route(f"{claims}/details", api(self.ask_detail), methods=["POST"]),
            Route(eligibility + "/{id}", api(self.answer)),
            Route(claims + "/{kind}/{id}", api(self.answer)),
        ]

    async def asked(
        self, request: Request, session: Session, tool: str, found: Callable[[Mapping[str, str]], View]
    ) -> Response:
        form = await request.json()
        self._gate.record(session, "question", f"{tool} {summary(form)}", count=tool)
        try:
            answer = found(form)
        except Incomplete as error:
            return JSONResponse({"reason": str(error)}, 400)
        return self.accept(request, session, answer)

    def accept(self, request: Request, session: Session, answer: View) -> Response:
        transaction = str(uuid4())
        ready_at = time.monotonic() + self._gate.payer_seconds()
        while len(session.work) >= MEMORY:
            session.work.pop(next(iter(session.work)))
        session.work[transaction] = _Pending(ready_at, answer)
        headers = {"location": f"{request.url.path}/{transaction}", "x-global-transaction-id": transaction}
        return JSONResponse({"id": transaction, "status": "IN_PROGRESS"}, 202, headers)

    async def answer(self, request: Request, session: Session) -> Response:
        pending = session.work.get(request.path_params["id"])
        if not isinstance(pending, _Pending):
            return JSONResponse({"reason": "unknown transaction"}, 404)
        if time.monotonic() < pending.ready_at:
            return JSONResponse({"status": "IN_PROGRESS"}, 202)
        if isinstance(rows := pending.answer.get("rows"), list):
            return JSONResponse(
                pending.answer | _page(rows, request.query_params, pending.answer.get("page_size", PAGE_SIZE))
            )
        return JSONResponse(pending.answer)

    async def ask_eligibility(self, request: Request, session: Session) -> Response:
        form = await request.json()
        if form.get("candidate"):  # the same question goes on
            self._gate.record(session, "candidate")
        else:
            self._gate.record(session, "question", f"eligibility {summary(form)}", count="eligibility")
        try:
            answer = self.trouble(form, session) or self._coverage(form, session)
        except Incomplete as error:
            return JSONResponse({"reason": str(error)}, 400)
        return self.accept(request, session, answer)

    def _coverage(self, form: Mapping[str, str], session: Session) -> View:
        payer = form["payer"]
        found: Member | Refusal
        if candidate := form.get("candidate"):
            found = self._candidate(session, candidate)
        else:
            patient = Patient(
                birth_date=us_day(form, "birthDate"),
                member_id=form.get("memberId"),
                first_name=form.get("firstName"),
                last_name=form.get("lastName"),
            )
            found = find_member(self._gate.house.world, payer, patient)
        if isinstance(found, Refusal):
            return self._refusal(found, session)
        now = self._gate.house.clock.now()
        as_of = us_day(form, "asOfDate") if form.get("asOfDate") else now.date()
        view = coverage_view(found, as_of, form.get("serviceType") or EVERYTHING, now)
        entry = {"name": view["name"], "memberId": view["memberId"], "status": view["plans"][0]["status"]}
        if entry not in session.history:
            session.history.insert(0, entry)
        return {"outcome": "coverage", "coverage": view}

    def _candidate(self, session: Session, candidate: str) -> Member | Refusal:
        chosen = session.work.get(candidate)
        if not isinstance(chosen, Member):
            raise Incomplete("candidate")
        return admitted(chosen)

    def _refusal(self, refusal: Refusal, session: Session) -> View:
        answer: View = {"outcome": refusal.outcome, "message": refusal.message}
        if refusal.candidates and PAYERS[refusal.candidates[0].payer].generation == "new":
            answer["candidates"] = []
            for member in refusal.candidates:
                key = str(uuid4())
                session.work[key] = member
                answer["candidates"].append(
                    {
                        "key": key,
                        "name": f"{member.last_name}, {member.first_name}",
                        "memberId": member.member_id,
                        "birthDate": us_date(member.birth_date),
                    }
                )
        return answer

    async def history(self, request: Request, session: Session) -> Response:
        """Patients lately looked up here: this session's, and before them some of the organisation's others."""
        payer = request.query_params.get("payer", "")
        others = self._gate.house.world.members.get(payer, [])[-HISTORY:]
        today = self._gate.house.clock.today()
        earlier = [
            {
                "name": f"{member.last_name}, {member.first_name}",
                "memberId": member.member_id,
                "status": member.plans[0].status_on(today),
            }
            for member in others
        ]
        return JSONResponse((session.history + [each for each in earlier if each not in session.history])[:HISTORY])

    async def ask_claims(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self.trouble(form, session) or self._claims(form)

        return await self.asked(request, session, "claim_status", found)

    def _claims(self, form: Mapping[str, str]) -> View:
        world, payer = self._gate.house.world, form["payer"]
        found: list[Claim] | Refusal
        if number := form.get("claimNumber"):
            found = find_claims_like(world, payer, number)
        else:
            patient = Patient(birth_date=us_day(form, "birthDate"), member_id=form.get("memberId"))
            start, end = us_day(form, "fromDate"), us_day(form, "toDate")
            today = self._gate.house.clock.today()
            found = find_claims_of(world, payer, patient, from_date=start, to_date=end, today=today)
        if isinstance(found, Refusal):
            return {"outcome": found.outcome, "message": found.message}
        return {"outcome": "claims", "notice": _YOUNG, "rows": [claim_row(claim.as_listed) for claim in found]}

    async def ask_detail(self, request: Request, session: Session) -> Response:
        form = await request.json()
        number = form.get("claimNumber", "")
        self._gate.record(session, "claim_detail", number, count="claim_details")
        like = self._gate.house.world.claims_like(form.get("payer", ""), number) if form.get("payer") in PAYERS else []
        exact = [claim for claim in like if claim.claim_number == number]
        if not exact:
            return JSONResponse({"reason": "no such claim"}, 404)
        view = claim_view(exact[0])
        if PAYERS[exact[0].payer].generation == "new":
            view.pop("finalized")
        return self.accept(request, session, {"outcome": "claim", "claim": view})

    def down(self, payer: str) -> View | None:
        """What ails the payer itself, whoever asks."""
        silent = payer in self._gate.dials.payer_down
        return {"outcome": "unavailable", "message": f"42 - {_BUSY}"} if silent else None

    def trouble(self, form: Mapping[str, str], session: Session) -> View | None:
        payer = form.get("payer", "")
        if payer not in {each.id for each in payers_in(session.region)}:
            raise Incomplete("payer")
        if down := self.down(payer):
            return down
        if payer in self._gate.dials.provider_not_on_file:
            return {"outcome": "provider", "message": f"43 - {_PROVIDER}"}
        return None


def _page(rows: list[View], query: Mapping[str, str], size: int) -> View:
    sort = query.get("sort", "")
    if sort.removeprefix("-") in _SORTS:
        rows = sorted(rows, key=lambda row: row[sort.removeprefix("-")], reverse=sort.startswith("-"))
    try:
        offset = int(query.get("offset", "0"))
    except ValueError:
        offset = 0
    return {"rows": rows[offset : offset + size], "total": len(rows), "offset": offset}
