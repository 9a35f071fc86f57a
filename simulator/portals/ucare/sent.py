"""The folder of what was written to UCare."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.labels import us_date
from simulator.portals.ucare.gate import PAYER, PORTAL
from simulator.portals.ucare.lists import Found, Lists, days_of
from simulator.portals.ucare.views import cut_off, stated
from simulator.sent_mail import TOPICS, SentMail
from simulator.sent_mail_truth import printed_at
from simulator.sessions import Session


class SentFolder(Lists[SentMail]):
    path = "/messages/sent"
    question = "sent_messages"
    template = "_sent.html"
    incomplete = "Enter both days as MM/DD/YYYY."

    def routes(self) -> list[Route]:
        return [
            Route(self.path, self._shell.office("sent_messages", "sent.html")),
            *self.list_routes(),
            Route("/messages/sent/{number}/panel", self._gate.api(self.panel)),
        ]

    def ails(self) -> str | None:
        return self._gate.busy()

    def found(self, form: Mapping[str, str], _session: Session) -> Found[SentMail]:
        start, end, searched = days_of(form)
        listed = self._gate.house.mailroom.listed(PAYER)
        return Found([each for each in listed if start <= printed_at(each).date() <= end], searched)

    def row(self, _session: Session, _place: int, sent: SentMail) -> Mapping[str, str]:
        return {
            "number": sent.number,
            "subject": cut_off(sent.subject),
            "claim": sent.claim.claim_number if sent.claim else "",
            "sent": us_date(printed_at(sent).date()),
            "files": str(len(sent.files) or ""),
        }

    async def panel(self, request: Request, session: Session) -> Response:
        number = request.path_params["number"]
        sent = next((each for each in self._gate.house.mailroom.listed(PAYER) if each.number == number), None)
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
