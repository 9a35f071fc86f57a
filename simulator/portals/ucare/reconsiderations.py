"""Claim reconsiderations: a form in a window of its own, sent with all its files at once, and the list of them."""

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import REASONS, STAGES, Dispute, unfit
from simulator.enclosed import data_of, media_type
from simulator.handing_in import ended_at
from simulator.labels import us_date, us_span
from simulator.portals.ucare.drafts import Drafts
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER, PORTAL, Gate
from simulator.portals.ucare.lists import Found, Lists
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import amount, full_name, stated
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

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


class Reconsiderations(Lists[Dispute]):
    path = "/reconsiderations"
    question = "appeals"
    template = "_reconsiderations.html"

    def __init__(self, gate: Gate, shell: Shell) -> None:
        super().__init__(gate, shell)
        self._submissions = gate.house.submissions
        self._drafts = Drafts(gate, self._submissions, RULES, _BREACHES)

    def routes(self) -> list[Route]:
        api, page = self._gate.api, self._gate.web_page
        return [
            Route("/claims/{number}/reconsideration", page(self.form), methods=["GET"]),
            Route("/claims/{number}/reconsideration", page(self.send), methods=["POST"]),
            Route("/reconsiderations", self._shell.office("appeals", "reconsiderations.html")),
            *self.list_routes(),
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
        draft = self._drafts.begin(session, claim)
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
            draft = self._drafts.of(form, session)
            if draft is None:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in _NEEDED}
            if said := await self._taken(draft, told, form):
                return self._blank(session, draft, said, told)
        await self._drafts.looked_through(draft)
        found = await self._drafts.hand_in(request, session, draft)
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            since = us_date(found.of.at.date())
            said = f"UCare has had a reconsideration of this claim since {since} and will not take another one."
            return self._blank(session, draft, said, told)
        return self._gate.render("crf_received.html", dispute=found, day=us_date(found.at.date()))

    async def _taken(self, draft: Draft[Claim], told: Mapping[str, str], form: FormData) -> str | None:
        """What is wrong with what was filled in, if anything is."""
        if said := await self._drafts.attach(draft, form):
            return said
        if not all(told.values()) or told["reason"] not in REASONS or form.get("true") != "yes" or not draft.files:
            return "Please complete every field, attach your documents and confirm the statement."
        draft.answers |= {"kind": "reconsideration", "reason": told["reason"], "narrative": told["explanation"]}
        draft.answers["contact"] = f"{told['caller']}, {told['telephone']}"
        return None

    def ails(self) -> str | None:
        return self._gate.busy()

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Dispute]:
        start = form.get("claim", "").strip().upper()
        listed = self._submissions.listed(PAYER)
        return Found([each for each in listed if each.claim.claim_number.startswith(start)], start or "Every claim")

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

    def row(self, _session: Session, _place: int, dispute: Dispute) -> tuple[dict[str, str], bool]:
        now = self._gate.house.clock.now()
        decision = dispute.decision(now)
        cells = {
            "reference": dispute.number,
            "claim": dispute.claim.claim_number,
            "patient": full_name(dispute.claim.member),
            "received": us_date(dispute.at.date()),
            "state": STAGES[PORTAL][dispute.stage(now)],
            "outcome": stated(_OUTCOMES[decision] if decision else None),
            "completed": stated(us_date(dispute.decided_at.date()) if decision else None),
        }
        return cells, decision is not None
