"""Act on a Claim: what may be asked of the payer anew, by the state that the claim is in, and the form that asks it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, Dispute, unfit
from simulator.handing_in import ended_at
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.portals.uhc.gate import PAYER, PORTAL, Gate
from simulator.portals.uhc.payer import View
from simulator.portals.uhc.wizard import Wizard
from simulator.sessions import Session
from simulator.submissions import Draft

REQUESTS = {"reconsideration": "Claim reconsideration", "appeal": "Claim appeal"}
_UNFIT = {
    "open": "A claim in {} status can't be acted on.",
    "not_appealable": "This denial can't be reconsidered.",
}
_NEEDED = {"reason", "comments", "contact", "phone"}


class Disputes(Wizard[Claim, Dispute]):
    path = "/api/disputes"

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate, gate.house.submissions)

    def routes(self) -> list[Route]:
        return [Route("/api/actions/{number}", self._gate.api(self.actions)), *super().routes()]

    def _claim(self, number: str) -> Claim | None:
        like = self._gate.house.world.claims_like(PAYER, number)
        return next((claim for claim in like if claim.claim_number == number), None)

    def _closed(self, claim: Claim, kind: str) -> str | None:
        """Why this may not be asked about a claim."""
        if reason := unfit(claim):
            return _UNFIT[reason].format(claim_label(claim))
        now = self._gate.house.clock.now()
        reconsidered = any(
            each.kind == "reconsideration" and each.claim is claim and each.stage(now) == "decided"
            for each in self._counter.listed(PAYER)
        )
        return None if kind == "reconsideration" or reconsidered else "Ask for a reconsideration first."

    async def actions(self, request: Request, _session: Session) -> Response:
        claim = self._claim(request.path_params["number"])
        if claim is None:
            return JSONResponse({"reason": "no such claim"}, 404)
        listed = [{"kind": kind, "name": name, "closed": self._closed(claim, kind)} for kind, name in REQUESTS.items()]
        corrected = {"kind": "corrected", "name": "Corrected claim", "closed": "Send corrected claims as an 837 file."}
        return await self._payer.answered({"actions": [corrected, *listed]})

    async def begin(self, request: Request, session: Session) -> Response:
        form = await request.json()
        claim, kind = self._claim(form.get("claimNumber", "")), form.get("kind", "")
        if claim is None or kind not in REQUESTS:
            return JSONResponse({"reason": "no such claim"}, 404)
        if self._closed(claim, kind):
            self._gate.record(session, "not_disputable", claim.claim_number, count="submissions_refused")
            return JSONResponse({"reason": "closed"}, 409)
        if ended_at(self._gate, session, "details"):
            return self._gate.turned_away(session)
        draft = self._counter.begin(PORTAL, session.username, claim)
        draft.answers["kind"] = kind
        return JSONResponse({"id": draft.id})

    def shown(self, draft: Draft[Claim]) -> View:
        claim = draft.matter
        facts = {
            "Claim number": claim.claim_number,
            "Member ID": claim.member.member_id,
            "Member": f"{claim.member.first_name} {claim.member.last_name}",
            "Date of birth": us_date(claim.member.birth_date),
            "Dates of service": us_span(claim.service_from, claim.service_to),
            "Billed amount": usd(claim.billed),
        }
        return {"request": REQUESTS[draft.answers["kind"]], "claim": facts, "reasons": list(REASONS.items())}

    def answered(self, draft: Draft[Claim], form: Mapping[str, Any]) -> str | None:
        if any(not str(form.get(name, "")).strip() for name in _NEEDED) or form["reason"] not in REASONS:
            return "Answer every question before you go on."
        draft.answers |= {"reason": form["reason"], "narrative": form["comments"]}
        draft.answers["contact"] = f"{form['contact']}, {form['phone']}"
        return None

    def already(self, draft: Draft[Claim], earlier: Dispute) -> str:
        kind, number = REQUESTS[earlier.kind].lower(), draft.matter.claim_number
        return f"A {kind} of claim {number} is open already: ticket {earlier.number}."

    def receipt(self, draft: Draft[Claim], sent: Dispute) -> Mapping[str, str]:
        return {
            "Ticket number": sent.number,
            "Claim number": draft.matter.claim_number,
            "Request": REQUESTS[sent.kind],
            "Received": us_date(sent.at.date()),
        }
