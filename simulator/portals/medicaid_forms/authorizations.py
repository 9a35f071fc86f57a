"""Service authorizations: a response lists those of a number or a subscriber, and each opens in its place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from simulator.authorization_inquiry import find_authorizations_like, find_authorizations_of
from simulator.authorization_words import decision_word, kind_word
from simulator.authorizations import Authorization, Party, Service
from simulator.forms import Incomplete, us_day
from simulator.inquiry import Patient, Refusal
from simulator.labels import us_date, us_span
from simulator.people import Member
from simulator.portals.medicaid_forms.desk import AuthorizationsReply, Desk, Tray
from simulator.portals.medicaid_forms.gate import PAYER
from simulator.portals.medicaid_forms.tray import Fields, InquiryPages, within
from simulator.portals.medicaid_forms.viewstate import Event

_NEEDED = "Enter an Authorization Number, or the Medical Assistance ID and birth date; dates as MM/DD/YYYY."
_PAGE_SIZE = 6


class AuthorizationPages(InquiryPages[AuthorizationsReply]):
    kind = "authorizations"
    title = "Authorization"
    folder = "Authorizations"
    letter = "P"

    def tray(self, desk: Desk) -> Tray[AuthorizationsReply]:
        return desk.authorizations

    def asked(self, fields: Fields, common: Mapping[str, Any]) -> AuthorizationsReply:
        world = self._gate.house.world
        trouble = self.trouble()
        if number := fields.get("txtAuthNumber", "").strip():
            searched: tuple[tuple[str, str], ...] = (("Authorization Number", number),)
            found = Refusal("trouble", trouble) if trouble else find_authorizations_like(world, PAYER, number)
            return AuthorizationsReply(**common, found=found, searched=searched)
        patient = Patient(birth_date=_day(fields, "txtBirthDate"), member_id=fields.get("txtMAID", "").strip())
        start, end = (_day(fields, key) if fields.get(key) else None for key in ("txtFrom", "txtTo"))
        span = f"{us_date(start)} - {us_date(end)}" if start and end else "Any"
        searched = (
            ("Medical Assistance ID", patient.member_id or ""),
            ("Birth Date", us_date(patient.birth_date)),
            ("Dates of Service", span),
        )
        of_member = find_authorizations_of(world, PAYER, patient, from_date=start, to_date=end)
        found = Refusal("trouble", trouble) if trouble else of_member
        return AuthorizationsReply(**common, found=found, searched=searched)

    def of_colleague(self, member: Member, common: Mapping[str, Any]) -> AuthorizationsReply:
        patient = Patient(birth_date=member.birth_date, member_id=member.member_id)
        found = find_authorizations_of(self._gate.house.world, PAYER, patient, from_date=None, to_date=None)
        return AuthorizationsReply(**common, found=found, searched=(("Medical Assistance ID", member.member_id),))

    def shown(
        self, reply: AuthorizationsReply, event: Event | None, state: dict[str, str]
    ) -> tuple[Mapping[str, Any], list[str]]:
        if isinstance(reply.found, Refusal):
            return {"reasons": [reply.found.message]}, []
        argument = event.argument.partition("$")[2] if event else ""
        match event.control if event else "":
            case "lnkOpen":
                state["authorization"] = argument
            case "lnkReturn":
                state.pop("authorization", None)
            case "grdAuths":
                state["authorizations"] = argument
        for each in reply.found:
            if each.number == state.get("authorization"):
                return {"authorization": _view(each)}, ["lnkReturn"]
        pages = -(-len(reply.found) // _PAGE_SIZE)
        place = within(state.get("authorizations", "1"), pages)
        listed = reply.found[(place - 1) * _PAGE_SIZE : place * _PAGE_SIZE]
        return {
            "searched": reply.searched,
            "listed": [(each.number, _name(each.member), decision_word(PAYER, each.decision)) for each in listed],
            "listed_total": len(reply.found),
            "listed_place": place,
            "listed_pages": pages,
        }, ["lnkOpen", "grdAuths"]


def _day(fields: Fields, key: str) -> date:
    try:
        return us_day(fields, key)
    except Incomplete as error:
        raise Incomplete(_NEEDED) from error


def _view(each: Authorization) -> dict[str, Any]:
    """In pairs of label and value; an empty value is one that is not stated."""
    return {
        "facts": {
            "Authorization Number": each.number,
            "Determination": decision_word(PAYER, each.decision),
            "Medical Assistance ID": each.member.member_id,
            "Subscriber Name": _name(each.member),
            "Birth Date": us_date(each.member.birth_date),
            "Authorization Type": kind_word(each),
            "Requested By": _party(each.requesting),
            "Rendered By": _party(each.servicing),
            "Place of Service": each.facility or "",
            "Requested Dates": us_span(each.service_from, each.service_to),
            "Authorized Dates": us_span(each.valid_from, each.valid_to) if each.valid_from and each.valid_to else "",
            "Date Received": us_date(each.submitted_on),
            "Date Determined": us_date(each.decided_on) if each.decided_on else "",
            "Rationale": each.reason or "",
            "Action Required": each.next_step or "",
        },
        "lines": [_line(line) for line in each.lines],
    }


def _line(line: Service) -> list[str]:
    return [
        str(line.line_number),
        line.code if line.is_revenue else "",
        "" if line.is_revenue else " ".join((line.code, *line.modifiers)),
        us_span(line.service_from, line.service_to),
        f"{line.requested} {line.unit}",
        "" if line.approved is None else f"{line.approved} {line.unit}",
        decision_word(PAYER, line.decision) if line.decision else "",
    ]


def _name(member: Member) -> str:
    return f"{member.last_name}, {member.first_name}"


def _party(party: Party | None) -> str:
    return f"{party.name}, NPI {party.npi}" if party else ""
