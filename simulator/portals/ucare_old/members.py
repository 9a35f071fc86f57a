"""Eligibility: one page with the form, what was asked before, and everything that is known of the member."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.codes import SERVICE_TYPES
from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import EVERYTHING, Patient, Refusal, admitted, find_member
from simulator.labels import us_date
from simulator.people import Member
from simulator.portals.ucare_old.gate import PAYER, Gate
from simulator.portals.ucare_old.menu import Menu
from simulator.portals.ucare_old.views import line_of, member_view
from simulator.sessions import Session

_INCOMPLETE = "Dates must be entered as MM/DD/YYYY."


class MemberInquiries:
    def __init__(self, gate: Gate, menu: Menu) -> None:
        self._gate = gate
        self._menu = menu

    def routes(self) -> list[Route]:
        return [
            Route("/elig.asp", self._gate.web_page(self._menu.for_role("eligibility", self.form))),
            Route("/elig.asp", self._gate.inquiry(self._menu.for_role("eligibility", self.ask)), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._page(session, {})

    async def ask(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"eligibility {summary(form)}", count="eligibility")
        try:
            as_of = us_day(form, "txtDos")
            if said := self._gate.refused(as_of):
                return self._page(session, form, error=said)
            found = self._found(form)
        except Incomplete:
            return self._page(session, form, error=_INCOMPLETE)
        if isinstance(found, Refusal):
            several = [line_of(each) for each in found.candidates]
            return self._page(session, form, error=found.message, several=several)
        page = self._page(session, form, found=member_view(found, as_of, form.get("selService") or EVERYTHING))
        session.history[:] = [line_of(found)]
        return page

    def _found(self, form: Mapping[str, str]) -> Member | Refusal:
        born = us_day(form, "txtDob")
        named = form.get("txtLast", "") != ""
        patient = Patient(
            birth_date=born,
            member_id=form.get("txtId") or None,
            first_name=form.get("txtFirst") if named else None,
            last_name=form.get("txtLast") if named else None,
        )
        found = find_member(self._gate.house.world, PAYER, patient)
        if isinstance(found, Refusal) and form.get("pick", "").isdigit():
            picked = found.candidates[int(form["pick"]) : int(form["pick"]) + 1]
            return admitted(picked[0]) if picked else found
        return found

    def _page(self, session: Session, form: Mapping[str, str], **values: Any) -> Response:
        """The form keeps what was typed. Above the answer stands whom this session, or another user, asked for last."""
        others = [line_of(each) for each in self._gate.house.world.members[PAYER][-3:]]
        return self._gate.shell(
            session,
            "elig.html",
            form=form,
            today=us_date(self._gate.house.clock.today()),
            service_types=SERVICE_TYPES,
            before=[*session.history, *others][:3],
            **values,
        )
