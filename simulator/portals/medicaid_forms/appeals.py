"""Claim appeals: a form in three steps that keeps what it needs in its view state, and an inquiry of what was filed."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.dials import Step
from simulator.disputes import REASONS, STAGES, Dispute, unfit
from simulator.enclosed import data_of
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date, us_span, usd
from simulator.portals.medicaid_forms.files import file_response
from simulator.portals.medicaid_forms.gate import PAYER, PORTAL, Gate
from simulator.portals.medicaid_forms.lookups import Lookup
from simulator.portals.medicaid_forms.tray import Fields
from simulator.portals.medicaid_forms.viewstate import Event
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

RULES = FileRules(("pdf", "tif", "tiff", "jpg"), most=8, largest=10 * MB)
TYPES = {"reconsideration": "Desk review", "appeal": "Formal appeal"}
DOWN = "Appeals cannot be looked up at this time. Try again later."
_UNFIT = {
    "open": "A claim that has not been adjudicated cannot be appealed.",
    "not_appealable": "The denial of a duplicate claim cannot be appealed.",
}
_BREACHES = {
    "type": "The document must be a pdf, tif or jpg file.",
    "large": "The document must not exceed 10 MB.",
    "many": "No more than 8 documents can be attached.",
}
_DECISIONS = {"overturned": "Reversed", "upheld": "Affirmed", "partly_overturned": "Reversed in part"}
_ASKED = ("rblType", "ddlReason", "txtContact", "txtPhone", "txtNarrative")
_STEPS: Mapping[str, Step] = {"btnFind": "details", "btnAttach": "upload", "btnContinue": "review"}
_CHUNK = 1 << 20


class AppealPages:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._submissions = gate.house.submissions
        self._inquiry = Lookup(
            gate,
            "appeals",
            template="appeal_inquiry.html",
            field="txtTCN",
            grid="grdAppeals",
            link="lnkNotice",
            down=DOWN,
            listed=lambda: self._submissions.listed(PAYER),
            number_of=lambda dispute: dispute.claim.claim_number,
            row=self._row,
            paper=self._notice,
        )

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route("/Appeals/Request.aspx", page(self.request), methods=["GET", "POST"]),
            Route("/Appeals/Inquiry.aspx", page(self._inquiry.page), methods=["GET", "POST"]),
        ]

    async def request(self, request: Request, session: Session) -> Response:
        if "appeals" not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        if request.method == "GET":
            return self._gate.form("appeal_find.html", request, session, events=["btnFind"], number="", error="")
        event, fields = await self._gate.sent_back(request, session)
        if event.control in _STEPS and ended_at(self._gate, session, _STEPS[event.control]):
            return self._gate.shown_out(request, session)
        if event.control == "btnFind":
            return self._found(request, session, fields.get("txtTCN", "").strip().upper())
        draft = self._submissions.draft(PORTAL, event.kept["draft"])
        return await self._went_on(request, session, event, fields, draft) if draft else self._gate.notice("error", 400)

    async def _went_on(
        self, request: Request, session: Session, event: Event, fields: Fields, draft: Draft[Claim]
    ) -> Response:
        match event.control:
            case "btnAttach":
                return self._asked(request, session, draft, fields, await self._attached(request, draft))
            case "btnContinue" if error := self._taken(draft, fields):
                return self._asked(request, session, draft, fields, error)
            case "btnContinue":
                return self._last(request, session, draft)
            case "btnSubmit":
                return await self._handed_in(request, session, draft)
        return self._asked(request, session, draft, self._told(draft), "")

    def _found(self, request: Request, session: Session, number: str) -> Response:
        like = self._gate.house.world.claims_like(PAYER, number) if number else []
        claim = next((each for each in like if each.claim_number == number), None)
        error = "No claim with this Transaction Control Number is on file."
        if claim is not None and (reason := unfit(claim)):
            self._gate.record(session, "not_disputable", number, count="submissions_refused")
            error = _UNFIT[reason]
        elif claim is not None:
            return self._asked(request, session, self._submissions.begin(PORTAL, session.username, claim), {}, "")
        return self._gate.form("appeal_find.html", request, session, events=["btnFind"], number=number, error=error)

    def _asked(self, request: Request, session: Session, draft: Draft[Claim], told: Fields, error: str) -> Response:
        return self._gate.form(
            "appeal_request.html",
            request,
            session,
            events=["btnAttach", "btnContinue"],
            kept={"draft": draft.id},
            facts=facts_of(draft.matter),
            told={name: told.get(name, "") for name in _ASKED},
            types=TYPES,
            reasons=REASONS,
            files=draft.files,
            error=error,
        )

    async def _attached(self, request: Request, draft: Draft[Claim]) -> str:
        """What is wrong with the file, if anything is; it is looked through before the page comes back."""
        file = (await request.form()).get("ctl00$cph$fuDocument")
        if not isinstance(file, UploadFile) or not file.filename:
            return "Choose a document first."
        if breach := RULES.breach(file.filename, file.size or 0, draft.files):
            return _BREACHES[breach]
        made = await self._submissions.upload(draft, file.filename, _chunks(file))
        await asyncio.sleep(made.ready_at - time.monotonic())
        return ""

    def _taken(self, draft: Draft[Claim], fields: Fields) -> str:
        told = {name: fields.get(name, "").strip() for name in _ASKED}
        if not all(told.values()) or told["rblType"] not in TYPES or told["ddlReason"] not in REASONS:
            return "Complete all items."
        if not draft.files:
            return "Attach at least one document."
        kind, reason, name, phone, narrative = told.values()
        draft.answers |= {"kind": kind, "reason": reason, "contact": f"{name}, {phone}", "narrative": narrative}
        return ""

    def _told(self, draft: Draft[Claim]) -> Fields:
        name, _, phone = draft.answers.get("contact", "").rpartition(", ")
        given = (draft.answers.get("kind", ""), draft.answers.get("reason", ""), name, phone)
        return dict(zip(_ASKED, (*given, draft.answers.get("narrative", "")), strict=True))

    def _last(self, request: Request, session: Session, draft: Draft[Claim], error: str = "") -> Response:
        answers = draft.answers
        facts = facts_of(draft.matter) | {
            "Appeal Type": TYPES[answers["kind"]],
            "Reason": REASONS[answers["reason"]],
            "Contact": answers["contact"],
            "Statement": answers["narrative"],
        }
        return self._gate.form(
            "appeal_review.html",
            request,
            session,
            events=["btnSubmit", "btnBack"],
            kept={"draft": draft.id},
            facts=facts,
            files=draft.files,
            error=error,
        )

    async def _handed_in(self, request: Request, session: Session, draft: Draft[Claim]) -> Response:
        found = await hand_in(
            self._gate,
            session,
            self._submissions,
            draft,
            broken=lambda: self._gate.notice("transaction", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            error = f"Appeal {found.of.number} of this claim is pending. A second one is not accepted."
            return self._last(request, session, draft, error)
        number, day = draft.matter.claim_number, us_date(found.at.date())
        return self._gate.form("appeal_done.html", request, session, events=[], number=number, dispute=found, day=day)

    def _notice(self, session: Session, asked: str) -> Response:
        number = asked.removeprefix("Notice$")
        dispute = next(each for each in self._submissions.listed(PAYER) if each.number == number)
        self._gate.record(session, "file", number, count="files")
        return file_response(self._gate.dials, data_of(dispute.letter))

    def _row(self, dispute: Dispute) -> dict[str, Any]:
        now, member = self._gate.house.clock.now(), dispute.claim.member
        decision = dispute.decision(now)
        return {
            "number": dispute.number,
            "claim": dispute.claim.claim_number,
            "name": f"{member.last_name}, {member.first_name}",
            "type": TYPES[dispute.kind],
            "received": us_date(dispute.at.date()),
            "status": STAGES[PORTAL][dispute.stage(now)],
            "decision": _DECISIONS[decision] if decision else "",
            "decided": us_date(dispute.decided_at.date()) if decision else "",
            "files": [each.name for each in dispute.files],
        }


def facts_of(claim: Claim) -> dict[str, str]:
    return {
        "Transaction Control Number": claim.claim_number,
        "Medical Assistance ID": claim.member.member_id,
        "Subscriber Name": f"{claim.member.last_name}, {claim.member.first_name}",
        "Birth Date": us_date(claim.member.birth_date),
        "Dates of Service": us_span(claim.service_from, claim.service_to),
        "Total Charge": usd(claim.billed),
    }


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
