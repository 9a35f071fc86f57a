"""Messaging: an application that writes to payers, file by file, and the list of what was written."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.forms import Incomplete, us_day
from simulator.gate import Handler
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.mailroom import Address
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sent_mail import TOPICS, SentMail
from simulator.sent_mail_truth import printed_at
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules
from simulator.world import PAYERS, payers_of

API = "/cloud/web/msg/v1/outgoing"
RULES = FileRules(("pdf", "doc", "docx", "gif", "jpg", "jpeg", "png", "tif", "tiff", "txt"), most=6, largest=20 * MB)
SHORTEST = 28  # of a subject in the list; what is longer is cut off
LONGEST = 2500  # of a text
_BREACHES = {
    "type": "Files of this type cannot be attached.",
    "large": "A file must not be larger than 20 MB.",
    "many": "No more than 6 files can be attached.",
}
DraftHandler = Callable[[Request, Session, Draft[Address]], Awaitable[Response]]


class Messaging:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._mailroom = gate.house.mailroom

    def routes(self) -> list[Route]:
        api, one, drafted = self._gate.api, API + "/drafts/{id}", self._drafted
        return [
            Route(f"{API}/drafts", api(self.begin), methods=["POST"]),
            Route(f"{one}/files", drafted(self.upload), methods=["POST"]),
            Route(f"{one}/files", drafted(self.files), methods=["GET"]),
            Route(f"{one}/preview", drafted(self.preview), methods=["POST"]),
            Route(f"{one}/message", drafted(self.send), methods=["POST"]),
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/opened", api(self.open), methods=["POST"]),
            Route(API + "/{kind:str}/{id:str}", api(self._inquiries.answer)),
        ]

    def _drafted(self, handler: DraftHandler) -> Handler:
        async def found(request: Request, session: Session) -> Response:
            draft = self._mailroom.draft(PORTAL, request.path_params["id"])
            if draft is None:
                return JSONResponse({"reason": "no such message"}, 404)
            return await handler(request, session, draft)

        return self._gate.api(found)

    async def begin(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer = form.get("payer", "")
        if payer not in payers_of(PORTAL):
            return JSONResponse({"reason": "payer"}, 400)
        if ended_at(self._gate, session, "details"):
            return self._gate.turned_away(session)
        known = self._gate.house.mailroom.letters(payer)
        answered = next((each for each in known if each.number == form.get("replyTo")), None)
        draft = self._mailroom.begin(PORTAL, session.username, Address(payer, answered))
        topics = [{"value": value, "label": label} for value, label in TOPICS[PORTAL].items()]
        return JSONResponse(
            {
                "id": draft.id,
                "payer": PAYERS[payer].name,
                "subject": draft.matter.subject,
                "replyTo": answered.number if answered else None,
                "topics": topics,
                "longest": LONGEST,
            },
            201,
        )

    async def upload(self, request: Request, session: Session, draft: Draft[Address]) -> Response:
        """The bytes alone; the name comes in a header."""
        if ended_at(self._gate, session, "upload"):
            return self._gate.turned_away(session)
        name = unquote(request.headers.get("x-document-name", ""))
        made = await self._mailroom.upload(draft, name, request.stream())
        others = [each for each in draft.files if each is not made.file]
        if breach := RULES.breach(name, made.file.size, others):
            del draft.uploads[made.id]
            return JSONResponse({"message": _BREACHES[breach]}, 422)
        return await self.files(request, session, draft)

    async def files(self, _request: Request, _session: Session, draft: Draft[Address]) -> Response:
        return JSONResponse([{"name": each.file.name, "ready": each.ready} for each in draft.uploads.values()])

    async def preview(self, request: Request, session: Session, draft: Draft[Address]) -> Response:
        if ended_at(self._gate, session, "review"):
            return self._gate.turned_away(session)
        form, answered = await request.json(), draft.matter.reply_to
        claim = str(form.get("claim", "")).strip().upper()
        if answered and answered.claim:
            claim = answered.claim.claim_number
        like = self._gate.house.world.claims_like(draft.matter.payer, claim) if claim else []
        if claim and not any(each.claim_number == claim for each in like):
            return JSONResponse({"message": "We could not find this claim. Check the claim number."}, 422)
        text = str(form.get("text", "")).strip()[:LONGEST]
        subject = draft.matter.subject or str(form.get("subject", "")).strip()
        if not text or not subject or not (answered or form.get("topic") in TOPICS[PORTAL]) or not draft.scanned:
            return JSONResponse({"message": "Complete the message first."}, 422)
        draft.answers = {"subject": subject, "text": text, "claim": claim}
        if not answered:
            draft.answers["topic"] = form["topic"]
        return JSONResponse(
            {
                "topic": TOPICS[PORTAL][form["topic"]] if not answered else None,
                "subject": subject,
                "claim": claim or None,
                "lines": [line for line in text.splitlines() if line.strip()],
                "files": [each.name for each in draft.files],
            }
        )

    async def send(self, _request: Request, session: Session, draft: Draft[Address]) -> Response:
        if not draft.complete:
            return JSONResponse({"reason": "incomplete"}, 400)
        found = await hand_in(
            self._gate,
            session,
            self._mailroom,
            draft,
            broken=lambda: JSONResponse({"reason": "error"}, 500),
            ended=lambda: self._gate.turned_away(session),
        )
        if isinstance(found, Response):
            return found
        sent = found.of if isinstance(found, Duplicate) else found
        facts = {"reference": sent.number, "date": us_date(printed_at(sent).date()), "payer": PAYERS[sent.payer].name}
        return JSONResponse(facts, 201)

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.down(form.get("payer", "")) or self._found(form)

        return await self._inquiries.asked(request, session, "sent_messages", found)

    def _found(self, form: Mapping[str, str]) -> View:
        start, end = us_day(form, "fromDate"), us_day(form, "toDate")
        payer = form.get("payer", "")
        if payer not in payers_of(PORTAL):
            raise Incomplete("payer")
        found = [each for each in self._mailroom.listed(payer) if start <= printed_at(each).date() <= end]
        searched = {"payer": PAYERS[payer].name, "from": us_date(start), "to": us_date(end)}
        return {"outcome": "outgoing", "searched": searched, "rows": [_card(each) for each in found]}

    async def open(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer = form.get("payer", "")
        listed = self._mailroom.listed(payer) if payer in payers_of(PORTAL) else []
        sent = next((each for each in listed if each.number == form.get("number")), None)
        if sent is None:
            return JSONResponse({"reason": "no such message"}, 404)
        self._gate.record(session, "sent_message", sent.number)
        return self._inquiries.accept(request, session, {"outcome": "sent", "message": _whole(sent)})


def _card(sent: SentMail) -> dict[str, Any]:
    cut = len(sent.subject) > SHORTEST
    return {
        "number": sent.number,
        "payerId": sent.payer,
        "subject": sent.subject[:SHORTEST].rstrip() + "…" if cut else sent.subject,
        "date": us_date(printed_at(sent).date()),
        "claim": sent.claim.claim_number if sent.claim else None,
        "files": len(sent.files),
    }


def _whole(sent: SentMail) -> View:
    return {
        "reference": sent.number,
        "payer": PAYERS[sent.payer].name,
        "subject": sent.subject,
        "topic": TOPICS[PORTAL][sent.topic] if sent.topic else None,
        "date": us_date(printed_at(sent).date()),
        "claim": sent.claim.claim_number if sent.claim else None,
        "paragraphs": sent.paragraphs,
        "files": [each.name for each in sent.files],
    }
