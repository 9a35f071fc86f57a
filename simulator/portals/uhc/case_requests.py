"""Requests for prior authorization: a check whether one is needed at all, and the form of the request."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.authorization_words import KINDS
from simulator.authorizations import Party
from simulator.forms import Incomplete, us_day
from simulator.handing_in import ended_at
from simulator.labels import us_date
from simulator.portals.uhc.gate import PAYER, PORTAL, Gate
from simulator.portals.uhc.payer import View
from simulator.portals.uhc.wizard import Wizard
from simulator.requests import Desk, Requested
from simulator.sessions import Session
from simulator.submissions import Draft

_KINDS = KINDS["uhc"]
_UNITS = ("days", "visits", "units", "hours")
_FREE = frozenset({"99203", "99213", "99214"})
_NEEDED = ("from", "to", "unit", "quantity", "diagnosis", "notes", "contact", "phone")


class CaseRequests(Wizard[Desk, Requested]):
    path = "/api/case-requests"

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate, gate.house.requests)

    async def begin(self, request: Request, session: Session) -> Response:
        """The check, which the form of a request follows where one is needed."""
        form = {key: str(value).strip() for key, value in (await request.json()).items()}
        if trouble := self._payer.trouble():
            return await self._payer.answered(trouble)
        if said := self._wrong(form, session):
            return await self._payer.answered({"outcome": "refused", "message": said})
        code = form["procedure"].upper()
        if code in _FREE:
            self._gate.record(session, "not_required", code)
            message = f"Prior authorization is not required for procedure code {code}."
            return await self._payer.answered({"outcome": "not_required", "message": message})
        if ended_at(self._gate, session, "details"):
            return self._gate.turned_away(session)
        party = self._party(form["provider"], session)
        draft = self._counter.begin(PORTAL, session.username, Desk(PAYER, party or Party("", form["provider"])))
        born = us_day(form, "birthDate").isoformat()
        draft.answers = {"member": form["memberId"], "born": born, "kind": form["kind"], "code": code}
        return JSONResponse({"id": draft.id})

    def _wrong(self, form: Mapping[str, str], session: Session) -> str | None:
        try:
            born = us_day(form, "birthDate")
        except Incomplete:
            return "Enter the date of birth as MM/DD/YYYY."
        if form.get("kind") not in _KINDS or not form.get("procedure"):
            return "Choose the service type and enter the procedure code."
        if self._party(form.get("provider", ""), session) is None:
            return "The requesting provider isn't with your organization."
        if not any(each.birth_date == born for each in self._gate.house.world.by_id(PAYER, form.get("memberId", ""))):
            return "We couldn't find a member with this ID and date of birth."
        return None

    def _party(self, npi: str, session: Session) -> Party | None:
        known = (each for organization in session.account.spec.organizations for each in organization.providers)
        return next((Party(each.name, each.npi) for each in known if each.npi == npi), None)

    def shown(self, draft: Draft[Desk]) -> View:
        told, provider = draft.answers, draft.matter.provider
        year, month, day = told["born"].split("-")
        facts = {
            "Member ID": told["member"],
            "Date of birth": f"{month}/{day}/{year}",
            "Requesting provider": f"{provider.name} (NPI {provider.npi})",
            "Service type": _KINDS[told["kind"]],
            "Procedure code": told["code"],
        }
        return {"facts": facts, "units": _UNITS}

    def answered(self, draft: Draft[Desk], form: Mapping[str, Any]) -> str | None:
        told = {name: str(form.get(name, "")).strip() for name in _NEEDED}
        if not all(told.values()) or told["unit"] not in _UNITS or not told["quantity"].isdigit():
            return "Answer every question before you go on."
        try:
            begins, ends = us_day(told, "from"), us_day(told, "to")
        except Incomplete:
            return "Enter the service dates as MM/DD/YYYY."
        draft.answers |= {"from": begins.isoformat(), "to": ends.isoformat(), "unit": told["unit"]}
        draft.answers |= {"units": told["quantity"], "diagnosis": told["diagnosis"], "narrative": told["notes"]}
        draft.answers |= {"contact": told["contact"], "phone": told["phone"]}
        return None

    def already(self, draft: Draft[Desk], earlier: Requested) -> str:
        code = draft.answers["code"]
        return f"A request for {code} is open already: service reference number {earlier.number}."

    def receipt(self, draft: Draft[Desk], sent: Requested) -> Mapping[str, str]:
        return {
            "Service reference number": sent.number,
            "Member ID": draft.answers["member"],
            "Procedure code": draft.answers["code"],
            "Submitted": us_date(sent.at.date()),
        }
