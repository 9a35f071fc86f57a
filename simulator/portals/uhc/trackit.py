"""TrackIt: the tickets of the practice, newest first, ten at a time. Nothing that was only begun is a ticket."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.disputes import STAGES, Dispute
from simulator.forms import summary
from simulator.labels import us_date
from simulator.portals.uhc.disputes import REQUESTS
from simulator.portals.uhc.gate import PAYER, PORTAL, Gate
from simulator.portals.uhc.payer import Payer, View, remember
from simulator.sessions import Session

PAGE_SIZE = 10
_DECISIONS = {"overturned": "Approved", "upheld": "Upheld", "partly_overturned": "Partially approved"}


class TrackIt:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/api/tickets/search", api(self.search), methods=["POST"]),
            Route("/api/tickets/search/{key}", api(self.more)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        form = await request.json()
        self._gate.record(session, "question", f"appeals {summary(form)}", count="appeals")
        if down := self._payer.down():
            return await self._payer.answered(down)
        start = form.get("claimNumber", "").strip().upper()
        listed = self._gate.house.submissions.listed(PAYER)
        found = [each for each in listed if each.claim.claim_number.startswith(start)]
        key = remember(session, found)
        answer = {"outcome": "tickets", "searched": start or "All claims", "key": key, **self._rows(found, 0)}
        return await self._payer.answered(answer)

    async def more(self, request: Request, session: Session) -> Response:
        found = session.work.get(request.path_params["key"])
        offset = request.query_params.get("offset", "0")
        if not isinstance(found, list) or not offset.isdigit():
            return JSONResponse({"reason": "unknown search"}, 404)
        return await self._payer.answered(self._rows(found, int(offset)))

    def _rows(self, found: list[Dispute], offset: int) -> View:
        return {"rows": [self._row(each) for each in found[offset : offset + PAGE_SIZE]], "total": len(found)}

    def _row(self, dispute: Dispute) -> View:
        now, member = self._gate.house.clock.now(), dispute.claim.member
        decision = dispute.decision(now)
        return {
            "Ticket number": dispute.number,
            "Claim number": dispute.claim.claim_number,
            "Member": f"{member.first_name} {member.last_name}",
            "Member ID": member.member_id,
            "Request": REQUESTS[dispute.kind],
            "Ticket status": STAGES[PORTAL][dispute.stage(now)],
            "Submitted": us_date(dispute.at.date()),
            "Decision": _DECISIONS[decision] if decision else None,
            "Decided": us_date(dispute.decided_at.date()) if decision else None,
            "Attachments": "; ".join(each.name for each in dispute.files) or None,
        }
