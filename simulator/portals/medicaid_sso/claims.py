"""Claims: a search, its rows page by page, and each claim with a tab for its lines."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.forms import Incomplete, us_day
from simulator.inquiry import Patient, Refusal, find_claims_like, find_claims_of
from simulator.portals.medicaid_sso.barriers import kept_out
from simulator.portals.medicaid_sso.cascade import listings
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.sessions import Session

_BY = ("ICN", "Recipient and dates of service")
_SEARCHED = {
    "icn": "ICN searched",
    "recipient_id": "Recipient ID",
    "birth_date": "Date of birth",
    "from_date": "From",
    "to_date": "Through",
}


class _List(Found[Mapping[str, str], Claim]): ...


class Claims:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        event = self._gate.event
        return [
            Route("/claims", self._gate.web_page(self.form)),
            Route("/partial/claim-criteria", event(self.criteria), methods=["POST"]),
            Route("/partial/claims", event(self.inquire), methods=["POST"]),
            Route("/partial/page", event(self.page), methods=["POST"]),
            Route("/partial/claim", event(self.claim), methods=["POST"]),
            Route("/partial/lines", event(self.lines), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        gate = self._gate
        if blocked := kept_out(gate, session, "claim_status"):
            return gate.whole(session, blocked)
        lists = listings(session, {"form": "claims"})
        return gate.whole(session, gate.fragment("claims.html", session, lists=lists, by=_BY))

    async def criteria(self, form: Mapping[str, str], session: Session) -> Response:
        html = self._gate.fragment("claim_criteria.html", session, by_number=form.get("by") == _BY[0])
        return self._gate.changes({"criteria": html})

    async def inquire(self, form: Mapping[str, str], session: Session) -> Response:
        if instead := await self._payer.before("claim_status", form, session):
            return instead
        searched = {label: form[key] for key, label in _SEARCHED.items() if form.get(key)}
        try:
            found = self._found(form)
        except Incomplete:
            return self._payer.said(session, "Enter each date as MM/DD/YYYY.")
        refused = found.outcome if isinstance(found, Refusal) else None
        bad = refused == "member_not_found" or (refused is not None and "icn" in form)
        self._payer.judged(session, f"claims {searched}", bad=bad)
        if isinstance(found, Refusal):
            return self._payer.said(session, found.message)
        return self._listed(session, remember(session, _List(searched, tuple(found))), 1)

    def _found(self, form: Mapping[str, str]) -> list[Claim] | Refusal:
        world, today = self._gate.house.world, self._gate.house.clock.today()
        if "icn" in form:
            return find_claims_like(world, PAYER, form["icn"])
        patient = Patient(birth_date=us_day(form, "birth_date"), member_id=form.get("recipient_id"))
        start, end = us_day(form, "from_date"), us_day(form, "to_date")
        return find_claims_of(world, PAYER, patient, from_date=start, to_date=end, today=today)

    def _listed(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _List) or not 1 <= number <= found.pages:
            return self._payer.said(session, "Search again.")
        return self._payer.result(session, "claim_list.html", found=found, key=key, number=number)

    async def page(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, number = form.get("argument", "").partition(" ")
        return self._listed(session, key, int(number) if number.isdigit() else 0)

    async def claim(self, form: Mapping[str, str], session: Session) -> Response:
        back, _, icn = form.get("argument", "").rpartition(" ")
        claim = self._exact(icn)
        if claim is None:
            return self._payer.said(session, "Search again.")
        self._gate.record(session, "claim_detail", icn, count="claim_details")
        return self._payer.result(session, "claim.html", claim=claim, back=back)

    async def lines(self, form: Mapping[str, str], session: Session) -> Response:
        claim = self._exact(form.get("argument", ""))
        if claim is None:
            return self._payer.said(session, "Search again.")
        return self._gate.changes({"lines": self._gate.fragment("lines.html", session, claim=claim)})

    def _exact(self, icn: str) -> Claim | None:
        like = self._gate.house.world.claims_like(PAYER, icn) if icn else []
        return next((claim for claim in like if claim.claim_number == icn), None)
