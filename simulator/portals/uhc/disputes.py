"""Act on a Claim: what may be asked of the payer anew, by the state that the claim is in, and the form that asks it."""

from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, unfit
from simulator.gate import Handler
from simulator.handing_in import ended_at, hand_in
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.portals.uhc.gate import PAYER, PORTAL, Gate
from simulator.portals.uhc.payer import Payer, View
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

RULES = FileRules(("pdf", "tif", "tiff", "jpg", "jpeg", "png", "doc", "docx", "xls"), most=10, largest=25 * MB)
REQUESTS = {"reconsideration": "Claim reconsideration", "appeal": "Claim appeal"}
_BREACHES = {
    "type": "Choose a file of one of these types: pdf, tif, jpg, png, doc, docx, xls.",
    "large": "Choose a file of at most 25 MB.",
    "many": "You can attach up to 10 files.",
}
_UNFIT = {
    "open": "A claim in {} status can't be acted on.",
    "not_appealable": "This denial can't be reconsidered.",
}
_NEEDED = {"reason", "comments", "contact", "phone"}
_CHUNK = 1 << 20

DraftHandler = Callable[[Request, Session, Draft[Claim]], Awaitable[Response]]


class Disputes:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)
        self._submissions = gate.house.submissions

    def routes(self) -> list[Route]:
        one, drafted = "/api/disputes/{id}", self._drafted
        return [
            Route("/api/actions/{number}", self._gate.api(self.actions)),
            Route("/api/disputes", self._gate.api(self.begin), methods=["POST"]),
            Route(one, drafted(self.show)),
            Route(f"{one}/files", drafted(self.attach), methods=["POST"]),
            Route(f"{one}/files", drafted(self.files), methods=["GET"]),
            Route(f"{one}/review", drafted(self.review), methods=["POST"]),
            Route(f"{one}/submit", drafted(self.submit), methods=["POST"]),
        ]

    def _drafted(self, handler: DraftHandler) -> Handler:
        async def found(request: Request, session: Session) -> Response:
            draft = self._submissions.draft(PORTAL, request.path_params["id"])
            if draft is None:
                return JSONResponse({"reason": "no such request"}, 404)
            return await handler(request, session, draft)

        return self._gate.api(found)

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
            for each in self._submissions.listed(PAYER)
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
        draft = self._submissions.begin(PORTAL, session.username, claim)
        draft.answers["kind"] = kind
        return JSONResponse({"id": draft.id})

    async def show(self, _request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        claim = draft.matter
        facts = {
            "Claim number": claim.claim_number,
            "Member ID": claim.member.member_id,
            "Member": f"{claim.member.first_name} {claim.member.last_name}",
            "Date of birth": us_date(claim.member.birth_date),
            "Dates of service": us_span(claim.service_from, claim.service_to),
            "Billed amount": usd(claim.billed),
        }
        view: View = {"request": REQUESTS[draft.answers["kind"]], "claim": facts, "reasons": list(REASONS.items())}
        return await self._payer.answered(view)

    async def attach(self, request: Request, session: Session, draft: Draft[Claim]) -> Response:
        """One file at a time, as a form with parts."""
        if ended_at(self._gate, session, "upload"):
            return self._gate.turned_away(session)
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                return JSONResponse({"reason": "file"}, 400)
            if breach := RULES.breach(file.filename or "", file.size or 0, draft.files):
                return JSONResponse({"outcome": "refused", "message": _BREACHES[breach]})
            await self._submissions.upload(draft, file.filename or "", _chunks(file))
        return await self.files(request, session, draft)

    async def files(self, _request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        listed = [{"name": each.file.name, "ready": each.ready} for each in draft.uploads.values()]
        return JSONResponse({"files": listed})

    async def review(self, request: Request, session: Session, draft: Draft[Claim]) -> Response:
        if ended_at(self._gate, session, "review"):
            return self._gate.turned_away(session)
        form = await request.json()
        if any(not str(form.get(name, "")).strip() for name in _NEEDED) or form["reason"] not in REASONS:
            return JSONResponse({"outcome": "refused", "message": "Answer every question before you go on."})
        draft.answers |= {"reason": form["reason"], "narrative": form["comments"]}
        draft.answers["contact"] = f"{form['contact']}, {form['phone']}"
        return JSONResponse({"outcome": "review", "ready": draft.complete})

    async def submit(self, _request: Request, session: Session, draft: Draft[Claim]) -> Response:
        if not draft.complete:
            return JSONResponse({"reason": "incomplete"}, 400)
        found = await hand_in(
            self._gate,
            session,
            self._submissions,
            draft,
            broken=lambda: JSONResponse({"reason": "error"}, 500),
            ended=lambda: self._gate.turned_away(session),
        )
        if isinstance(found, Response):
            return found
        number = draft.matter.claim_number
        if isinstance(found, Duplicate):
            text = f"A {REQUESTS[found.of.kind].lower()} of claim {number} is open already: ticket {found.of.number}."
            return JSONResponse({"outcome": "refused", "message": text})
        facts = {
            "Ticket number": found.number,
            "Claim number": number,
            "Request": REQUESTS[found.kind],
            "Received": us_date(found.at.date()),
        }
        return self._payer.printed({"outcome": "received", "facts": facts})


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
