"""The Appeals worklist: what was sent, once it has got there, and what was begun and left."""

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, STAGES, Dispute
from simulator.enclosed import data_of
from simulator.forms import Incomplete
from simulator.labels import us_date
from simulator.portals.availity.disputes import API, TYPES
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.submissions import Draft
from simulator.world import PAYERS, payers_of

_DECISIONS = {"overturned": "Overturned", "upheld": "Upheld", "partly_overturned": "Partly overturned"}


class Appeals:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._submissions = gate.house.submissions

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/details", api(self.detail), methods=["POST"]),
            Route(f"{API}/letter", api(self.letter), methods=["POST"]),
            Route(API + "/{kind}/{id}", api(self._inquiries.answer)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.down(form.get("payer", "")) or self._found(form)

        return await self._inquiries.asked(request, session, "appeals", found)

    def _found(self, form: Mapping[str, str]) -> View:
        payer = form.get("payer", "")
        if payer not in payers_of(PORTAL):
            raise Incomplete("payer")
        start = form.get("claimNumber", "").strip().upper()
        begun = [_begun(each) for each in self._submissions.drafts(PORTAL) if each.matter.payer == payer]
        sent = [self._sent(each) for each in self._submissions.listed(payer)]
        rows = [each for each in [*begun, *sent] if each["claimNumber"].startswith(start)]
        searched = {"payer": PAYERS[payer].name, "claimNumber": start or None}
        return {"outcome": "requests", "searched": searched, "rows": rows}

    def _sent(self, dispute: Dispute) -> View:
        stage = dispute.stage(self._gate.house.clock.now())
        told = {"key": dispute.number, "type": TYPES[dispute.kind], "status": STAGES[PORTAL][stage]}
        return _claim(dispute.claim, dispute.at) | told

    async def detail(self, request: Request, session: Session) -> Response:
        dispute = self._dispute(await request.json())
        if dispute is None:
            return JSONResponse({"reason": "no such request"}, 404)
        self._gate.record(session, "appeal_detail", dispute.number, count="appeal_details")
        return self._inquiries.accept(request, session, {"outcome": "request", "request": self._whole(dispute)})

    def _whole(self, dispute: Dispute) -> View:
        now = self._gate.house.clock.now()
        decision = dispute.decision(now)
        return self._sent(dispute) | {
            "birthDate": us_date(dispute.claim.member.birth_date),
            "reason": REASONS[dispute.reason],
            "contact": dispute.contact,
            "narrative": dispute.narrative,
            "documents": [each.name for each in dispute.files],
            "decision": _DECISIONS[decision] if decision else None,
            "decided": us_date(dispute.decided_at.date()) if decision else None,
            "letter": dispute.letter.title if decision else None,
            "text": f"{PAYERS[dispute.payer].name} received request {dispute.number} on {us_date(dispute.at.date())}.",
        }

    async def letter(self, request: Request, session: Session) -> Response:
        dispute = self._dispute(await request.json())
        if dispute is None or dispute.decision(self._gate.house.clock.now()) is None:
            return JSONResponse({"reason": "no such letter"}, 404)
        self._gate.record(session, "file", dispute.number, count="files")
        return Response(data_of(dispute.letter), media_type="application/octet-stream")

    def _dispute(self, form: Mapping[str, str]) -> Dispute | None:
        payer = form.get("payer", "")
        listed = self._submissions.listed(payer) if payer in payers_of(PORTAL) else []
        return next((each for each in listed if each.number == form.get("key")), None)


def _claim(claim: Claim, at: datetime) -> View:
    return {
        "claimNumber": claim.claim_number,
        "patient": f"{claim.member.last_name}, {claim.member.first_name}",
        "memberId": claim.member.member_id,
        "updated": us_date(at.date()),
    }


def _begun(draft: Draft[Claim]) -> View:
    kind = draft.answers.get("kind")
    return _claim(draft.matter, draft.begun_at) | {
        "draft": draft.id,
        "type": TYPES[kind] if kind else None,
        "status": "Initiated",
    }
