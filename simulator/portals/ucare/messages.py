"""The message center: a list, ten a page, beside it the message that was opened last; and the bell."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of, media_type
from simulator.labels import us_date
from simulator.mail import Letter
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER, Gate
from simulator.portals.ucare.lists import Found, Lists, days_of
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import cut_off, stated
from simulator.sessions import Session


class MessageCenter(Lists[Letter]):
    path = "/messages"
    question = "messages"
    template = "_messages.html"
    incomplete = "Enter both days as MM/DD/YYYY."

    def __init__(self, gate: Gate, shell: Shell) -> None:
        super().__init__(gate, shell)
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/messages", self._shell.office("messages", "messages.html")),
            *self.list_routes(),
            Route("/messages/{number}/panel", api(self.panel)),
            Route("/messages/{number}/files/{place:int}", self._gate.web_page(self.file)),
        ]

    def ails(self) -> str | None:
        return self._gate.busy()

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Letter]:
        start, end, searched = days_of(form)
        known = self._gate.house.mailroom.letters(PAYER)
        return Found([each for each in known if start <= each.at.date() <= end], searched)

    def row(self, session: Session, _place: int, letter: Letter) -> tuple[str, Mapping[str, Any]]:
        read = letter.read or letter.number in self._opened[session.username]
        return letter.number, {
            "state": "Read" if read else "Unread",
            "from": letter.sender or "UCare",
            "subject": cut_off(letter.subject),
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
        return next((each for each in self._gate.house.mailroom.letters(PAYER) if each.number == number), None)


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
