"""Remittance advices: what was paid, by check, claim or date; the 835 inside an answer, the paper one in a tab."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import as_given
from simulator.era import era
from simulator.forms import Incomplete, us_day
from simulator.pdf import explanation
from simulator.portals.medicaid_sso.barriers import kept_out
from simulator.portals.medicaid_sso.cascade import ADVICES, listings
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.remittances import PAYEE, PAYEE_NPI, Payment
from simulator.sessions import Session
from simulator.world import PAYERS

_BY = ("Check or EFT number", "ICN", "Payment dates")
_SEARCHED = {
    "number": "Number searched",
    "icn": "ICN searched",
    "paid_from": "Paid from",
    "paid_to": "Paid through",
    "advice": "Type searched",
}
_NONE = "No remittance advice meets the criteria."
Row = tuple[Payment, str | None]
"""A payment, and the claim by which it was found."""


class _List(Found[Mapping[str, str], Row]):
    @property
    def of_claim(self) -> bool:
        return self.rows[0][1] is not None


class Remittances:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        event, page = self._gate.event, self._gate.web_page
        return [
            Route("/remittances", page(self.form)),
            Route("/remittances/paper/{number}", page(self.viewer)),
            Route("/remittances/paper/{number}/file", page(self.paper)),
            Route("/partial/remittance-criteria", event(self.criteria), methods=["POST"]),
            Route("/partial/remittances", event(self.inquire), methods=["POST"]),
            Route("/partial/remittance-page", event(self.page), methods=["POST"]),
            Route("/partial/remittance", event(self.detail), methods=["POST"]),
            Route("/partial/remittance-835", event(self.era), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        gate = self._gate
        if blocked := kept_out(gate, session, "remittances"):
            return gate.whole(session, blocked)
        lists = listings(session, {"form": "remittances"})
        return gate.whole(session, gate.fragment("remittances.html", session, lists=lists, by=_BY))

    async def criteria(self, form: Mapping[str, str], session: Session) -> Response:
        html = self._gate.fragment("remittance_criteria.html", session, way=form.get("by", _BY[0]))
        return self._gate.changes({"criteria": html})

    async def inquire(self, form: Mapping[str, str], session: Session) -> Response:
        if instead := await self._payer.before("remittances", form, session):
            return instead
        try:
            found = self._found(form)
        except Incomplete:
            return self._payer.said(session, "Enter each date as MM/DD/YYYY.")
        searched = {label: form[key] for key, label in _SEARCHED.items() if form.get(key)}
        self._payer.judged(session, f"remittances {searched}", bad=not found and self._unknown(form))
        kind = ADVICES.get(form["advice"])
        mine = session.organization_id == PAYEE.id
        rows = tuple(row for row in found if mine and (kind is None or kind in row[0].documents))
        if not rows:
            return self._payer.said(session, _NONE)
        return self._listed(session, remember(session, _List(searched, rows)), 1)

    def _found(self, form: Mapping[str, str]) -> list[Row]:
        """The newest first. Longer numbers that begin with the one typed are found as well."""
        world = self._gate.house.world
        if "icn" in form:
            rows: list[Row] = [(payment, icn) for icn, payment in world.payments_for(PAYER, form["icn"])]
        elif "number" in form:
            rows = [(payment, None) for payment in world.payments_like(PAYER, form["number"])]
        else:
            start, end = us_day(form, "paid_from"), us_day(form, "paid_to")
            rows = [(payment, None) for payment in world.payments_between(PAYER, start, end)]
        return sorted(rows, key=lambda row: row[0].paid_on, reverse=True)

    def _unknown(self, form: Mapping[str, str]) -> bool:
        """Whether it is bad data that found nothing: a claim can be on file and not paid yet, a week without money."""
        if "icn" in form:
            return not self._gate.house.world.claims_like(PAYER, form["icn"])
        return "number" in form

    def _listed(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _List) or not 1 <= number <= found.pages:
            return self._payer.said(session, "Search again.")
        return self._payer.result(session, "remittance_list.html", found=found, key=key, number=number)

    async def page(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, number = form.get("argument", "").partition(" ")
        return self._listed(session, key, int(number) if number.isdigit() else 0)

    async def detail(self, form: Mapping[str, str], session: Session) -> Response:
        back, _, number = form.get("argument", "").rpartition(" ")
        payment = self._exact(number)
        if payment is None:
            return self._payer.said(session, "Search again.")
        whose = {"program": PAYERS[PAYER].name, "payee": PAYEE.name, "npi": PAYEE_NPI, "tin": PAYEE.tin}
        return self._payer.result(session, "remittance.html", payment=payment, back=back, whose=whose)

    async def era(self, form: Mapping[str, str], session: Session) -> Response:
        payment = self._exact(form.get("argument", ""))
        if payment is None or "835" not in payment.documents:
            return self._payer.said(session, "Search again.")
        self._gate.record(session, "file", f"835 {payment.number}", count="files")
        return self._gate.given(f"RA{payment.paid_on:%Y%m%d}.835", era(payment))

    async def viewer(self, request: Request, _session: Session) -> Response:
        return self._gate.render("paper.html", number=request.path_params["number"])

    async def paper(self, request: Request, session: Session) -> Response:
        payment = self._exact(request.path_params["number"])
        if payment is None or "eop" not in payment.documents:
            return Response(status_code=404)
        self._gate.record(session, "file", f"eop {payment.number}", count="files")
        data = as_given(explanation(payment), self._gate.dials)
        return Response(data, media_type="application/pdf", headers={"cache-control": "no-store"})

    def _exact(self, number: str) -> Payment | None:
        like = self._gate.house.world.payments_like(PAYER, number) if number else []
        return next((payment for payment in like if payment.number == number), None)
