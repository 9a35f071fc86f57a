"""Payments: three searches, a list of ten at a time, a page for each payment, and its files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.era import era
from simulator.forms import Incomplete, summary, us_day
from simulator.labels import us_date
from simulator.pdf import explanation
from simulator.portals.optumpay.desk import Found, desk_of
from simulator.portals.optumpay.gate import PAYER, Gate, sent
from simulator.portals.optumpay.views import detail_view, files_view, row_view, spoilt
from simulator.remittances import PAYEE, Payment
from simulator.sessions import Session
from simulator.tiers import view_of
from simulator.world import PAYERS

PAGE_SIZE = 10
RECENT = 4
WAYS = {"number": "Payment Number", "date": "Payment Date", "claim": "Claim Number"}
BUSY = "The payer system is not responding. Your request could not be completed. Please try again later."
PROVIDER = "The selected TIN is not enrolled with this payer."
OTHER_PAYERS = ("UnitedHealthcare Community Plan", "UMR")


class Payments:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/searchRemittance.do", gate.tool(self.form)),
            Route("/searchRemittance.do", gate.inquiry(self.search), methods=["POST"]),
            Route("/remittanceList.do", gate.tool(self.turn), methods=["POST"]),
            Route("/remittanceDetail.do", gate.tool(self.detail), methods=["POST"]),
            Route("/remittanceFile.do", gate.tool(self.file), methods=["POST"]),
        ]

    async def form(self, request: Request, session: Session) -> Response:
        way = request.query_params.get("by", "number")
        return self._form(session, way if way in WAYS else "number", {})

    def _form(self, session: Session, way: str, typed: Mapping[str, str], error: str = "") -> Response:
        return self._gate.screen(
            "search.html",
            session,
            way=way,
            ways=WAYS,
            typed=typed,
            error=error,
            organizations=session.account.spec.organizations,
            payers=(*OTHER_PAYERS, PAYERS[PAYER].name),
            recent=self._recent(session),
        )

    async def search(self, request: Request, session: Session) -> Response:
        form = await sent(request)
        self._gate.record(session, "question", f"remittances {summary(form)}", count="remittances")
        try:
            found = self._found(form, session)
        except Incomplete as error:
            return self._form(session, form.get("by", "number"), form, str(error))
        if isinstance(found, str):
            return self._form(session, form["by"], form, found)
        lists = desk_of(session).lists
        before, key = list(lists)[-1:], str(len(lists) + 1)
        lists[key] = found
        if before and self._gate.dials.stale_results_ms:  # the answer is fetched by the page itself
            return self._rows(session, before[0], 1, then=key)
        return self._rows(session, key, 1)

    def _found(self, form: Mapping[str, str], session: Session) -> Found | str:
        """Or the sentence that stands beside the form. Longer numbers that begin with the one typed are found too."""
        gate, world, since = self._gate, self._gate.house.world, self._gate.view(session).since
        if PAYER in gate.dials.payer_down:
            return BUSY
        if PAYER in gate.dials.provider_not_on_file:
            return PROVIDER
        rows: list[tuple[Payment, str | None]]
        if not form.get("tin"):
            raise Incomplete("Select a TIN.")
        if form["by"] == "claim":
            number = _needed(form, "claimNumber", "Claim Number")
            rows = [(payment, claim) for claim, payment in world.payments_for(PAYER, number)]
        elif form["by"] == "number":
            number = _needed(form, "paymentNumber", "Payment Number")
            rows = [(payment, None) for payment in world.payments_like(PAYER, number)]
        else:
            start, end = us_day(form, "fromDate"), us_day(form, "toDate")
            if start < since:
                raise Incomplete(f"Payment Date must be on or after {us_date(since)}.")
            rows = [(payment, None) for payment in world.payments_between(PAYER, start, end)]
        mine = form["tin"] == PAYEE.id and form.get("payer") in {"", PAYERS[PAYER].name}
        kept = [row for row in rows if mine and row[0].paid_on >= since]
        asked = {key: value for key, value in form.items() if key in _CRITERIA and value}
        tier = session.account.spec.tier.capitalize()
        nothing = f"No payments were found for your search. {tier} access shows payments since {us_date(since)}."
        newest_first = sorted(kept, key=lambda row: row[0].paid_on, reverse=True)
        return Found(asked, newest_first) if kept else nothing

    async def turn(self, request: Request, session: Session) -> Response:
        form = await sent(request)
        if form.get("key") not in desk_of(session).lists:
            return RedirectResponse("/searchRemittance.do", 303)
        return self._rows(session, form["key"], int(form.get("itemIndex") or 1))

    def _rows(self, session: Session, key: str, page: int, then: str | None = None) -> Response:
        found = desk_of(session).lists[key]
        start = (page - 1) * PAGE_SIZE
        shown = found.rows[start : start + PAGE_SIZE]
        return self._gate.screen(
            "results.html",
            session,
            key=key,
            then=then,
            stale=self._gate.dials.stale_results_ms,
            criteria={_CRITERIA[name]: value for name, value in found.asked.items()},
            rows=[row_view(payment, claim) for payment, claim in shown],
            start=start,
            total=len(found.rows),
            page=page,
            pages=-(-len(found.rows) // PAGE_SIZE),
            recent=self._recent(session),
        )

    async def detail(self, request: Request, session: Session) -> Response:
        form = await sent(request)
        payment = _chosen(session, form)
        if payment is None:
            return RedirectResponse("/searchRemittance.do", 303)
        session.history[:] = [row_view(payment, None), *session.history][:RECENT]
        together = self._gate.house.world.in_one_file(payment)
        return self._gate.screen(
            "detail.html",
            session,
            key=form["key"],
            item=form["itemIndex"],
            page=int(form["itemIndex"]) // PAGE_SIZE + 1,
            payment=detail_view(payment),
            files=files_view(payment, together, self._gate.view(session), self.archived_before),
            recent=self._recent(session),
        )

    @property
    def archived_before(self) -> date:
        """Files of older payments are not given singly."""
        return view_of("basic", self._gate.house.clock.today()).since

    async def file(self, request: Request, session: Session) -> Response:
        form = await sent(request)
        payment, kind = _chosen(session, form), form.get("method", "")
        together = self._gate.house.world.in_one_file(payment) if payment else []
        view = self._gate.view(session)
        offered = files_view(payment, together, view, self.archived_before) if payment else []
        if payment is None or not any(each["method"] == kind and not each["greyed"] for each in offered):
            return Response(status_code=404)
        self._gate.record(session, "file", f"{kind} {payment.number}", count="files")
        if kind == "pra":
            return spoilt(explanation(payment), self._gate.dials, "application/pdf", "inline", "PRA.pdf")
        data = era(*together)
        return spoilt(data, self._gate.dials, "application/octet-stream", "attachment", f"{PAYEE.tin}.835")

    def _recent(self, session: Session) -> list[dict[str, Any]]:
        """What was looked at lately, by this session and by others of the organization."""
        others = [row_view(each, None) for each in self._gate.house.world.payments[PAYER][-RECENT:]]
        return [*session.history, *others][:RECENT]


_CRITERIA = {
    "paymentNumber": "Payment Number",
    "claimNumber": "Claim Number",
    "fromDate": "From Date",
    "toDate": "To Date",
}


def _needed(form: Mapping[str, str], key: str, label: str) -> str:
    if not form.get(key, "").strip():
        raise Incomplete(f"{label} is required.")
    return form[key]


def _chosen(session: Session, form: Mapping[str, str]) -> Payment | None:
    found = desk_of(session).lists.get(form.get("key", ""))
    item = form.get("itemIndex", "")
    if found is None or not item.isdigit() or int(item) >= len(found.rows):
        return None
    return found.rows[int(item)][0]
