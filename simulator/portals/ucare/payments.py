"""Payments: a list, ten a page, and beside it the panel of the payment that was opened last, with its explanation."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import ZERO
from simulator.forms import us_day
from simulator.inquiry import Refusal
from simulator.labels import us_date
from simulator.pdf import explanation
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER
from simulator.portals.ucare.lists import Found, Lists
from simulator.portals.ucare.views import amount, full_name, stated
from simulator.remittances import PAYEE, PAYEE_NPI, Payment
from simulator.sessions import Session
from simulator.world import PAYERS

_NONE = Refusal("remittance_not_found", "No payments were found.")
_METHODS = {"ach": "EFT", "check": "Check", "virtual_card": "Virtual card"}
_STATUSES = {"issued": "Issued", "cashed": "Cashed", "voided": "Voided", "reissued": "Issued again"}
Row = tuple[Payment, str | None]
"""A payment, and the claim by which it was found."""


class Payments(Lists[Row]):
    path = "/payments"
    question = "remittances"
    template = "_payments.html"
    incomplete = "Enter both days as MM/DD/YYYY."

    def routes(self) -> list[Route]:
        return [
            Route("/payments", self._shell.tool("remittances", "payments", lambda _: {})),
            *self.list_routes(),
            Route("/payments/{number}/panel", self._gate.api(self.panel)),
            Route("/payments/{number}/eop", self._gate.web_page(self.eop)),
        ]

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Row] | Refusal:
        """The newest first. Longer numbers that begin with the one typed are found as well."""
        world = self._gate.house.world
        if form.get("by") == "claim":
            number = form.get("claim", "")
            rows: list[Row] = [(payment, claim) for claim, payment in world.payments_for(PAYER, number)]
            searched = {"Claim number asked for": number}
        elif form.get("by") == "days":
            start, end = us_day(form, "from"), us_day(form, "to")
            rows = [(payment, None) for payment in world.payments_between(PAYER, start, end)]
            searched = {"First day": us_date(start), "Last day": us_date(end)}
        else:
            number = form.get("number", "")
            rows = [(payment, None) for payment in world.payments_like(PAYER, number)]
            searched = {"Number asked for": number}
        newest_first = sorted(rows, key=lambda row: row[0].paid_on, reverse=True)
        return Found(newest_first, searched) if rows else _NONE

    def row(self, _session: Session, _place: int, record: Row) -> tuple[str, list[str]]:
        payment, claim = record
        cells = [us_date(payment.paid_on), _METHODS[payment.method], claim or "", amount(payment.amount)]
        return payment.number, cells

    def _payment(self, request: Request) -> Payment | None:
        number = request.path_params["number"]
        like = self._gate.house.world.payments_like(PAYER, number)
        return next((payment for payment in like if payment.number == number), None)

    async def panel(self, request: Request, _session: Session) -> Response:
        payment = self._payment(request)
        if payment is None:
            return Response(status_code=404)
        facts = {
            "Check or EFT number": payment.number,
            "Paid on": us_date(payment.paid_on),
            "Paid by": PAYERS[PAYER].name,
            "Payment method": _METHODS[payment.method],
            "Payment status": _STATUSES[payment.status],
            "Issued in place of": stated(payment.replaces),
            "Total": amount(payment.amount),
            "Payee": PAYEE.name,
            "Payee NPI": PAYEE_NPI,
            "Payee Tax ID": PAYEE.tin,
        }
        claims = [
            (
                entry.claim.claim_number,
                full_name(entry.claim.member),
                amount(entry.claim.billed * entry.sign),
                amount((entry.claim.paid or ZERO) * entry.sign),
            )
            for entry in payment.entries
        ]
        return await self._gate.fragment("_payment.html", number=payment.number, facts=facts, claims=claims)

    async def eop(self, request: Request, session: Session) -> Response:
        """In a tab of its own, where it is shown."""
        payment = self._payment(request)
        if payment is None:
            return Response(status_code=404)
        self._gate.record(session, "file", f"eop {payment.number}", count="files")
        return file_response(self._gate.dials, explanation(payment), "application/pdf", "EOP.pdf", "inline")
