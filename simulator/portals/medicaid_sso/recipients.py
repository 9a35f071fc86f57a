"""Eligibility: the form, its answer, and the benefits of a plan when somebody unfolds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.forms import Incomplete, us_day
from simulator.inquiry import EVERYTHING, Patient, Refusal, admitted, find_member
from simulator.people import Member
from simulator.portals.medicaid_sso.barriers import kept_out
from simulator.portals.medicaid_sso.cascade import listings
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.sessions import Session

_RECENT = 5
_BAD = ("member_not_found", "birth_date_mismatch")
_BY = ("Recipient ID", "Recipient name")


@dataclass(frozen=True)
class _Found:
    member: Member
    as_of: date
    service_type: str


class Recipients:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        event = self._gate.event
        return [
            Route("/eligibility", self._gate.web_page(self.form)),
            Route("/partial/criteria", event(self.criteria), methods=["POST"]),
            Route("/partial/eligibility", event(self.inquire), methods=["POST"]),
            Route("/partial/select", event(self.select), methods=["POST"]),
            Route("/partial/benefits", event(self.benefits), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        gate = self._gate
        if blocked := kept_out(gate, session, "eligibility"):
            return gate.whole(session, blocked)
        lists = listings(session, {"form": "eligibility"})
        page = gate.fragment("eligibility.html", session, lists=lists, by=_BY, recent=self._recent(session))
        return gate.whole(session, page)

    async def criteria(self, form: Mapping[str, str], session: Session) -> Response:
        by_name = form.get("by") == _BY[1]
        return self._gate.changes({"criteria": self._gate.fragment("criteria.html", session, by_name=by_name)})

    async def inquire(self, form: Mapping[str, str], session: Session) -> Response:
        if instead := await self._payer.before("eligibility", form, session):
            return instead
        try:
            born, as_of = us_day(form, "birth_date"), us_day(form, "service_date")
        except Incomplete:
            return self._payer.said(session, "Enter each date as MM/DD/YYYY.")
        patient = Patient(born, form.get("recipient_id"), form.get("first_name"), form.get("last_name"))
        found = find_member(self._gate.house.world, PAYER, patient)
        bad = isinstance(found, Refusal) and found.outcome in _BAD
        self._payer.judged(session, f"eligibility {patient}", bad=bad)
        return self._answered(session, found, as_of, form["service"].partition(" - ")[0])

    def _answered(self, session: Session, found: Member | Refusal, as_of: date, service_type: str) -> Response:
        if isinstance(found, Refusal):
            several = [(each, remember(session, _Found(each, as_of, service_type))) for each in found.candidates]
            template = "candidates.html" if several else None
            return self._payer.result(session, template, message=found.message, candidates=several)
        entry = {"name": f"{found.last_name}, {found.first_name}", "id": found.member_id}
        session.history[:] = [entry, *(each for each in session.history if each != entry)][:_RECENT]
        key = remember(session, _Found(found, as_of, service_type))
        return self._payer.result(
            session, "coverage.html", member=found, as_of=as_of, service_type=service_type, key=key, payer=PAYER
        )

    async def select(self, form: Mapping[str, str], session: Session) -> Response:
        chosen = session.work.get(form.get("argument", ""))
        if not isinstance(chosen, _Found):
            return self._payer.said(session, "Select a recipient.")
        return self._answered(session, admitted(chosen.member), chosen.as_of, chosen.service_type)

    async def benefits(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, place = form.get("argument", "").partition(" ")
        found = session.work.get(key)
        if not isinstance(found, _Found) or not place.isdigit() or int(place) >= len(found.member.plans):
            return self._payer.said(session, "Inquire again.")
        plan, asked = found.member.plans[int(place)], found.service_type
        shown = {
            name: [each for each in getattr(plan, name) if asked in (EVERYTHING, each.service_type)]
            for name in ("copays", "coinsurances", "limitations", "authorizations")
        }
        html = self._gate.fragment("benefits.html", session, plan=plan, **shown)
        return self._gate.changes({f"benefits-{place}": html})

    def _recent(self, session: Session) -> list[dict[str, str]]:
        """Recipients lately looked up: by this session, and before them by others of the organisation."""
        others = self._gate.house.world.members[PAYER][-_RECENT:]
        listed = [{"name": f"{each.last_name}, {each.first_name}", "id": each.member_id} for each in others]
        return [*session.history, *listed][:_RECENT]
