"""Claims: a list, ten a page, and beside it the panel of the claim that was opened last."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.forms import us_day
from simulator.inquiry import FILING_DAYS, Patient, Refusal, find_claims_like, find_claims_of
from simulator.portals.ucare.claim_views import claim_view, lines_view, row_view
from simulator.portals.ucare.gate import PAYER
from simulator.portals.ucare.lists import Found, Lists
from simulator.sessions import Session

_RECENT = "Claims of the last 5 business days may not be listed yet."


class ClaimInquiries(Lists[Claim]):
    path = "/claims"
    question = "claim_status"
    template = "_claims.html"

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/claims", self._shell.tool("claim_status", "claims", lambda _: {})),
            *self.list_routes(),
            Route("/claims/{number}/panel", api(self.panel)),
            Route("/claims/{number}/lines", api(self.lines)),
        ]

    def found(self, form: Mapping[str, str], _session: Session) -> Found[Claim] | Refusal:
        world, today = self._gate.house.world, self._gate.house.clock.today()
        note = None
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
            note = _RECENT if end >= today - timedelta(days=FILING_DAYS) else None
        return found if isinstance(found, Refusal) else Found(found, searched, note)

    def row(self, _session: Session, _place: int, claim: Claim) -> tuple[str, object]:
        return claim.claim_number, row_view(claim)

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
