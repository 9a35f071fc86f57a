"""Writing to UCare: a form, a page to check what was written, and the folder of what was sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import Incomplete, summary, us_day
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.mail_truth import letters
from simulator.mailroom import Address
from simulator.portals.ucare.gate import PAYER, PORTAL, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated
from simulator.sent_mail import TOPICS, SentMail
from simulator.sent_mail_truth import printed_at
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate, FileRules

PAGE_SIZE = 10
SHORTEST = 34  # of a subject in the list; what is longer is cut off
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
_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Found:
    mail: list[SentMail]
    start: date
    end: date


class Compose:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell
        self._mailroom = gate.house.mailroom

    def routes(self) -> list[Route]:
        api, page = self._gate.api, self._gate.web_page
        return [
            Route("/messages/new", page(self.new)),
            Route("/messages/{number}/reply", page(self.new)),
            Route("/messages/check", page(self.check), methods=["POST"]),
            Route("/messages/send", page(self.send), methods=["POST"]),
            Route("/messages/sent", self._shell.office("sent_messages", "sent.html")),
            Route("/messages/sent/find", api(self.find), methods=["POST"]),
            Route("/messages/sent/list/{key}/{page:int}", api(self.page)),
            Route("/messages/sent/{number}/panel", api(self.panel)),
        ]

    async def new(self, request: Request, session: Session) -> Response:
        if "sent_messages" not in session.account.spec.roles:
            return self._shell.render(request, session, "denied.html", 403)
        if ended_at(self._gate, session, "details"):
            return self._gate.shown_out(request, session)
        answered = None
        if number := request.path_params.get("number"):
            known = letters(self._gate.house.world, PAYER)
            answered = next((each for each in known if each.number == number), None)
            if answered is None:
                return Response(status_code=404)
        draft = self._mailroom.begin(PORTAL, session.username, Address(PAYER, answered))
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
            draft = self._draft(form, session)
            if draft is None:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in _TOLD}
            if said := await self._taken(draft, told, form):
                return self._form(request, session, draft, told, said)
        # The attachments are looked through while the browser waits.
        await asyncio.sleep(max((each.ready_at - time.monotonic() for each in draft.uploads.values()), default=0))
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

    def _draft(self, form: FormData, session: Session) -> Draft[Address] | None:
        known = self._mailroom.draft(PORTAL, str(form.get("draft", "")))
        return known if known is not None and form.get("token") == session.xsrf else None

    async def _taken(self, draft: Draft[Address], told: Mapping[str, str], form: FormData) -> str | None:
        """What is wrong with what was written, if anything is."""
        draft.uploads.clear()
        for file in form.getlist("files"):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            if breach := RULES.breach(file.filename, file.size or 0, draft.files):
                return f"The file {file.filename} {_BREACHES[breach]}."
            await self._mailroom.upload(draft, file.filename, _chunks(file))
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
        draft = self._draft(await request.form(), session)
        if draft is None or not draft.complete:
            return self._gate.notice("error", 400)
        found = await hand_in(
            self._gate,
            session,
            self._mailroom,
            draft,
            broken=lambda: self._gate.notice("error", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )
        if isinstance(found, Response):
            return found
        sent = found.of if isinstance(found, Duplicate) else found
        return self._shell.render(
            request, session, "compose_sent.html", sent=sent, day=us_date(printed_at(sent).date())
        )

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"sent {summary(form)}", count="sent_messages")
        if said := self._gate.busy():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            start, end = us_day(form, "from"), us_day(form, "to")
        except Incomplete:
            return await self._gate.fragment("_flash.html", message="Enter both days as MM/DD/YYYY.")
        found = [each for each in self._mailroom.listed(PAYER) if start <= printed_at(each).date() <= end]
        key = uuid4().hex
        remember(session, key, _Found(found, start, end))
        return await self._list(session, key, 1)

    async def page(self, request: Request, session: Session) -> Response:
        return await self._list(session, request.path_params["key"], request.path_params["page"])

    async def _list(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _Found):
            return Response(status_code=404)
        return await self._gate.fragment(
            "_sent.html",
            key=key,
            page=number,
            pages=max(1, -(-len(found.mail) // PAGE_SIZE)),
            total=len(found.mail),
            searched={"First day": us_date(found.start), "Last day": us_date(found.end)},
            rows=[_row(each) for each in found.mail[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]],
        )

    async def panel(self, request: Request, session: Session) -> Response:
        number = request.path_params["number"]
        sent = next((each for each in self._mailroom.listed(PAYER) if each.number == number), None)
        if sent is None:
            return Response(status_code=404)
        self._gate.record(session, "sent_message", number)
        facts = {
            "Message number": sent.number,
            "Topic": TOPICS[PORTAL][sent.topic] if sent.topic else stated(None),
            "Subject": sent.subject,
            "Sent": f"{printed_at(sent):%m/%d/%Y %I:%M %p}",
            "Claim number": stated(sent.claim.claim_number if sent.claim else None),
        }
        return await self._gate.fragment("_sent_message.html", sent=sent, facts=facts)


def _row(sent: SentMail) -> dict[str, str]:
    cut = len(sent.subject) > SHORTEST
    return {
        "number": sent.number,
        "subject": sent.subject[:SHORTEST].rstrip() + "…" if cut else sent.subject,
        "claim": sent.claim.claim_number if sent.claim else "",
        "sent": us_date(printed_at(sent).date()),
        "files": str(len(sent.files) or ""),
    }


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
