"""Claim reconsiderations: a form in a window of its own, sent with all its files at once, and the list of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, STAGES, Dispute, unfit
from simulator.enclosed import data_of, media_type
from simulator.forms import summary
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date, us_span
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER, PORTAL, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import amount, full_name, stated
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

PAGE_SIZE = 10
RULES = FileRules(
    ("pdf", "tif", "tiff", "jpg", "jpeg", "png", "doc", "docx"), most=5, largest=20 * MB, together=40 * MB
)
_BREACHES = {
    "type": "is not of a type that UCare accepts",
    "large": "is larger than 20 MB",
    "many": "is one file too many",
    "together": "makes the files larger than 40 MB together",
}
_OUTCOMES = {"overturned": "Payment changed", "upheld": "Decision stands", "partly_overturned": "Partly changed"}
_NEEDED = ("reason", "explanation", "caller", "telephone")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Found:
    disputes: list[Dispute]
    searched: str


class Reconsiderations:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell
        self._submissions = gate.house.submissions

    def routes(self) -> list[Route]:
        api, page = self._gate.api, self._gate.web_page
        return [
            Route("/claims/{number}/reconsideration", page(self.form), methods=["GET"]),
            Route("/claims/{number}/reconsideration", page(self.send), methods=["POST"]),
            Route("/reconsiderations", self._shell.office("appeals", "reconsiderations.html")),
            Route("/reconsiderations/find", api(self.find), methods=["POST"]),
            Route("/reconsiderations/list/{key}/{page:int}", api(self.page)),
            Route("/reconsiderations/{reference}/files", api(self.files)),
            Route("/reconsiderations/{reference}/letter", page(self.letter)),
        ]

    def _claim(self, request: Request, session: Session) -> Claim | None:
        number = request.path_params["number"]
        like = self._gate.house.world.claims_like(PAYER, number)
        found = next((claim for claim in like if claim.claim_number == number), None)
        if found and unfit(found):
            self._gate.record(session, "not_disputable", number, count="submissions_refused")
            return None
        return found

    async def form(self, request: Request, session: Session) -> Response:
        claim = self._claim(request, session)
        if claim is None:
            return Response(status_code=404)
        if ended_at(self._gate, session, "details"):
            return self._gate.shown_out(request, session)
        draft = self._submissions.begin(PORTAL, session.username, claim)
        return self._blank(session, draft)

    def _blank(
        self, session: Session, draft: Draft[Claim], said: str = "", told: Mapping[str, str] | None = None
    ) -> Response:
        claim = draft.matter
        facts = {
            "Claim number": claim.claim_number,
            "Patient": full_name(claim.member),
            "Member ID": claim.member.member_id,
            "Date of birth": us_date(claim.member.birth_date),
            "Dates of service": us_span(claim.service_from, claim.service_to),
            "Paid by UCare": amount(claim.paid),
        }
        return self._gate.render(
            "crf.html", session=session, draft=draft, facts=facts, reasons=REASONS, said=said, told=told or {}
        )

    async def send(self, request: Request, session: Session) -> Response:
        async with request.form(max_files=20) as form:
            draft = self._submissions.draft(PORTAL, str(form.get("draft", "")))
            if draft is None or form.get("token") != session.xsrf:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in _NEEDED}
            if said := await self._taken(draft, told, form):
                return self._blank(session, draft, said, told)
        # The files are looked through while the browser waits.
        await asyncio.sleep(max(each.ready_at for each in draft.uploads.values()) - time.monotonic())
        found = await hand_in(
            self._gate,
            session,
            self._submissions,
            draft,
            broken=lambda: self._gate.notice("error", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            since = us_date(found.of.at.date())
            said = f"UCare has had a reconsideration of this claim since {since} and will not take another one."
            return self._blank(session, draft, said, told)
        return self._gate.render("crf_received.html", dispute=found, day=us_date(found.at.date()))

    async def _taken(self, draft: Draft[Claim], told: Mapping[str, str], form: FormData) -> str | None:
        """What is wrong with what was filled in, if anything is."""
        draft.uploads.clear()
        for file in form.getlist("files"):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            if breach := RULES.breach(file.filename, file.size or 0, draft.files):
                return f"The file {file.filename} {_BREACHES[breach]}."
            await self._submissions.upload(draft, file.filename, _chunks(file))
        if not all(told.values()) or told["reason"] not in REASONS or form.get("true") != "yes" or not draft.files:
            return "Please complete every field, attach your documents and confirm the statement."
        draft.answers |= {"kind": "reconsideration", "reason": told["reason"], "narrative": told["explanation"]}
        draft.answers["contact"] = f"{told['caller']}, {told['telephone']}"
        return None

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"appeals {summary(form)}", count="appeals")
        if said := self._gate.busy():
            return await self._gate.fragment("_flash.html", message=said)
        start = form.get("claim", "").strip().upper()
        found = [each for each in self._submissions.listed(PAYER) if each.claim.claim_number.startswith(start)]
        if not found:
            return await self._gate.fragment("_no_reconsiderations.html", searched=start)
        key = uuid4().hex
        remember(session, key, _Found(found, start))
        return await self._gate.fragment("_reconsiderations.html", **self._page(key, 1, found, start))

    async def page(self, request: Request, session: Session) -> Response:
        key, number = request.path_params["key"], request.path_params["page"]
        found = session.work.get(key)
        if not isinstance(found, _Found):
            return Response(status_code=404)
        values = self._page(key, number, found.disputes, found.searched)
        return await self._gate.fragment("_reconsiderations.html", **values)

    async def files(self, request: Request, _session: Session) -> Response:
        listed = {each.number: each for each in self._submissions.listed(PAYER)}
        dispute = listed.get(request.path_params["reference"])
        if dispute is None:
            return Response(status_code=404)
        return await self._gate.fragment("_sent_files.html", files=dispute.files)

    async def letter(self, request: Request, session: Session) -> Response:
        listed = {each.number: each for each in self._submissions.listed(PAYER)}
        dispute = listed.get(request.path_params["reference"])
        if dispute is None or dispute.decision(self._gate.house.clock.now()) is None:
            return Response(status_code=404)
        self._gate.record(session, "file", dispute.number, count="files")
        letter = dispute.letter
        return file_response(self._gate.dials, data_of(letter), media_type(letter), letter.title)

    def _page(self, key: str, number: int, found: list[Dispute], searched: str) -> dict[str, Any]:
        now = self._gate.house.clock.now()
        return {
            "key": key,
            "letters": {each.number for each in found if each.decision(now)},
            "searched": searched or "Every claim",
            "rows": [self._row(each) for each in found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]],
            "total": len(found),
            "page": number,
            "pages": -(-len(found) // PAGE_SIZE),
        }

    def _row(self, dispute: Dispute) -> dict[str, str]:
        now = self._gate.house.clock.now()
        decision = dispute.decision(now)
        return {
            "reference": dispute.number,
            "claim": dispute.claim.claim_number,
            "patient": full_name(dispute.claim.member),
            "received": us_date(dispute.at.date()),
            "state": STAGES[PORTAL][dispute.stage(now)],
            "outcome": stated(_OUTCOMES[decision] if decision else None),
            "completed": stated(us_date(dispute.decided_at.date()) if decision else None),
        }


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
