"""Claim appeals: a request in the page, its files as soon as they are chosen, a look at all of it, the last click; and
the list of what is on file.
"""

from collections.abc import AsyncIterator, Mapping

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, STAGES, Dispute, unfit
from simulator.enclosed import data_of
from simulator.forms import summary
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date, us_span, usd
from simulator.portals.medicaid_sso.barriers import barrier, kept_out
from simulator.portals.medicaid_sso.cascade import REQUESTS, listings, unchosen
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER, PORTAL, Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.portals.medicaid_sso.words import full_name
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

RULES = FileRules(("pdf", "tif", "tiff", "jpg", "jpeg", "png"), most=6, largest=15 * MB)
_UNFIT = {
    "open": "A claim that is not adjudicated cannot be appealed.",
    "not_appealable": "The denial of a duplicate claim cannot be appealed.",
}
_BREACHES = {
    "type": "An attachment must be of type pdf, tif, jpg or png.",
    "large": "An attachment must not exceed 15 MB.",
    "many": "No more than 6 attachments are accepted.",
}
_DECISIONS = {"overturned": "Payment adjusted", "upheld": "No change", "partly_overturned": "Adjusted in part"}
_NEEDED = ("reason", "contact", "phone", "narrative")
_CHUNK = 1 << 20


class _List(Found[str, Dispute]): ...


