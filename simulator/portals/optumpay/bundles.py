"""Payment data files: a bundle of 835s is asked for, made while one waits, and taken as a zip."""

import io
import zipfile
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.era import era
from simulator.forms import Incomplete, us_day
from simulator.labels import us_date
from simulator.portals.optumpay.desk import Bundle, desk_of
from simulator.portals.optumpay.gate import PAYER, Gate, sent
from simulator.portals.optumpay.payments import OTHER_PAYERS
from simulator.portals.optumpay.views import spoilt
from simulator.remittances import PAYEE
from simulator.sessions import Session
from simulator.world import PAYERS

_FIRST = 4410817
_POLL_MS = 300
_COLLEAGUES = 3


class Bundles:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/dataBundle.do", gate.tool(self.form)),
            Route("/dataBundle.do", gate.inquiry(self.create), methods=["POST"]),
            Route("/dataBundleStatus.do", gate.tool(self.status)),
            Route("/dataBundleFile.do", gate.tool(self.file), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        return self._form(session)

    def _form(self, session: Session, error: str = "") -> Response:
        today = self._gate.house.clock.today()
        others = [
            {"number": _FIRST - 7 * place, "from": us_date(today - timedelta(days=30 * place)), "to": us_date(today)}
            for place in range(1, _COLLEAGUES + 1)
        ]
        return self._gate.screen(
            "bundle.html",
            session,
            error=error,
            greyed=not self._gate.view(session).consolidated,
            organizations=session.account.spec.organizations,
            payers=(*OTHER_PAYERS, PAYERS[PAYER].name),
            others=others,
        )

    async def create(self, request: Request, session: Session) -> Response:
        form, view = await sent(request), self._gate.view(session)
        if not view.consolidated:
            return self._form(session, "Your access level does not include this function.")
        try:
            start, end = us_day(form, "fromDate"), us_day(form, "toDate")
        except Incomplete:
            return self._form(session, "Enter both dates as MM/DD/YYYY.")
        if start < view.since or not form.get("tin"):
            return self._form(session, f"Select a TIN, and dates on or after {us_date(view.since)}.")
        mine = form["tin"] == PAYEE.id and form.get("payer") in {"", PAYERS[PAYER].name}
        bundles, number = desk_of(session).bundles, _FIRST + len(desk_of(session).bundles)
        ready_at = self._gate.house.clock.timestamp() + 2 * self._gate.payer_seconds()
        bundles[f"{number}"] = Bundle(start, end, mine, ready_at)
        return RedirectResponse(f"/dataBundleStatus.do?request={number}", 303)

    async def status(self, request: Request, session: Session) -> Response:
        number = request.query_params.get("request", "")
        bundle = desk_of(session).bundles.get(number)
        if bundle is None:
            return RedirectResponse("/dataBundle.do", 303)
        ready = bundle.ready_at <= self._gate.house.clock.timestamp()
        return self._gate.screen(
            "bundle_status.html",
            session,
            number=number,
            span=(us_date(bundle.start), us_date(bundle.end)),
            poll_ms=0 if ready else _POLL_MS,
        )

    async def file(self, request: Request, session: Session) -> Response:
        number = (await sent(request)).get("itemIndex", "")
        bundle = desk_of(session).bundles.get(number)
        if bundle is None or bundle.ready_at > self._gate.house.clock.timestamp():
            return Response(status_code=404)
        self._gate.record(session, "file", f"bundle {number}", count="files")
        return spoilt(self._zipped(bundle), self._gate.dials, "application/zip", "attachment", f"bundle{number}.zip")

    def _zipped(self, bundle: Bundle) -> bytes:
        """Every 835 of those days once."""
        world = self._gate.house.world
        listed = world.payments_between(PAYER, bundle.start, bundle.end) if bundle.mine else []
        files = {
            era(*world.in_one_file(payment)): f"835_{payment.paid_on:%Y%m%d}_{place}.edi"
            for place, payment in enumerate(listed)
            if "835" in payment.documents
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", "Payment data files. One file for each payment or consolidated deposit.\r\n")
            for data, name in files.items():
                archive.writestr(name, data)
        return packed.getvalue()
