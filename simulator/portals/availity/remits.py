"""The Remittance Viewer, which opens in a tab of its own: checks and EFTs, what they paid, and their files."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.claims import ZERO
from simulator.enclosed import as_given
from simulator.era import era
from simulator.forms import us_day
from simulator.labels import us_date, usd
from simulator.pdf import explanation
from simulator.portals.availity.gate import Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.remittance_truth import NOT_FOUND
from simulator.remittances import PAYEE, PAYEE_NPI, Entry, Payment
from simulator.sessions import Session
from simulator.world import PAYERS

API = "/cloud/web/post/rm/v1/remits"
RECENT = 4
_METHODS = {"ach": "ACH", "check": "Check", "virtual_card": "Virtual Card", "none": "Non-Payment"}


class Remits:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries

    def routes(self) -> list[Route]:
        api, page = self._gate.api, self._gate.web_page
        return [
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/details", api(self.detail), methods=["POST"]),
            Route(f"{API}/recent", api(self.recent)),
            Route(API + "/{kind:str}/{id:str}", api(self._inquiries.answer)),
            Route("/web/post/rm/files/{payer}/{number}.835", page(self.era)),
            Route("/web/post/rm/files/{payer}/{number}.pdf", page(self.eop)),
        ]

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.trouble(form, session) or self._found(form)

        return await self._inquiries.asked(request, session, "remittances", found)

    def _found(self, form: Mapping[str, str]) -> View:
        """Of the first organization only. Longer numbers that begin with the one typed are listed as well."""
        world, payer = self._gate.house.world, form["payer"]
        if form.get("organization") != PAYEE.id:
            rows: list[View] = []
        elif number := form.get("claimNumber"):
            rows = [_row(payment) | {"claimNumber": claim} for claim, payment in world.payments_for(payer, number)]
        elif number := form.get("checkNumber"):
            rows = [_row(payment) for payment in world.payments_like(payer, number)]
        else:
            start, end = us_day(form, "fromDate"), us_day(form, "toDate")
            rows = [_row(payment) for payment in world.payments_between(payer, start, end)]
        return {"outcome": "remits", "rows": rows} if rows else {"outcome": "remit_not_found", "message": NOT_FOUND}

    async def detail(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payment = self._payment(form.get("payer", ""), form.get("checkNumber", ""))
        if payment is None:
            return JSONResponse({"reason": "no such remittance"}, 404)
        return self._inquiries.accept(request, session, {"outcome": "remit", "remit": _detail(payment)})

    async def recent(self, request: Request, _session: Session) -> Response:
        """Remittances that somebody of the organization looked at lately: other ones than asked for."""
        payments = self._gate.house.world.payments.get(request.query_params.get("payer", ""), [])
        return JSONResponse([_row(payment) for payment in payments[-RECENT:]])

    async def era(self, request: Request, session: Session) -> Response:
        """A link that is a download, under a name that says more than it should."""
        return self._file(request, session, "835", "application/octet-stream", "attachment")

    async def eop(self, request: Request, session: Session) -> Response:
        """Shown in a tab, by the browser's own viewer."""
        return self._file(request, session, "eop", "application/pdf", "inline")

    def _file(self, request: Request, session: Session, kind: str, media_type: str, disposition: str) -> Response:
        payment = self._payment(request.path_params["payer"], request.path_params["number"])
        if payment is None or kind not in payment.documents:
            return Response(status_code=404)
        self._gate.record(session, "file", f"{kind} {payment.number}", count="files")
        data = as_given(era(payment) if kind == "835" else explanation(payment), self._gate.dials)
        name = f"{payment.number} {payment.entries[0].claim.member.last_name}"
        ascii_name = name.encode("ascii", "replace").decode().replace('"', "'")
        headers = {"content-disposition": f'{disposition}; filename="{ascii_name}"', "cache-control": "no-store"}
        return Response(data, media_type=media_type, headers=headers)

    def _payment(self, payer: str, number: str) -> Payment | None:
        found = self._gate.house.world.payments_like(payer, number) if payer in PAYERS else []
        return next((payment for payment in found if payment.number == number), None)


def _row(payment: Payment) -> View:
    return {
        "checkNumber": payment.number,
        "checkDate": us_date(payment.paid_on),
        "payer": PAYERS[payment.payer].name,
        "payee": PAYEE.name,
        "method": _METHODS[payment.method],
        "amount": usd(payment.amount),
    }


def _detail(payment: Payment) -> View:
    return _row(payment) | {
        "payerId": payment.payer,
        "npi": PAYEE_NPI,
        "tin": PAYEE.tin,
        "status": payment.status.capitalize(),
        "replaces": payment.replaces,
        "files": list(payment.documents),
        "claims": [_claim(entry) for entry in payment.entries],
        "provider": [
            {"code": each.code, "reference": each.reference, "amount": usd(-each.amount)}
            for each in payment.provider_adjustments
        ],
    }


def _claim(entry: Entry) -> View:
    claim, sign = entry.claim, entry.sign
    return {
        "claimNumber": claim.claim_number,
        "patient": f"{claim.member.last_name}, {claim.member.first_name}",
        "memberId": claim.member.member_id,
        "status": entry.status_code,
        "billed": usd(claim.billed * sign),
        "paid": usd((claim.paid or ZERO) * sign),
        "adjustments": [
            {"line": line.line_number, "group": each.group, "code": each.code, "amount": usd(each.amount * sign)}
            for line in claim.lines
            for each in line.adjustments
        ],
    }
