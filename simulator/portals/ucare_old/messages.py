"""Messages: those of some days, a page at a time, and a page for each. None of them went to the newer portal, and none
came here from the day of the hand-over on.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.enclosed import as_given, data_of, media_type
from simulator.forms import Incomplete, summary, us_day
from simulator.labels import us_date
from simulator.mail import Letter
from simulator.mail_truth import kept
from simulator.portals.ucare_old.gate import PAYER, PORTAL, Gate
from simulator.portals.ucare_old.menu import Menu
from simulator.portals.ucare_old.views import DASH
from simulator.sessions import Session

PAGE_SIZE = 8
_SHORTEST = 28  # of a subject in the list
_INCOMPLETE = "Dates must be entered as MM/DD/YYYY."


@dataclass(frozen=True)
class _Listed:
    asked: Mapping[str, str]
    letters: list[Letter]


class Messages:
    def __init__(self, gate: Gate, menu: Menu) -> None:
        self._gate = gate
        self._menu = menu
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        gate, allowed = self._gate, self._menu.for_role
        return [
            Route("/msg.asp", gate.web_page(allowed("messages", self.form))),
            Route("/msg.asp", gate.inquiry(allowed("messages", self.ask)), methods=["POST"]),
            Route("/msglist.asp", gate.web_page(allowed("messages", self.turn))),
            Route("/msgdtl.asp", gate.web_page(allowed("messages", self.detail))),
            Route("/msgfile.asp", gate.web_page(allowed("messages", self.file))),
        ]

    def _letters(self) -> list[Letter]:
        house, day = self._gate.house, self._gate.handed_over_on
        found = kept(house.world, PAYER, house.clock.today(), PORTAL)
        return [each for each in found if day is None or each.at.date() < day]

    def _letter(self, request: Request) -> Letter | None:
        number = request.query_params.get("no", "")
        return next((each for each in self._letters() if each.number == number), None)

    async def form(self, _request: Request, session: Session) -> Response:
        return self._page(session, {})

    async def ask(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"messages {summary(form)}", count="messages")
        try:
            start, end = us_day(form, "txtFrom"), us_day(form, "txtTo")
        except Incomplete:
            return self._page(session, form, error=_INCOMPLETE)
        if busy := self._gate.busy():
            return self._page(session, form, error=busy)
        found = [each for each in self._letters() if start <= each.at.date() <= end]
        listed = session.work["letters"] = _Listed(form, found)
        return self._rows(session, listed, 1)

    async def turn(self, request: Request, session: Session) -> Response:
        listed, page = session.work.get("letters"), request.query_params.get("pg", "1")
        if not isinstance(listed, _Listed) or not page.isdigit():
            return RedirectResponse("/msg.asp", 303)
        return self._rows(session, listed, int(page))

    def _rows(self, session: Session, listed: _Listed, page: int) -> Response:
        start, count = (page - 1) * PAGE_SIZE, len(listed.letters)
        rows = [self._row(each, session) for each in listed.letters[start : start + PAGE_SIZE]]
        pages = max(1, -(-count // PAGE_SIZE))
        return self._page(session, listed.asked, rows=rows, listed=True, total=count, page=page, pages=pages)

    def _row(self, letter: Letter, session: Session) -> list[str]:
        new = not letter.read and letter.number not in self._opened[session.username]
        cut = len(letter.subject) > _SHORTEST
        return [
            letter.number,
            "NEW" if new else "READ",
            letter.subject[:_SHORTEST] + ".." if cut else letter.subject,
            letter.claim.claim_number if letter.claim else DASH,
            us_date(letter.at.date()),
            str(len(letter.attachments) or DASH),
        ]

    async def detail(self, request: Request, session: Session) -> Response:
        letter = self._letter(request)
        if letter is None:
            return RedirectResponse("/msg.asp", 303)
        self._opened[session.username].add(letter.number)
        self._gate.record(session, "message", letter.number, count="messages_opened")
        about = letter.claim
        facts = {
            "Msg No": letter.number,
            "From": letter.sender or DASH,
            "Subject": letter.subject,
            "Category": letter.category,
            "Date": us_date(letter.at.date()),
            "Claim No": about.claim_number if about else DASH,
            "Member ID": about.member.member_id if about else DASH,
            "Auth No": letter.authorization or DASH,
        }
        page = request.query_params.get("pg", "1")
        return self._gate.shell(session, "msgdtl.html", page=page, facts=facts, letter=letter)

    async def file(self, request: Request, session: Session) -> Response:
        letter, place = self._letter(request), request.query_params.get("f", "")
        if letter is None or not place.isdigit() or int(place) >= len(letter.attachments):
            return Response(status_code=404)
        enclosed = letter.attachments[int(place)]
        self._gate.record(session, "file", f"{letter.number} {enclosed.title}", count="files")
        headers = {"content-disposition": "attachment; filename=download.asp", "cache-control": "no-store"}
        data = as_given(data_of(enclosed), self._gate.dials)
        return Response(data, media_type=media_type(enclosed), headers=headers)

    def _page(self, session: Session, form: Mapping[str, str], **values: Any) -> Response:
        return self._gate.shell(session, "msg.html", form=form, **values)
