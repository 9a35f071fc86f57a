"""The message center: letters and alerts in one list, each opened in place of the list, with what is attached."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of
from simulator.forms import us_day
from simulator.labels import us_date
from simulator.mail import Letter
from simulator.mail_truth import letters
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.portals.medicaid_sso.office import Office, Searched
from simulator.sessions import Session

ANY_TYPE = "All types"
TYPES = ("Letter", "Alert")
LONGEST = 34  # of a subject in the list; what is longer is cut off


class _List(Found[Searched, Letter]): ...


class Inbox(Office[Letter]):
    name = "inbox"
    role = "messages"
    listed = _List

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate)
        self._opened: dict[str, set[str]] = defaultdict(set)

    def routes(self) -> list[Route]:
        event = self._gate.event
        return [
            *super().routes(),
            Route("/partial/inbox-message", event(self.open), methods=["POST"]),
            Route("/partial/inbox-file", event(self.file), methods=["POST"]),
        ]

    def offered(self) -> dict[str, Any]:
        return {"types": (ANY_TYPE, *TYPES)}

    def found(self, form: Mapping[str, str], _session: Session) -> tuple[Searched, list[Letter]]:
        start, end = us_day(form, "received_from"), us_day(form, "received_to")
        wanted = form.get("type", ANY_TYPE)
        searched = {"Received from": us_date(start), "Received through": us_date(end), "Type searched": wanted}
        known = letters(self._gate.house.world, PAYER)
        return searched, [
            each for each in known if start <= each.at.date() <= end and wanted in (ANY_TYPE, _type(each))
        ]

    def printed(self, rows: Sequence[Letter], session: Session) -> list[dict[str, Any]]:
        return [
            {
                "number": each.number,
                "state": "Opened" if each.read or each.number in self._opened[session.username] else "New",
                "type": _type(each),
                "subject": each.subject if len(each.subject) <= LONGEST else f"{each.subject[:LONGEST]}…",
                "icn": each.claim.claim_number if each.claim else "",
                "received": us_date(each.at.date()),
                "files": len(each.attachments),
            }
            for each in rows
        ]

    async def open(self, form: Mapping[str, str], session: Session) -> Response:
        back, _, number = form.get("argument", "").rpartition(" ")
        letter = self._letter(number)
        if letter is None:
            return self._payer.said(session, "Search again.")
        self._opened[session.username].add(number)
        self._gate.record(session, "message", number, count="messages_opened")
        return self._payer.result(session, "inbox_message.html", letter=letter, type=_type(letter), back=back)

    async def file(self, form: Mapping[str, str], session: Session) -> Response:
        number, _, place = form.get("argument", "").partition(" ")
        letter = self._letter(number)
        if letter is None or not place.isdigit() or int(place) >= len(letter.attachments):
            return self._payer.said(session, "Search again.")
        enclosed = letter.attachments[int(place)]
        self._gate.record(session, "file", f"{number} {enclosed.title}", count="files")
        return self._gate.given(enclosed.title, data_of(enclosed))

    def _letter(self, number: str) -> Letter | None:
        return next((each for each in letters(self._gate.house.world, PAYER) if each.number == number), None)


def _type(letter: Letter) -> str:
    return TYPES[letter.notification]
