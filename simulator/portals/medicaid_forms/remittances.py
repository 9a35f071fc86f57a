"""The remittance folders of the mailbox: 835s in one, their papers in another, each searched by itself."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.era import era
from simulator.forms import Incomplete, summary, us_day
from simulator.labels import us_date
from simulator.pdf import explanation
from simulator.portals.medicaid_forms.files import file_response
from simulator.portals.medicaid_forms.gate import PAYER, Gate
from simulator.portals.medicaid_forms.mailbox import DOWN
from simulator.portals.medicaid_forms.tray import PAGE_SIZE, PROVIDER, within
from simulator.remittances import PAYEE, PAYEE_NPI, Payment
from simulator.sessions import Session
from simulator.tiers import kept_since
from simulator.world import PAYERS

FOLDERS = {"835": "Electronic Remittances (835)", "eop": "Remittance Advices (PDF)"}
_OTHERS = {"Rate Letters": 2, "Provider Bulletins": 11}
_METHODS = {"ach": "EFT", "check": "Warrant", "virtual_card": "Payment Card", "none": "No Payment"}
_STATUSES = {"issued": "Issued", "cashed": "Redeemed", "voided": "Canceled", "reissued": "Reissued"}
_CRITERIA = {
    "txtNumber": "Warrant or EFT Number",
    "txtTCN": "Transaction Control Number",
    "txtFrom": "Paid From",
    "txtTo": "Paid To",
}


class Row(NamedTuple):
    payment: Payment
    claim: str = ""
    """By which it was found."""


class RemittanceFolders:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [Route("/Mailbox/Folders.aspx", self._gate.web_page(self.page), methods=["GET", "POST"])]

    @property
    def _since(self) -> date:
        return kept_since(PAYERS[PAYER], self._gate.house.clock.today())

    async def page(self, request: Request, session: Session) -> Response:
        if "remittances" not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        if request.method == "GET":
            self._gate.record(session, "question", "remittances", count="remittances")
            return self._folders(request, session)
        return await self._sent_back(request, session)

    async def _sent_back(self, request: Request, session: Session) -> Response:
        event, fields = await self._gate.sent_back(request, session)
        folder, argument = event.kept.get("folder", ""), event.argument.partition("$")[2]
        match event.control:
            case "lnkFolder":
                return self._folder(request, session, argument)
            case "lnkFolders":
                return self._folders(request, session)
            case "lnkFile":
                return self._file(session, folder, argument)
            case "lnkOpen":
                return self._advice(request, session, event.kept, argument)
            case "btnSearch":
                asked, place = {key: fields.get(key, "").strip() for key in _CRITERIA}, "1"
                self._gate.record(session, "folder", f"{folder} {summary(asked)}")
            case _:
                asked, place = _asked(event.kept), argument or event.kept["page"]
        await asyncio.sleep(self._gate.payer_seconds())
        return self._found(request, session, folder, asked, place)

    def _folders(self, request: Request, session: Session) -> Response:
        payments = self._mine(session, [Row(each) for each in self._gate.house.world.payments_of(PAYER)])
        counted = {name: sum(kind in row.payment.documents for row in payments) for kind, name in FOLDERS.items()}
        rows = [
            *((kind, name, counted[name]) for kind, name in FOLDERS.items()),
            *(("", *each) for each in _OTHERS.items()),
        ]
        return self._gate.form("remit_folders.html", request, session, events=["lnkFolder"], rows=rows)

    def _folder(
        self, request: Request, session: Session, folder: str, asked: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        return self._gate.form(
            "remit_folder.html",
            request,
            session,
            events=["btnSearch", "grdFiles", "lnkOpen", "lnkFolders"],
            kept={"folder": folder, **(asked or {}), "page": str(values.get("place", 1))},
            name=FOLDERS[folder],
            since=us_date(self._since),
            typed=asked or {},
            searched={label: asked[key] for key, label in _CRITERIA.items() if asked[key]} if asked else {},
            **values,
        )

    def _found(self, request: Request, session: Session, folder: str, asked: Mapping[str, str], page: str) -> Response:
        if PAYER in self._gate.dials.payer_down:
            return self._folder(request, session, folder, asked, error=DOWN)
        if PAYER in self._gate.dials.provider_not_on_file:
            return self._folder(request, session, folder, asked, error=PROVIDER)
        try:
            found = self._mine(session, self._searched(asked))
        except Incomplete:
            return self._folder(request, session, folder, asked, error="Enter each date as MM/DD/YYYY.")
        rows = sorted((row for row in found if folder in row.payment.documents), key=_newest_first)
        pages = max(1, -(-len(rows) // PAGE_SIZE))
        place = within(page, pages)
        shown = rows[(place - 1) * PAGE_SIZE : place * PAGE_SIZE]
        values = {"rows": shown, "total": len(rows), "place": place, "pages": pages}
        return self._folder(request, session, folder, asked, found=True, **values)

    def _searched(self, asked: Mapping[str, str]) -> Sequence[Row]:
        """Longer numbers that begin with the one typed are found as well."""
        world = self._gate.house.world
        if number := asked["txtTCN"]:
            return [Row(payment, claim) for claim, payment in world.payments_for(PAYER, number)]
        if number := asked["txtNumber"]:
            return [Row(payment) for payment in world.payments_like(PAYER, number)]
        start, end = us_day(asked, "txtFrom"), us_day(asked, "txtTo")
        return [Row(payment) for payment in world.payments_between(PAYER, start, end)]

    def _mine(self, session: Session, rows: Sequence[Row]) -> list[Row]:
        """What the folders still hold, for the one organization that is paid."""
        return [row for row in rows if session.organization_id == PAYEE.id and row.payment.paid_on >= self._since]

    def _payment(self, session: Session, folder: str, number: str) -> Payment | None:
        like = self._mine(session, [Row(each) for each in self._gate.house.world.payments_like(PAYER, number)])
        return next(
            (row.payment for row in like if row.payment.number == number and folder in row.payment.documents), None
        )

    def _advice(self, request: Request, session: Session, kept: Mapping[str, str], number: str) -> Response:
        payment = self._payment(session, kept["folder"], number)
        if payment is None:
            return self._folder(request, session, kept["folder"])
        facts = {
            "Folder": FOLDERS[kept["folder"]],
            "Warrant or EFT Number": payment.number,
            "Payment Date": us_date(payment.paid_on),
            "Payment Amount": f"${payment.amount:,.2f}",
            "Payment Method": _METHODS[payment.method],
            "Payment Status": _STATUSES[payment.status],
            "Replaces": payment.replaces or "N/A",
            "Payer": PAYERS[PAYER].name,
            "Payee": PAYEE.name,
            "Payee NPI": PAYEE_NPI,
            "Payee Tax ID": PAYEE.tin,
        }
        events = ["lnkReturn", "lnkFile"]
        return self._gate.form(
            "remit_advice.html", request, session, events=events, kept=kept, facts=facts, payment=payment
        )

    def _file(self, session: Session, folder: str, number: str) -> Response:
        payment = self._payment(session, folder, number)
        if payment is None:
            return Response(status_code=404)
        self._gate.record(session, "file", f"{folder} {number}", count="files")
        return file_response(self._gate.dials, era(payment) if folder == "835" else explanation(payment))


def _asked(kept: Mapping[str, str]) -> dict[str, str]:
    return {key: kept.get(key, "") for key in _CRITERIA}


def _newest_first(row: Row) -> int:
    return -row.payment.paid_on.toordinal()
