"""Prior approvals: an inquiry, its rows page by page, and each unfolded in its place when somebody wants to see it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorization_words import kind_word
from simulator.authorizations import Authorization
from simulator.forms import Incomplete, us_day
from simulator.inquiry import Patient, Refusal
from simulator.labels import us_date, us_span
from simulator.portals.medicaid_sso.barriers import kept_out
from simulator.portals.medicaid_sso.cascade import ANY_REVIEW, listings
from simulator.portals.medicaid_sso.found import Found
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.portals.medicaid_sso.payer import Payer, remember
from simulator.portals.medicaid_sso.words import NONE
from simulator.sessions import Session

_BY = ("Prior approval number", "Recipient")
_OTHER_TYPE = "No prior approvals of this type meet the criteria."
_SEARCHED = {"number": "Number searched", "recipient_id": "Recipient searched", "birth_date": "Birth date searched"}
_EVERY_DAY = "All"


class _List(Found[Mapping[str, str], Authorization]):
    page_size = 5


class Approvals:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._payer = Payer(gate)

    def routes(self) -> list[Route]:
        event = self._gate.event
        return [
            Route("/prior-approvals", self._gate.web_page(self.form)),
            Route("/partial/approval-criteria", event(self.criteria), methods=["POST"]),
            Route("/partial/approvals", event(self.inquire), methods=["POST"]),
            Route("/partial/approval-page", event(self.page), methods=["POST"]),
            Route("/partial/approval", event(self.unfold), methods=["POST"]),
        ]

    async def form(self, _request: Request, session: Session) -> Response:
        gate = self._gate
        if blocked := kept_out(gate, session, "authorizations"):
            return gate.whole(session, blocked)
        lists = listings(session, {"form": "prior-approvals"})
        return gate.whole(session, gate.fragment("approvals.html", session, lists=lists, by=_BY))

    async def criteria(self, form: Mapping[str, str], session: Session) -> Response:
        html = self._gate.fragment("approval_criteria.html", session, by_number=form.get("by") == _BY[0])
        return self._gate.changes({"criteria": html})

    async def inquire(self, form: Mapping[str, str], session: Session) -> Response:
        if instead := await self._payer.before("authorizations", form, session):
            return instead
        try:
            found, dates = self._found(form)
        except Incomplete:
            return self._payer.said(session, "Enter each date as MM/DD/YYYY.")
        searched = {label: form[key] for key, label in _SEARCHED.items() if form.get(key)} | dates
        refused = found.outcome if isinstance(found, Refusal) else None
        bad = refused == "member_not_found" or (refused is not None and "number" in form)
        self._payer.judged(session, f"authorizations {searched}", bad=bad)
        if isinstance(found, Refusal):
            return self._payer.said(session, found.message)
        of_type = tuple(each for each in found if form["review"] in (ANY_REVIEW, kind_word(each)))
        if not of_type:
            return self._payer.said(session, _OTHER_TYPE)
        searched["Type searched"] = form["review"]
        return self._listed(session, remember(session, _List(searched, of_type)), 1)

    def _found(self, form: Mapping[str, str]) -> tuple[list[Authorization] | Refusal, dict[str, str]]:
        """With the dates of service that were searched, where they are asked for."""
        world = self._gate.house.world
        if "number" in form:
            return find_authorizations_like(world, PAYER, form["number"]), {}
        patient = Patient(birth_date=us_day(form, "birth_date"), member_id=form.get("recipient_id"))
        start, end = (us_day(form, key) if form.get(key) else None for key in ("from_date", "to_date"))
        span = f"{us_date(start)} - {us_date(end)}" if start and end else _EVERY_DAY
        found = find_authorizations_of(world, PAYER, patient, from_date=start, to_date=end)
        return found, {"Dates searched": span}

    def _listed(self, session: Session, key: str, number: int) -> Response:
        found = session.work.get(key)
        if not isinstance(found, _List) or not 1 <= number <= found.pages:
            return self._payer.said(session, "Search again.")
        return self._payer.result(session, "approval_list.html", found=found, key=key, number=number)

    async def page(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, number = form.get("argument", "").partition(" ")
        return self._listed(session, key, int(number) if number.isdigit() else 0)

    async def unfold(self, form: Mapping[str, str], session: Session) -> Response:
        key, _, rest = form.get("argument", "").partition(" ")
        number, _, place = rest.partition(" ")
        found = session.work.get(key)
        shown = found.page(int(number)) if isinstance(found, _List) and number.isdigit() else ()
        each = next((each for row, each in enumerate(shown) if str(row) == place), None)
        if each is None:
            return self._payer.said(session, "Search again.")
        self._gate.record(session, "authorization_detail", each.number, count="authorization_details")
        approved = us_span(each.valid_from, each.valid_to) if each.valid_from and each.valid_to else NONE
        html = self._gate.fragment("approval.html", session, each=each, approved=approved)
        return self._gate.changes({f"approval-{place}": html})
