"""Authorizations: cards under the form, a few a page, each whole but for its services, which a fold fetches."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorization_words import decision_word, kind_word
from simulator.authorizations import Authorization, Party, Service
from simulator.forms import us_day
from simulator.inquiry import Patient, Refusal
from simulator.labels import us_date, us_span
from simulator.portals.ucare import views
from simulator.portals.ucare.gate import PAYER, remember
from simulator.portals.ucare.lists import Found, Lists
from simulator.portals.ucare.views import full_name, stated
from simulator.sessions import Session

EXPIRING = 4


class AuthorizationInquiries(Lists[Authorization]):
    path = "/authorizations"
    question = "authorizations"
    template = "_authorizations.html"
    page_size = 5

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/authorizations", self._shell.tool("authorizations", "authorizations", self._expiring)),
            *self.list_routes(),
            Route("/authorizations/services/{key}", api(self.services)),
        ]

    def _expiring(self, _session: Session) -> Mapping[str, Any]:
        """Of other members, as the practice's reminder has them."""
        ending = [each for each in self._gate.house.world.authorizations[PAYER] if each.valid_to]
        return {
            "expiring": [(each.number, full_name(each.member), us_date(each.valid_to)) for each in ending[-EXPIRING:]]
        }

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Authorization] | Refusal:
        world, requested = self._gate.house.world, self._gate.house.requests.shown(PAYER)
        found: list[Authorization] | Refusal
        if form.get("by") == "number":
            number = form.get("number", "")
            found = find_authorizations_like(world, PAYER, number, requested=requested)
            searched = {"Number asked for": number}
        else:
            patient = Patient(birth_date=us_day(form, "born"), member_id=form.get("member"))
            start, end = (us_day(form, key) if form.get(key) else None for key in ("from", "to"))
            found = find_authorizations_of(world, PAYER, patient, from_date=start, to_date=end, requested=requested)
            span = f"{us_date(start)} - {us_date(end)}" if start and end else "Any date"
            searched = {"Member ID": form["member"], "Date of birth": form["born"], "Dates of service": span}
        return found if isinstance(found, Refusal) else Found(found, searched)

    def row(self, session: Session, _place: int, each: Authorization) -> Mapping[str, Any]:
        services = uuid4().hex
        remember(session, services, each)
        return _card(each) | {"services": services}

    async def services(self, request: Request, session: Session) -> Response:
        each = session.work.get(request.path_params["key"])
        if not isinstance(each, Authorization):
            return Response(status_code=404)
        self._gate.record(session, "authorization_detail", each.number, count="authorization_details")
        return await self._gate.fragment("_services.html", lines=[_service(line) for line in each.lines])


def _card(each: Authorization) -> dict[str, Any]:
    valid = us_span(each.valid_from, each.valid_to) if each.valid_from and each.valid_to else None
    facts = {
        "Member": full_name(each.member),
        "Member ID": each.member.member_id,
        "Date of birth": us_date(each.member.birth_date),
        "Kind of service": kind_word(each),
        "Ordered by": _party(each.requesting),
        "Rendered by": _party(each.servicing),
        "Place": stated(each.facility),
        "Requested for": us_span(each.service_from, each.service_to),
        "Authorized for": stated(valid),
        "Received": us_date(each.submitted_on),
        "Decided": views.us_day(each.decided_on),
        "Explanation": stated(each.reason),
        "What to do": stated(each.next_step),
    }
    return {"number": each.number, "decision": decision_word(PAYER, each.decision), "facts": facts}


def _party(party: Party | None) -> str:
    return f"{party.npi} {party.name}" if party else views.NOT_STATED


def _service(line: Service) -> list[str]:
    return [
        str(line.line_number),
        views.NOT_STATED if line.is_revenue else line.code,
        line.code if line.is_revenue else views.NOT_STATED,
        " ".join(line.modifiers) or views.NOT_STATED,
        us_span(line.service_from, line.service_to),
        line.unit.capitalize(),
        str(line.requested),
        *(views.NOT_STATED if units is None else str(units) for units in (line.approved, line.used)),
        decision_word(PAYER, line.decision) if line.decision else views.NOT_STATED,
    ]
