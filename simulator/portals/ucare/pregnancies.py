"""Notifications of pregnancies: the form, and what UCare was told of a member."""

from collections.abc import Mapping
from typing import ClassVar

from starlette.routing import Route

from simulator.forms import us_day
from simulator.inquiry import Refusal
from simulator.labels import us_date
from simulator.portals.ucare.gate import PAYER
from simulator.portals.ucare.lists import Found, Lists
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

    def already(self, sent: Notice) -> str:
        day = us_date(sent.at.date())
        return f"Notification {sent.number} for the same pregnancy has been on file since {day}. It was not sent again."


class PregnanciesOnFile(Lists[Notice]):
    path = "/pregnancies"
    question = "notifications"
    template = "_pregnancies.html"
    incomplete = "Enter the date of birth as MM/DD/YYYY."

    def routes(self) -> list[Route]:
        return [Route(self.path, self._shell.office("notifications", "pregnancies.html")), *self.list_routes()]

    def ails(self) -> str | None:
        return self._gate.busy()

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Notice] | Refusal:
        born, member_id = us_day(form, "born"), form.get("member", "").strip()
        known = self._gate.house.world.by_id(PAYER, member_id)
        member = next((each for each in known if each.birth_date == born), None)
        if member is None:
            return Refusal("member_not_found", _NOBODY)
        told = [each for each in self._gate.house.pregnancies.listed(PAYER) if each.member == member]
        return Found(told, {"Member ID": member_id, "Date of birth": us_date(born)})

    def row(self, _session: Session, _place: int, notice: Notice) -> list[str]:
        days = us_date(notice.at.date()), us_date(notice.due_on)
        return [notice.number, *days, f"{notice.provider.npi} {notice.provider.name}", _RISKS[notice.risk]]
