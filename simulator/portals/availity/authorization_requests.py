"""Authorization Request: the payer looks up the patient first; the service, the files and a review follow."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.authorization_words import ACTION_CODES, KINDS, decision_word, kind_word
from simulator.authorizations import Party
from simulator.forms import Incomplete, summary, us_day
from simulator.handing_in import ended_at
from simulator.inquiry import sentence
from simulator.labels import us_date
from simulator.people import Member
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.portals.availity.wizard import Wizard
from simulator.requests import DIRECTORY, Desk, Requested
from simulator.sessions import Session
from simulator.submissions import MB, Draft, FileRules
from simulator.world import PAYERS

API = "/cloud/web/pres/authorization-requests/v1"
_BREACHES = {
    "type": "This file type is not accepted.",
    "small": "The file is empty.",
    "large": "Files must not be larger than 20 MB.",
    "many": "No more than 10 files can be attached.",
    "together": "All files together must not be larger than 100 MB.",
}
_UNITS = ("days", "visits", "units", "hours")
_TOLD = ("code", "unit", "units", "diagnosis", "narrative", "contact", "phone")
_CODE = re.compile(r"[A-Z\d]\d{3}[A-Z\d]")


class AuthorizationRequests(Wizard[Desk, Requested]):
    path = f"{API}/requests"
    rules = FileRules(
        ("pdf", "tif", "tiff", "jpg", "jpeg", "png", "doc", "docx", "txt"), most=10, largest=20 * MB, together=100 * MB
    )
    breaches = _BREACHES

    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        super().__init__(gate, inquiries, gate.house.requests)

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/types", api(self.types)),
            Route(f"{API}/patients", api(self.begin), methods=["POST"]),
            Route(API + "/patients/{id}", api(self._inquiries.answer)),
            *super().routes(),
        ]

    async def types(self, request: Request, _session: Session) -> Response:
        """What may be requested of a payer."""
        payer = PAYERS.get(request.query_params.get("payer", ""))
        kinds = KINDS[payer.generation] if payer else {}
        return JSONResponse([{"value": value, "label": label} for value, label in kinds.items()])

    async def begin(self, request: Request, session: Session) -> Response:
        form = await request.json()
        self._gate.record(session, "request_begun", summary(form))
        if ended_at(self._gate, session, "details"):
            return self._gate.turned_away(session)
        try:
            answer = self._inquiries.trouble(form, session) or self._begun(form, session)
        except Incomplete as error:
            return JSONResponse({"reason": str(error)}, 400)
        return self._inquiries.accept(request, session, answer)

    def _begun(self, form: Mapping[str, str], session: Session) -> View:
        payer, kind = form["payer"], form.get("type", "")
        if kind not in KINDS[PAYERS[payer].generation]:
            raise Incomplete("type")
        born, begins, ends = (us_day(form, key) for key in ("birthDate", "fromDate", "toDate"))
        if begins > ends:
            return {"outcome": "dates", "message": "The last service date cannot be before the first one."}
        known = self._gate.house.world.by_id(payer, form.get("memberId", ""))
        member = next((each for each in known if each.birth_date == born), None)
        if member is None:
            return {"outcome": "member_not_found", "message": sentence(payer, "claim_member_not_found")}
        organization, party, tin = _provider(form, session)
        draft = self._counter.begin(PORTAL, session.username, Desk(payer, party))
        draft.answers = {"member": member.member_id, "born": born.isoformat(), "kind": kind}
        draft.answers |= {"from": begins.isoformat(), "to": ends.isoformat()}
        facts = {"Organization": organization, "Tax ID": tin, "Payer": PAYERS[payer].name}
        facts |= {"Request Type": KINDS[PAYERS[payer].generation][kind], **_patient(member)}
        facts |= {"Requesting Provider": party.name, "Requesting NPI": party.npi}
        facts |= {"From Date": us_date(begins), "To Date": us_date(ends)}
        units = [{"value": each, "label": each.capitalize()} for each in _UNITS]
        return {"outcome": "begun", "draft": draft.id, "facts": facts, "units": units}

    def answered(self, draft: Draft[Desk], form: Mapping[str, str]) -> str | None:
        told = {name: str(form.get(name, "")).strip() for name in _TOLD}
        told["code"] = told["code"].upper()
        if not all(told.values()) or told["unit"] not in _UNITS:
            return "Answer every question before you continue."
        if not _CODE.fullmatch(told["code"]):
            return "Enter a valid procedure code (CPT or HCPCS)."
        if not told["units"].isdigit() or not int(told["units"]):
            return "Enter the quantity as a whole number."
        rendering = str(form.get("servicing", "")).strip()
        if rendering and rendering not in DIRECTORY:
            return "We could not find a rendering provider with this NPI."
        draft.answers |= told | {"servicing": rendering}
        return None

    def already(self, draft: Draft[Desk], earlier: Requested) -> str:
        code, number = draft.answers["code"], earlier.number
        return f"A request for {code} is pended already, certification number {number}. It was not submitted again."

    def receipt(self, draft: Draft[Desk], sent: Requested) -> View:
        asked = sent.authorization
        facts = {
            "Certification Number": sent.number,
            "Tracking Number": asked.tracking,
            "Status": f"{ACTION_CODES[asked.decision]} - {decision_word(sent.payer, asked.decision)}",
            "Request Type": kind_word(asked),
            "Payer": PAYERS[sent.payer].name,
            "Member ID": asked.member.member_id,
            "Procedure Code": draft.answers["code"],
            "Submitted Date": us_date(asked.submitted_on),
        }
        return {"facts": facts}


def _provider(form: Mapping[str, str], session: Session) -> tuple[str, Party, str]:
    for organization in session.account.spec.organizations:
        for provider in organization.providers:
            if (organization.id, provider.npi) == (form.get("organization"), form.get("provider")):
                return organization.name, Party(provider.name, provider.npi), organization.tin
    raise Incomplete("provider")


def _patient(member: Member) -> dict[str, str]:
    return {
        "Patient Name": f"{member.last_name}, {member.first_name}",
        "Member ID": member.member_id,
        "Date of Birth": us_date(member.birth_date),
    }
