"""Dispute Claim: a wizard that begins at a claim and asks the server at every step."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, Dispute, unfit
from simulator.labels import us_date
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View, claim_row
from simulator.portals.availity.wizard import Wizard, uploads
from simulator.sessions import Session
from simulator.submissions import MB, Draft, FileRules
from simulator.world import PAYERS

API = "/cloud/web/post/appeals/v1"
RULES = FileRules(
    extensions=(
        *("csv", "doc", "docx", "gif", "html", "jpg", "jpeg", "msg", "pdf", "png", "ppt", "pptx", "rtf", "tif", "tiff"),
        *("txt", "xls", "xlsx"),
    ),
    most=10,
    larger_than=3 * 1024,
    largest=60 * MB,
    together=150 * MB,
)
TYPES = {"reconsideration": "Reconsideration", "appeal": "Appeal"}
_UNFIT = {
    "open": "This claim has not been finalized. Only finalized claims can be disputed.",
    "not_appealable": "This is not an appealable denial.",
}
_BREACHES = {
    "type": "This file type is not accepted.",
    "small": "Files must be larger than 3 KB.",
    "large": "Files must not be larger than 60 MB.",
    "many": "No more than 10 files can be attached.",
    "together": "All files together must not be larger than 150 MB.",
}
_LISTS = {"kind": TYPES, "reason": REASONS}
_TEXTS = {"contact": 120, "narrative": 2000}  # and the longest of each


class Disputes(Wizard[Claim, Dispute]):
    path = f"{API}/requests"
    rules = RULES
    breaches = _BREACHES

    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        super().__init__(gate, inquiries, gate.house.submissions)

    def routes(self) -> list[Route]:
        return [
            Route(self.path, self._gate.api(self.begin), methods=["POST"]),
            Route(self.path + "/{id}", self._drafted(self.show)),
            *super().routes(),
        ]

    async def begin(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer, number = form.get("payer", ""), form.get("claimNumber", "")
        if down := self._inquiries.down(payer):
            return JSONResponse(down, 409)
        like = self._gate.house.world.claims_like(payer, number) if payer in PAYERS else []
        claim = next((each for each in like if each.claim_number == number), None)
        if claim is None:
            return JSONResponse({"reason": "no such claim"}, 404)
        if reason := unfit(claim):
            self._gate.record(session, "not_disputable", number, count="submissions_refused")
            return JSONResponse({"message": _UNFIT[reason]}, 409)
        return JSONResponse({"id": self._counter.begin(PORTAL, session.username, claim).id}, 201)

    async def show(self, _request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        claim = claim_row(draft.matter) | {
            "birthDate": us_date(draft.matter.member.birth_date),
            "payer": PAYERS[draft.matter.payer].name,
        }
        lists = {
            name: [{"value": value, "label": label} for value, label in words.items()] for name, words in _LISTS.items()
        }
        return JSONResponse({"claim": claim, "answers": draft.answers, "documents": uploads(draft), "lists": lists})

    def answered(self, draft: Draft[Claim], form: Mapping[str, str]) -> str | None:
        for name, given in form.items():
            known = given in _LISTS[name] if name in _LISTS else 0 < len(given.strip()) <= _TEXTS.get(name, 0)
            if not known:
                return f"Check what you told us: {name}."
            draft.answers[name] = given
        return None

    def already(self, draft: Draft[Claim], earlier: Dispute) -> str:
        kind, number = TYPES[earlier.kind].lower(), draft.matter.claim_number
        return f"Claim {number} already has an open {kind}. It was not submitted again."

    def receipt(self, draft: Draft[Claim], sent: Dispute) -> View:
        claim, day = draft.matter, us_date(self._gate.house.clock.today())
        text = (
            f"Thank you. On {day} {PAYERS[claim.payer].name} received your {TYPES[sent.kind].lower()} of claim "
            f"{claim.claim_number}, {len(sent.files)} attached. Your confirmation number is {sent.number}; please "
            "keep it with the patient's records. Call 800-282-4548 with questions."
        )
        return {"text": text}
