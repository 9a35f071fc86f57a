"""Writing to UCare: a form, and a page to check what was written."""

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.handing_in import ended_at
from simulator.labels import us_date
from simulator.mailroom import Address
from simulator.portals.ucare.drafts import Drafts
from simulator.portals.ucare.gate import PAYER, PORTAL, Gate
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated
from simulator.sent_mail import TOPICS
from simulator.sent_mail_truth import printed_at
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

LONGEST = 4000  # of a text
_TAKEN = ("pdf", "tif", "tiff", "jpg", "jpeg", "png", "doc", "docx", "xls", "xlsx")
RULES = FileRules(
    _TAKEN,
    most=4,
    largest=10 * MB,
    together=25 * MB,
)
_BREACHES = {
    "type": "is not of a type that can be attached",
    "large": "is larger than 10 MB",
    "many": "is one file too many",
    "together": "makes the attachments larger than 25 MB together",
}
_TOLD = ("topic", "subject", "claim", "text")


class Compose:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell
        self._drafts = Drafts(gate, gate.house.mailroom, RULES, _BREACHES)

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route("/messages/new", page(self.new)),
            Route("/messages/{number}/reply", page(self.new)),
            Route("/messages/check", page(self.check), methods=["POST"]),
            Route("/messages/send", page(self.send), methods=["POST"]),
        ]

    async def new(self, request: Request, session: Session) -> Response:
        if "sent_messages" not in session.account.spec.roles:
            return self._shell.render(request, session, "denied.html", 403)
        if ended_at(self._gate, session, "details"):
            return self._gate.shown_out(request, session)
        answered = None
        if number := request.path_params.get("number"):
            known = self._gate.house.mailroom.letters(PAYER)
            answered = next((each for each in known if each.number == number), None)
            if answered is None:
                return Response(status_code=404)
        draft = self._drafts.begin(session, Address(PAYER, answered))
        return self._form(request, session, draft, {})

    def _form(
        self, request: Request, session: Session, draft: Draft[Address], told: Mapping[str, str], said: str = ""
    ) -> Response:
        return self._shell.render(
            request, session, "compose.html", draft=draft, topics=TOPICS[PORTAL], told=told, said=said, longest=LONGEST
        )

    async def check(self, request: Request, session: Session) -> Response:
        if ended_at(self._gate, session, "upload"):
            return self._gate.shown_out(request, session)
        async with request.form(max_files=20) as form:
            draft = self._drafts.of(form, session)
            if draft is None:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in _TOLD}
            if said := await self._taken(draft, told, form):
                return self._form(request, session, draft, told, said)
        await self._drafts.looked_through(draft)
        if ended_at(self._gate, session, "review"):
            return self._gate.shown_out(request, session)
        answers = draft.answers
        facts = {
            "Topic": TOPICS[PORTAL][answers["topic"]] if "topic" in answers else "Reply",
            "Subject": answers["subject"],
            "Claim number": stated(answers.get("claim")),
        }
        lines = [line for line in answers["text"].splitlines() if line.strip()]
        return self._shell.render(request, session, "compose_check.html", draft=draft, facts=facts, lines=lines)

    async def _taken(self, draft: Draft[Address], told: Mapping[str, str], form: FormData) -> str | None:
        """What is wrong with what was written, if anything is."""
        if said := await self._drafts.attach(draft, form):
            return said
        answered = draft.matter.reply_to
        claim = told["claim"].upper() or (answered.claim.claim_number if answered and answered.claim else "")
        like = self._gate.house.world.claims_like(PAYER, claim) if claim else []
        if claim and not any(each.claim_number == claim for each in like):
            return f"Claim number {claim} is not on file with UCare."
        if not told["text"] or not (answered or (told["topic"] in TOPICS[PORTAL] and told["subject"])):
            return "Please choose a topic and write a subject and a message."
        subject = draft.matter.subject if answered else told["subject"]
        draft.answers = {"subject": subject, "text": told["text"][:LONGEST], "claim": claim}
        if not answered:
            draft.answers["topic"] = told["topic"]
        return None

    async def send(self, request: Request, session: Session) -> Response:
        draft = self._drafts.of(await request.form(), session)
        if draft is None or not draft.complete:
            return self._gate.notice("error", 400)
        found = await self._drafts.hand_in(request, session, draft)
        if isinstance(found, Response):
            return found
        sent = found.of if isinstance(found, Duplicate) else found
        return self._shell.render(
            request, session, "compose_sent.html", sent=sent, day=us_date(printed_at(sent).date())
        )