class Appeals:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)
        self._submissions = gate.house.submissions

    def routes(self) -> list[Route]:
        event, page = self._gate.event, self._gate.web_page
        return [
            Route("/appeals", page(self.form)),
            Route("/appeals/requests", page(self.inquiry)),
            Route("/attachments/{draft}", self._gate.api(self.attach), methods=["POST"]),
            Route("/partial/attachments", event(self.attachments), methods=["POST"]),
            Route("/partial/appeal-start", event(self.start), methods=["POST"]),
            Route("/partial/appeal-review", event(self.review), methods=["POST"]),
            Route("/partial/appeal-submit", event(self.submit), methods=["POST"]),
            Route("/partial/requests", event(self.search), methods=["POST"]),
            Route("/partial/request-page", event(self.page), methods=["POST"]),
            Route("/partial/request-letter", event(self.letter), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._tool(session, "appeals.html", lists=listings(session, {"form": "appeals"}))

    async def inquiry(self, _request: Request, session: Session) -> Response:
        return self._tool(session, "requests.html")

    def _tool(self, session: Session, template: str, **values: object) -> Response:
        gate = self._gate
        blocked = kept_out(gate, session, "appeals")
        return gate.whole(session, blocked or gate.fragment(template, session, **values))

    # -- what is sent

    async def start(self, form: Mapping[str, str], session: Session) -> Response:
        if blocked := barrier(self._gate, session):
            return self._gate.changes({"content": blocked})
        if missing := unchosen(session, form):
            return self._payer.said(session, f"Select a value for {missing}.")
        if ended_at(self._gate, session, "details"):
            return self._gate.turned_away(session)
        return await self._payer.asked(session) or self._begun(form, session)

    def _begun(self, form: Mapping[str, str], session: Session) -> Response:
        number = form.get("icn", "").strip().upper()
        like = self._gate.house.world.claims_like(PAYER, number) if number else []
        claim = next((each for each in like if each.claim_number == number), None)
        self._payer.judged(session, f"appeals {number}", bad=claim is None)
        if claim is None:
            return self._payer.said(session, "No claim with this ICN is on file.")
        if reason := unfit(claim):
            self._gate.record(session, "not_disputable", number, count="submissions_refused")
            return self._payer.said(session, _UNFIT[reason])
        draft = self._submissions.begin(PORTAL, session.username, claim)
        draft.answers["kind"] = next(kind for kind, name in REQUESTS.items() if name == form["kind"])
        return self._payer.result(session, "appeal_form.html", claim=_facts(draft), reasons=REASONS, draft=draft)

    async def attach(self, request: Request, session: Session) -> Response:
        draft = self._submissions.draft(PORTAL, request.path_params["draft"])
        if draft is None:
            return Response(status_code=404)
        if ended_at(self._gate, session, "upload"):
            return self._gate.turned_away(session)
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                return Response(status_code=400)
            name, size = file.filename or "", file.size or 0
            if breach := RULES.breach(name, size, draft.files):
                return self._said(session, _BREACHES[breach])
            await self._submissions.upload(draft, name, _chunks(file))
        return self._attached(draft, session)

    async def attachments(self, form: Mapping[str, str], session: Session) -> Response:
        draft = self._submissions.draft(PORTAL, form.get("argument", ""))
        return self._attached(draft, session) if draft else self._payer.said(session, "Start the request again.")

    def _attached(self, draft: Draft[Claim], session: Session) -> Response:
        return self._gate.changes({"attachments": self._gate.fragment("attachments.html", session, draft=draft)})

    async def review(self, form: Mapping[str, str], session: Session) -> Response:
        draft = self._submissions.draft(PORTAL, form.get("argument", ""))
        if draft is None:
            return self._payer.said(session, "Start the request again.")
        if ended_at(self._gate, session, "review"):
            return self._gate.turned_away(session)
        told = {name: form.get(name, "").strip() for name in _NEEDED}
        reason = next((code for code, words in REASONS.items() if words == told["reason"]), None)
        if reason is None or not all(told.values()) or not draft.scanned:
            return self._said(session, "Complete the request. At least one attachment is needed.")
        draft.answers |= {"reason": reason, "narrative": told["narrative"]}
        draft.answers["contact"] = f"{told['contact']}, {told['phone']}"
        shown = _facts(draft) | {
            "Reason": told["reason"],
            "Contact": draft.answers["contact"],
            "Explanation": told["narrative"],
        }
        return self._payer.result(session, "appeal_review.html", told=shown, draft=draft)

    async def submit(self, form: Mapping[str, str], session: Session) -> Response:
        draft = self._submissions.draft(PORTAL, form.get("argument", ""))
        if draft is None or not draft.complete:
            return self._payer.said(session, "Start the request again.")
        found = await hand_in(
            self._gate,
            session,
            self._submissions,
            draft,
            broken=lambda: Response(status_code=500),
            ended=lambda: self._gate.turned_away(session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            since = us_date(found.of.at.date())
            return self._payer.said(
                session, f"Request {found.of.number} of {since} is open. No second one is accepted."
            )
        return self._payer.result(session, "appeal_received.html", dispute=found)

    def _said(self, session: Session, message: str) -> Response:
        """Above the form, which stays."""
        return self._gate.changes({"messages": self._gate.fragment("messages.html", session, message=message)})

    # -- what is on file

    async def search(self, form: Mapping[str, str], session: Session) -> Response:
        if blocked := barrier(self._gate, session):
            return self._gate.changes({"content": blocked})
        self._gate.record(session, "question", f"appeals {summary(form)}", count="appeals")
        if busy := await self._payer.asked(session):
            return busy
        start = form.get("icn", "").strip().upper()
        listed = self._submissions.listed(PAYER)
        found = tuple(each for each in listed if each.claim.claim_number.startswith(start))
        return self._listed(session, remember(session, _List(start or "All", found)), 1)

    def _listed(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _List) or not 1 <= number <= found.pages:
            return self._payer.said(session, "Search again.")
        return self._payer.result(
            session,
            "request_list.html",
            found=found,
            key=key,
            number=number,
            now=self._gate.house.clock.now(),
            types=REQUESTS,
            stages=STAGES[PORTAL],
            decisions=_DECISIONS,
        )

    async def page(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, number = form.get("argument", "").partition(" ")
        return self._listed(session, key, int(number) if number.isdigit() else 0)

    async def letter(self, form: Mapping[str, str], session: Session) -> Response:
        number, now = form.get("argument", ""), self._gate.house.clock.now()
        dispute = next((each for each in self._submissions.listed(PAYER) if each.number == number), None)
        if dispute is None or dispute.decision(now) is None:
            return self._payer.said(session, "Search again.")
        self._gate.record(session, "file", number, count="files")
        return self._gate.given(dispute.letter.title, data_of(dispute.letter))


def _facts(draft: Draft[Claim]) -> dict[str, str]:
    claim = draft.matter
    return {
        "ICN": claim.claim_number,
        "Recipient ID": claim.member.member_id,
        "Date of birth": us_date(claim.member.birth_date),
        "Recipient name": full_name(claim.member),
        "Dates of service": us_span(claim.service_from, claim.service_to),
        "Billed amount": usd(claim.billed),
        "Request type": REQUESTS[draft.answers["kind"]],
    }


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
