"""Notifications of pregnancies: the form, and what UCare was told of a member."""

from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import Incomplete, summary, us_day
from simulator.labels import us_date
from simulator.portals.ucare.gate import PAYER
from simulator.portals.ucare.papers import Asked, Papers
from simulator.pregnancies import Notice
from simulator.sessions import Session
from simulator.submissions import MB, FileRules

_RISKS = {"routine": "No known risk", "high": "High risk"}
_NOBODY = "No UCare member was found with this Member ID and date of birth."


class PregnancyNotices(Papers[Notice]):
    role = "notifications"
    tool = "pregnancy"
    path = "/pregnancies/new"
    title = "Notify UCare of a pregnancy"
    button = "Send notification"
    party = "Care by"
    rules = FileRules(("pdf", "tif", "tiff", "jpg", "jpeg", "png"), most=3, largest=10 * MB)
    fields: ClassVar = {
        "member": Asked("Member ID"),
        "born": Asked("Date of birth", form="day"),
        "due": Asked("Expected date of delivery", form="day"),
        "visit": Asked("First prenatal visit", form="day", needed=False),
        "risk": Asked("Risk", _RISKS, form="choice"),
        "narrative": Asked("Risk factors", form="words", needed=False),
        "contact": Asked("Whom to call"),
        "phone": Asked("Telephone"),
    }

    def routes(self) -> list[Route]:
        return [
            *super().routes(),
            Route("/pregnancies", self._shell.office(self.role, "pregnancies.html")),
            Route("/pregnancies/find", self._gate.api(self.find), methods=["POST"]),
        ]

    def already(self, sent: Notice) -> str:
        day = us_date(sent.at.date())
        return f"Notification {sent.number} for the same pregnancy has been on file since {day}. It was not sent again."

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value).strip() for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"notifications {summary(form)}", count="notifications")
        if said := self._gate.busy():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            born = us_day(form, "born")
        except Incomplete:
            return await self._gate.fragment("_flash.html", message="Enter the date of birth as MM/DD/YYYY.")
        known = self._gate.house.world.by_id(PAYER, form.get("member", ""))
        member = next((each for each in known if each.birth_date == born), None)
        if member is None:
            return await self._gate.fragment("_flash.html", message=_NOBODY)
        rows = [_row(each) for each in self._counter.listed(PAYER) if each.member == member]
        return await self._gate.fragment("_pregnancies.html", rows=rows, searched=form)


def _row(notice: Notice) -> list[str]:
    days = us_date(notice.at.date()), us_date(notice.due_on)
    return [notice.number, *days, f"{notice.provider.npi} {notice.provider.name}", _RISKS[notice.risk]]
