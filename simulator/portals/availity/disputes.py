"""Dispute Claim: a wizard that begins at a claim and asks the server at every step."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, unfit
from simulator.gate import Handler
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import claim_row
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules
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

DraftHandler = Callable[[Request, Session, Draft[Claim]], Awaitable[Response]]


class Disputes:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._submissions = gate.house.submissions

    def routes(self) -> list[Route]:
        one, drafted = API + "/requests/{id}", self._drafted
        return [
            Route(f"{API}/requests", self._gate.api(self.begin), methods=["POST"]),
            Route(one, drafted(self.show)),
            Route(f"{one}/answers", drafted(self.answer), methods=["POST"]),
            Route(f"{one}/documents", drafted(self.upload), methods=["POST"]),
            Route(f"{one}/documents", drafted(self.documents), methods=["GET"]),
            Route(one + "/documents/{document}", drafted(self.remove), methods=["DELETE"]),
            Route(f"{one}/submission", drafted(self.submit), methods=["POST"]),
        ]

    def _drafted(self, handler: DraftHandler) -> Handler:
        async def found(request: Request, session: Session) -> Response:
            draft = self._submissions.draft(PORTAL, request.path_params["id"])
            if draft is None:
                return JSONResponse({"reason": "no such request"}, 404)
            return await handler(request, session, draft)

        return self._gate.api(found)

    async def begin(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer, number = form.get("payer", ""), form.get("claimNumber", "")
        if down := self._inquiries.down(payer):
            return JSONResponse(down, 409)
        listed = self._gate.house.world.claims_like(payer, number) if payer in PAYERS else []
        claim = next((each for each in listed if each.claim_number == number), None)
        if claim is None:
            return JSONResponse({"reason": "no such claim"}, 404)
        if reason := unfit(claim):
            self._gate.record(session, "not_disputable", number, count="submissions_refused")
            return JSONResponse({"message": _UNFIT[reason]}, 409)
        return JSONResponse({"id": self._submissions.begin(PORTAL, session.username, claim).id}, 201)

    async def show(self, _request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        claim = claim_row(draft.matter) | {
            "birthDate": us_date(draft.matter.member.birth_date),
            "payer": PAYERS[draft.matter.payer].name,
        }
        lists = {
            name: [{"value": value, "label": label} for value, label in words.items()] for name, words in _LISTS.items()
        }
        return JSONResponse({"claim": claim, "answers": draft.answers, "documents": _documents(draft), "lists": lists})

    async def answer(self, request: Request, session: Session, draft: Draft[Claim]) -> Response:
        form = await request.json()
        step = form.pop("step", "")
        if step in {"details", "upload", "review"} and ended_at(self._gate, session, step):
            return self._gate.turned_away(session)
        for name, given in form.items():
            known = given in _LISTS[name] if name in _LISTS else 0 < len(given.strip()) <= _TEXTS.get(name, 0)
            if not known:
                return JSONResponse({"reason": name}, 400)
            draft.answers[name] = given
        return JSONResponse({"step": step})

    async def upload(self, request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        """The bytes alone; the name comes in a header."""
        name = unquote(request.headers.get("x-document-name", ""))
        made = await self._submissions.upload(draft, name, request.stream())
        others = [each for each in draft.files if each is not made.file]
        if breach := RULES.breach(name, made.file.size, others):
            del draft.uploads[made.id]
            return JSONResponse({"message": _BREACHES[breach]}, 422)
        return JSONResponse({"id": made.id}, 201)

    async def documents(self, _request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        return JSONResponse(_documents(draft))

    async def remove(self, request: Request, _session: Session, draft: Draft[Claim]) -> Response:
        draft.uploads.pop(request.path_params["document"], None)
        return JSONResponse(_documents(draft))

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
        claim, day = draft.matter, us_date(self._gate.house.clock.today())
        if isinstance(found, Duplicate):
            kind = TYPES[found.of.kind].lower()
            text = f"Claim {claim.claim_number} already has an open {kind}. It was not submitted again."
            return JSONResponse({"message": text}, 409)
        text = (
            f"Thank you. On {day} {PAYERS[claim.payer].name} received your {TYPES[found.kind].lower()} of claim "
            f"{claim.claim_number}, {len(found.files)} attached. Your confirmation number is {found.number}; please "
            "keep it with the patient's records. Call 800-282-4548 with questions."
        )
        return JSONResponse({"text": text}, 201)


def _documents(draft: Draft[Claim]) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "name": each.file.name, "size": each.file.size, "ready": each.ready}
        for each in draft.uploads.values()
    ]
