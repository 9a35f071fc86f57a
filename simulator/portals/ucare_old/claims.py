"""Claims: a list of a page at a time, and a page for each claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import Patient, Refusal, find_claims_like, find_claims_of
from simulator.portals.ucare_old.gate import PAYER, Gate
from simulator.portals.ucare_old.menu import Menu
from simulator.portals.ucare_old.views import claim_view, row_of
from simulator.sessions import Session

PAGE_SIZE = 8
_INCOMPLETE = "Dates must be entered as MM/DD/YYYY."


@dataclass(frozen=True)
class _Listed:
    asked: Mapping[str, str]
    claims: list[Claim]


class ClaimInquiries:
    def __init__(self, gate: Gate, menu: Menu) -> None:
        self._gate = gate
        self._menu = menu

    def routes(self) -> list[Route]:
        gate, allowed = self._gate, self._menu.for_role
        return [
            Route("/claim.asp", gate.web_page(allowed("claim_status", self.form))),
            Route("/claim.asp", gate.inquiry(allowed("claim_status", self.ask)), methods=["POST"]),
            Route("/claimlist.asp", gate.web_page(allowed("claim_status", self.turn))),
            Route("/claimdtl.asp", gate.web_page(allowed("claim_status", self.detail))),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._page(session, {})

    async def ask(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"claim_status {summary(form)}", count="claim_status")
        try:
            found = self._found(form)
        except Incomplete:
            return self._page(session, form, error=_INCOMPLETE)
        if isinstance(found, str):
            return self._page(session, form, error=found)
        listed = session.work["list"] = _Listed(form, found)
        return self._rows(session, listed, 1)

    def _found(self, form: Mapping[str, str]) -> list[Claim] | str:
        """Claims, or the sentence that stands in their stead."""
        gate, world = self._gate, self._gate.house.world
        found: list[Claim] | Refusal
        latest: date | None
        if number := form.get("txtClaim"):
            found = find_claims_like(world, PAYER, number)
            latest = None if isinstance(found, Refusal) else max(claim.service_to for claim in found)
        else:
            patient = Patient(birth_date=us_day(form, "txtDob"), member_id=form.get("txtId"))
            start, end, today = us_day(form, "txtFrom"), us_day(form, "txtTo"), gate.house.clock.today()
            found = find_claims_of(world, PAYER, patient, from_date=start, to_date=end, today=today)
            latest = end
        return gate.refused(latest) or (found.message if isinstance(found, Refusal) else found)

    async def turn(self, request: Request, session: Session) -> Response:
        listed, page = session.work.get("list"), request.query_params.get("pg", "1")
        if not isinstance(listed, _Listed) or not page.isdigit():
            return RedirectResponse("/claim.asp", 303)
        return self._rows(session, listed, int(page))

    def _rows(self, session: Session, listed: _Listed, page: int) -> Response:
        start = (page - 1) * PAGE_SIZE
        rows = [row_of(claim) for claim in listed.claims[start : start + PAGE_SIZE]]
        pages = -(-len(listed.claims) // PAGE_SIZE)
        return self._page(session, listed.asked, rows=rows, total=len(listed.claims), page=page, pages=pages)

    async def detail(self, request: Request, session: Session) -> Response:
        listed, wanted = session.work.get("list"), request.query_params.get("no", "")
        claims = listed.claims if isinstance(listed, _Listed) else []
        claim = next((each for each in claims if each.claim_number == wanted), None)
        if claim is None:
            return RedirectResponse("/claim.asp", 303)
        self._gate.record(session, "claim_detail", claim.claim_number, count="claim_details")
        return self._gate.shell(session, "claimdtl.html", page=request.query_params.get("pg", "1"), **claim_view(claim))

    def _page(self, session: Session, form: Mapping[str, str], **values: Any) -> Response:
        return self._gate.shell(session, "claim.html", form=form, **values)
