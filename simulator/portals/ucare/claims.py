"""Claims: a list, ten a page, and beside it the panel of the claim that was opened last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import FILING_DAYS, Patient, Refusal, find_claims_like, find_claims_of
from simulator.portals.ucare.claim_views import claim_view, lines_view, row_view
from simulator.portals.ucare.gate import PAYER, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.sessions import Session

PAGE_SIZE = 10


@dataclass(frozen=True)
class _Found:
    claims: list[Claim]
    searched: Mapping[str, str]
    recent: bool


class ClaimInquiries:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/claims", self._shell.tool("claim_status", "claims", lambda _: {})),
            Route("/claims/find", api(self.find), methods=["POST"]),
            Route("/claims/list/{key}/{page:int}", api(self.page)),
            Route("/claims/{number}/panel", api(self.panel)),
            Route("/claims/{number}/lines", api(self.lines)),
            Route("/claims/{number}/eop", self._gate.web_page(self.eop)),
        ]

    async def find(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"claim_status {summary(form)}", count="claim_status")
        if said := self._gate.trouble():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            found = self._found(form)
        except Incomplete:
            return await self._gate.fragment("_flash.html", message="Enter the member's data and dates as MM/DD/YYYY.")
        if isinstance(found, Refusal):
            return await self._gate.fragment("_flash.html", message=found.message)
        key = uuid4().hex
        remember(session, key, found)
        return await self._gate.fragment("_claims.html", **_page(key, found, 1))

    def _found(self, form: Mapping[str, str]) -> _Found | Refusal:
        world, today = self._gate.house.world, self._gate.house.clock.today()
        recent = False
        found: list[Claim] | Refusal
        if form.get("by") == "number":
            number = form.get("number", "")
            found = find_claims_like(world, PAYER, number)
            searched = {"Claim number asked for": number}
        else:
            patient = Patient(birth_date=us_day(form, "born"), member_id=form.get("member"))
            start, end = us_day(form, "from"), us_day(form, "to")
            found = find_claims_of(world, PAYER, patient, from_date=start, to_date=end, today=today)
            words = {"member": "Member ID", "born": "Date of birth", "from": "First day", "to": "Last day"}
            searched = {word: form[key] for key, word in words.items()}
            recent = end >= today - timedelta(days=FILING_DAYS)
        return found if isinstance(found, Refusal) else _Found(found, searched, recent)

    async def page(self, request: Request, session: Session) -> Response:
        key, number = request.path_params["key"], request.path_params["page"]
        found = session.work.get(key)
        if not isinstance(found, _Found):
            return Response(status_code=404)
        return await self._gate.fragment("_claims.html", **_page(key, found, number))

    def _claim(self, request: Request) -> Claim | None:
        number = request.path_params["number"]
        like = self._gate.house.world.claims_like(PAYER, number)
        return next((claim for claim in like if claim.claim_number == number), None)

    async def panel(self, request: Request, session: Session) -> Response:
        claim = self._claim(request)
        if claim is None:
            return Response(status_code=404)
        self._gate.record(session, "claim_detail", claim.claim_number, count="claim_details")
        disputable = unfit(claim) is None and "appeals" in session.account.spec.roles
        return await self._gate.fragment(
            "_claim.html", number=claim.claim_number, disputable=disputable, **claim_view(claim)
        )

    async def lines(self, request: Request, _session: Session) -> Response:
        claim = self._claim(request)
        if claim is None:
            return Response(status_code=404)
        return await self._gate.fragment("_lines.html", **lines_view(claim))

    async def eop(self, request: Request, _session: Session) -> Response:
        """There is no explanation of a payment before it is made."""
        claim = self._claim(request)
        if claim is None or not claim.check_number:
            return Response(status_code=404)
        return self._gate.render("eop.html", **claim_view(claim), **lines_view(claim))


def _page(key: str, found: _Found, number: int) -> dict[str, Any]:
    start = (number - 1) * PAGE_SIZE
    return {
        "key": key,
        "searched": found.searched,
        "recent": found.recent,
        "rows": [(claim.claim_number, row_view(claim)) for claim in found.claims[start : start + PAGE_SIZE]],
        "total": len(found.claims),
        "page": number,
        "pages": -(-len(found.claims) // PAGE_SIZE),
    }
