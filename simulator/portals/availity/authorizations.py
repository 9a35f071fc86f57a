"""Authorizations & Referrals, for payers of both generations: a list, and the details of one, answered late."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorization_words import ACTION_CODES, decision_word, kind_word
from simulator.authorizations import Authorization, Party, Service
from simulator.forms import us_day
from simulator.inquiry import Patient, Refusal
from simulator.labels import us_date, us_span
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.world import PAYERS, payers_of

API = "/cloud/web/pres/authorizations/v1"
PAGE_SIZE = 5
RECENT = 4


class Authorizations:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/details", api(self.detail), methods=["POST"]),
            Route(f"{API}/recent", api(self.recent)),
            Route(API + "/{kind}/{id}", api(self._inquiries.answer)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.trouble(form, session) or self._found(form)

        return await self._inquiries.asked(request, session, "authorizations", found)

    def _found(self, form: Mapping[str, str]) -> View:
        world, payer = self._gate.house.world, form["payer"]
        requested = self._gate.house.requests.shown(payer)
        found: list[Authorization] | Refusal
        if number := form.get("number"):
            found = find_authorizations_like(world, payer, number, requested=requested)
        else:
            patient = Patient(birth_date=us_day(form, "birthDate"), member_id=form.get("memberId"))
            start, end = (us_day(form, key) if form.get(key) else None for key in ("fromDate", "toDate"))
            found = find_authorizations_of(world, payer, patient, from_date=start, to_date=end, requested=requested)
        if isinstance(found, Refusal):
            return {"outcome": found.outcome, "message": found.message}
        newest = sorted(found, key=lambda each: (each.service_from, each.number), reverse=True)
        return {"outcome": "authorizations", "rows": [_row(each) for each in newest], "page_size": PAGE_SIZE}

    async def detail(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer = form.get("payer", "")
        listed = self._all(payer) if payer in payers_of(PORTAL) else []
        found = next((each for each in listed if each.number == form.get("key")), None)
        if found is None:
            return JSONResponse({"reason": "no such request"}, 404)
        self._gate.record(session, "authorization_detail", found.number, count="authorization_details")
        return self._inquiries.accept(request, session, {"outcome": "detail", **_detail(found)})

    def _all(self, payer: str) -> list[Authorization]:
        house = self._gate.house
        return [*house.world.authorizations[payer], *house.requests.shown(payer)]

    async def recent(self, request: Request, _session: Session) -> Response:
        """Requests that others of the organisation made lately."""
        listed = self._gate.house.world.authorizations.get(request.query_params.get("payer", ""), [])
        return JSONResponse([_row(each) for each in listed[-RECENT:]])


def _numbers(each: Authorization) -> dict[str, str | None]:
    """What needs no action has not been certified: it has the number of the inquiry alone."""
    return {"certification": None if each.decision == "not_required" else each.number, "tracking": each.tracking}


def _row(each: Authorization) -> View:
    return {
        **_numbers(each),
        "key": each.number,
        "patient": f"{each.member.last_name}, {each.member.first_name}",
        "kind": kind_word(each),
        "dates": us_span(each.service_from, each.service_to),
        "status": decision_word(each.payer, each.decision),
    }


def _decided(payer: str, decision: str | None) -> str | None:
    return decision and f"{ACTION_CODES[decision]} - {decision_word(payer, decision)}"


def _party(party: Party | None) -> tuple[str | None, str | None]:
    return (party.name, party.npi) if party else (None, None)


def _detail(each: Authorization) -> dict[str, Any]:
    numbers = _numbers(each)
    requesting, servicing = _party(each.requesting), _party(each.servicing)
    certified = us_span(each.valid_from, each.valid_to) if each.valid_from and each.valid_to else None
    sections = {
        "Request": {
            "Certification Number": numbers["certification"],
            "Tracking Number": numbers["tracking"],
            "Status": _decided(each.payer, each.decision),
            "Request Type": kind_word(each),
            "Payer": PAYERS[each.payer].name,
            "Submitted Date": us_date(each.submitted_on),
            "Decision Date": us_date(each.decided_on) if each.decided_on else None,
            "Service Dates": us_span(each.service_from, each.service_to),
            "Certified Dates": certified,
            "Reason": each.reason,
            "Next Action": each.next_step,
        },
        "Patient": {
            "Patient Name": f"{each.member.last_name}, {each.member.first_name}",
            "Member ID": each.member.member_id,
            "Date of Birth": us_date(each.member.birth_date),
        },
        "Providers": {
            "Requesting Provider": requesting[0],
            "Requesting NPI": requesting[1],
            "Rendering Provider": servicing[0],
            "Rendering NPI": servicing[1],
            "Facility": each.facility,
        },
    }
    return {"sections": sections, "services": [_service(line, each.payer) for line in each.lines]}


def _service(line: Service, payer: str) -> dict[str, str | None]:
    return {
        "Service Number": str(line.line_number),
        "Revenue Code" if line.is_revenue else "Procedure Code": line.code,
        "Modifiers": ", ".join(line.modifiers) or None,
        "Dates": us_span(line.service_from, line.service_to),
        "Quantity Type": line.unit.capitalize(),
        "Quantity Requested": str(line.requested),
        "Quantity Certified": None if line.approved is None else str(line.approved),
        "Service Status": _decided(payer, line.decision),
    }
