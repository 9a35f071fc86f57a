"""The mailbox: sorted by sender, emptied by itself, and each attachment sent by a post-back."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of
from simulator.mail import Letter
from simulator.mail_truth import KEPT_DAYS, kept
from simulator.portals.medicaid_forms.files import file_response
from simulator.portals.medicaid_forms.gate import PAYER, PORTAL, Gate
from simulator.portals.medicaid_forms.tray import PAGE_SIZE, within
from simulator.sessions import Session

SHORTEST = 30  # of a subject in the list; what is longer is cut off
DOWN = "The mailbox cannot be opened at this time. Try again later."
_HOUSE = "MAP-Online"


class Mailbox:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        return [Route("/Mailbox/Inbox.aspx", self._gate.web_page(self.inbox), methods=["GET", "POST"])]

    def _letters(self) -> list[Letter]:
        house = self._gate.house
        found = kept(house.world, PAYER, house.clock.today())
        return sorted(found, key=lambda each: (each.sender or _HOUSE, each.at))

    async def inbox(self, request: Request, session: Session) -> Response:
        if "messages" not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        page = "1"
        if request.method == "POST":
            event, _ = await self._gate.sent_back(request, session)
            page = event.kept["page"]
            if event.control == "grdMail":
                page = event.argument.removeprefix("Page$")
            elif event.control == "lnkOpen":
                return self._open(request, session, event.argument.removeprefix("Open$"), page)
            elif event.control == "lnkFile":
                return self._file(session, *event.argument.removeprefix("File$").split("$"))
        else:
            self._gate.record(session, "question", "messages", count="messages")
        return self._list(request, session, page)

    def _list(self, request: Request, session: Session, page: str) -> Response:
        letters = self._letters()
        pages = max(1, -(-len(letters) // PAGE_SIZE))
        place = within(page, pages)
        shown = letters[(place - 1) * PAGE_SIZE : place * PAGE_SIZE]
        return self._gate.form(
            "mailbox.html",
            request,
            session,
            events=["grdMail", "lnkOpen"],
            kept={"page": str(place)},
            down=DOWN if PAYER in self._gate.dials.payer_down else None,
            days=KEPT_DAYS[PORTAL],
            rows=[self._row(each, session) for each in shown],
            total=len(letters),
            place=place,
            pages=pages,
        )

    def _row(self, letter: Letter, session: Session) -> Mapping[str, Any]:
        new = not letter.read and letter.number not in self._opened[session.username]
        cut = len(letter.subject) > SHORTEST
        return {
            "number": letter.number,
            "state": "New" if new else "Read",
            "sender": letter.sender or _HOUSE,
            "subject": letter.subject[: SHORTEST - 3] + "..." if cut else letter.subject,
            "claim": letter.claim.claim_number if letter.claim else "",
            "received": f"{letter.at:%m/%d/%Y %H:%M}",
            "files": len(letter.attachments),
        }

    def _open(self, request: Request, session: Session, number: str, page: str) -> Response:
        letter = next((each for each in self._letters() if each.number == number), None)
        if letter is None:
            return self._list(request, session, page)
        self._opened[session.username].add(number)
        self._gate.record(session, "message", number, count="messages_opened")
        events, state = ["lnkReturn", "lnkFile"], {"page": page}
        return self._gate.form("message.html", request, session, events=events, kept=state, letter=letter, house=_HOUSE)

    def _file(self, session: Session, number: str, place: str) -> Response:
        letter = next(each for each in self._letters() if each.number == number)
        enclosed = letter.attachments[int(place)]
        self._gate.record(session, "file", f"{number} {enclosed.title}", count="files")
        return file_response(self._gate.dials, data_of(enclosed))
