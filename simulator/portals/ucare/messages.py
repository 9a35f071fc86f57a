"""The message center: a list, ten a page, beside it the message that was opened last; and the bell."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of, media_type
from simulator.forms import Incomplete, summary, us_day
from simulator.labels import us_date
from simulator.mail import Letter
from simulator.mail_truth import letters
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated
from simulator.sessions import Session

PAGE_SIZE = 10
SHORTEST = 34  # of a subject in the list; what is longer is cut off


@dataclass(frozen=True)
class _Found:
    letters: list[Letter]
    start: date
    end: date


class MessageCenter:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/messages", self._shell.office("messages", "messages.html")),
            Route("/messages/find", api(self.find), methods=["POST"]),
            Route("/messages/list/{key}/{page:int}", api(self.page)),
            Route("/messages/{number}/panel", api(self.panel)),
            Route("/messages/{number}/files/{place:int}", self._gate.web_page(self.file)),
        ]

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"messages {summary(form)}", count="messages")
        if said := self._gate.busy():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            start, end = us_day(form, "from"), us_day(form, "to")
        except Incomplete:
            return await self._gate.fragment("_flash.html", message="Enter both days as MM/DD/YYYY.")
        found = [each for each in letters(self._gate.house.world, PAYER) if start <= each.at.date() <= end]
        key = uuid4().hex
        remember(session, key, _Found(found, start, end))
        return await self._list(session, key, 1)

    async def page(self, request: Request, session: Session) -> Response:
        return await self._list(session, request.path_params["key"], request.path_params["page"])

    async def _list(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _Found):
            return Response(status_code=404)
        rows = found.letters[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return await self._gate.fragment(
            "_messages.html",
            key=key,
            page=number,
            pages=max(1, -(-len(found.letters) // PAGE_SIZE)),
            total=len(found.letters),
            searched={"First day": us_date(found.start), "Last day": us_date(found.end)},
            rows=[(each.number, self._row(session, each)) for each in rows],
        )

    def _row(self, session: Session, letter: Letter) -> Mapping[str, Any]:
        read = letter.read or letter.number in self._opened[session.username]
        cut = len(letter.subject) > SHORTEST
        return {
            "state": "Read" if read else "Unread",
            "from": letter.sender or "UCare",
            "subject": letter.subject[:SHORTEST].rstrip() + "…" if cut else letter.subject,
            "claim": letter.claim.claim_number if letter.claim else "",
            "received": us_date(letter.at.date()),
            "files": len(letter.attachments),
        }

    async def panel(self, request: Request, session: Session) -> Response:
        letter = self._letter(request)
        if letter is None:
            return Response(status_code=404)
        self._opened[session.username].add(letter.number)
        self._gate.record(session, "message", letter.number, count="messages_opened")
        return await self._gate.fragment("_message.html", letter=letter, facts=_facts(letter))

    async def file(self, request: Request, session: Session) -> Response:
        letter, place = self._letter(request), request.path_params["place"]
        if letter is None or place >= len(letter.attachments):
            return Response(status_code=404)
        enclosed = letter.attachments[place]
        self._gate.record(session, "file", f"{letter.number} {enclosed.title}", count="files")
        return file_response(self._gate.dials, data_of(enclosed), media_type(enclosed), enclosed.title)

    def _letter(self, request: Request) -> Letter | None:
        number = request.path_params["number"]
        return next((each for each in letters(self._gate.house.world, PAYER) if each.number == number), None)


def _facts(letter: Letter) -> dict[str, str]:
    about = letter.claim
    return {
        "Message number": letter.number,
        "From": stated(letter.sender),
        "Subject": letter.subject,
        "Category": letter.category,
        "Received": _moment(letter.at),
        "Claim number": stated(about.claim_number if about else None),
        "Member ID": stated(about.member.member_id if about else None),
        "Authorization number": stated(letter.authorization),
    }


def _moment(at: datetime) -> str:
    return f"{at:%m/%d/%Y %I:%M %p}"
