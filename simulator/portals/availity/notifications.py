"""The notification center: what the payers wrote to the organization, in cards; a drawer shows one whole."""

from collections import defaultdict
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.enclosed import as_given, data_of
from simulator.forms import Incomplete, us_day
from simulator.labels import us_date
from simulator.mail import Letter
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.world import PAYERS, payers_of

API = "/cloud/web/msg/v1/notifications"
SHORTEST = 28  # of a subject on a card; what is longer is cut off


class Notifications:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/opened", api(self.open), methods=["POST"]),
            Route(f"{API}/file", api(self.file), methods=["POST"]),
            Route(API + "/{kind:str}/{id:str}", api(self._inquiries.answer)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.down(form.get("payer", "")) or self._found(form, session)

        return await self._inquiries.asked(request, session, "messages", found)

    def _found(self, form: Mapping[str, str], session: Session) -> View:
        start, end = us_day(form, "fromDate"), us_day(form, "toDate")
        payer = form.get("payer", "")
        if payer not in payers_of(PORTAL):
            raise Incomplete("payer")
        found = [each for each in self._gate.house.mailroom.letters(payer) if start <= each.at.date() <= end]
        searched = {"payer": PAYERS[payer].name, "from": us_date(start), "to": us_date(end)}
        rows = [self._card(each, session) for each in found]
        return {"outcome": "notifications", "searched": searched, "rows": rows}

    def _card(self, letter: Letter, session: Session) -> View:
        cut = len(letter.subject) > SHORTEST
        return {
            "payer": PAYERS[letter.payer].name,
            "payerId": letter.payer,
            "number": letter.number,
            "kind": _kind(letter),
            "subject": letter.subject[:SHORTEST].rstrip() + "…" if cut else letter.subject,
            "date": us_date(letter.at.date()),
            "claim": letter.claim.claim_number if letter.claim else None,
            "unread": not letter.read and letter.number not in self._opened[session.username],
            "files": len(letter.attachments),
        }

    async def open(self, request: Request, session: Session) -> Response:
        letter = self._letter(await request.json())
        if letter is None:
            return JSONResponse({"reason": "no such message"}, 404)
        self._opened[session.username].add(letter.number)
        self._gate.record(session, "message", letter.number, count="messages_opened")
        return self._inquiries.accept(request, session, {"outcome": "notification", "letter": _whole(letter)})

    async def file(self, request: Request, session: Session) -> Response:
        form = await request.json()
        letter, place = self._letter(form), int(form.get("place", 0))
        if letter is None or place >= len(letter.attachments):
            return JSONResponse({"reason": "no such file"}, 404)
        self._gate.record(session, "file", f"{letter.number} {place}", count="files")
        data = as_given(data_of(letter.attachments[place]), self._gate.dials)
        return Response(data, media_type="application/octet-stream", headers={"cache-control": "no-store"})

    def _letter(self, form: Mapping[str, str]) -> Letter | None:
        payer = form.get("payer", "")
        listed = self._gate.house.mailroom.letters(payer) if payer in payers_of(PORTAL) else []
        return next((each for each in listed if each.number == form.get("number")), None)


def _kind(letter: Letter) -> str:
    return "Notification" if letter.notification else "Message"


def _whole(letter: Letter) -> View:
    about = letter.claim
    return {
        "reference": letter.number,
        "payer": PAYERS[letter.payer].name,
        "payerId": letter.payer,
        "kind": _kind(letter),
        "subject": letter.subject,
        "from": letter.sender,
        "topic": letter.category,
        "date": us_date(letter.at.date()),
        "claim": about.claim_number if about else None,
        "member": about.member.member_id if about else None,
        "authorization": letter.authorization,
        "paragraphs": list(letter.paragraphs),
        "files": [each.title for each in letter.attachments],
    }
