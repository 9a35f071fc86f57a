"""Eligibility: at least two identifiers go in, and what comes out is prose."""

from collections.abc import Mapping
from typing import Any

from simulator.codes import GENDERS, RELATIONSHIPS, SERVICE_TYPES
from simulator.forms import Incomplete, us_day
from simulator.inquiry import EVERYTHING, Patient, Refusal, find_member, pick
from simulator.people import Member
from simulator.portals.medicaid_forms.desk import Desk, EligibilityReply, Tray
from simulator.portals.medicaid_forms.gate import PAYER
from simulator.portals.medicaid_forms.prose import also, programme
from simulator.portals.medicaid_forms.tray import Fields, InquiryPages
from simulator.portals.medicaid_forms.viewstate import Event
from simulator.world import PAYERS


class EligibilityPages(InquiryPages[EligibilityReply]):
    kind = "eligibility"
    title = "Eligibility"
    folder = "Eligibility"
    letter = "E"

    def tray(self, desk: Desk) -> Tray[EligibilityReply]:
        return desk.eligibility

    def asked(self, fields: Fields, common: Mapping[str, Any]) -> EligibilityReply:
        found = self._found(fields)
        as_of = _day(fields, "txtServiceDate", "Date of Service")
        return EligibilityReply(
            **common, found=found, as_of=as_of, service_type=fields.get("ddlServiceType", EVERYTHING)
        )

    def _found(self, fields: Fields) -> Member | Refusal:
        member_id, last_name = fields.get("txtMAID", "").strip(), fields.get("txtLastName", "").strip()
        if not fields.get("txtBirthDate") or not (member_id or last_name):
            raise Incomplete(
                "Enter at least two identifiers: Medical Assistance ID and birth date, or name and birth date."
            )
        patient = Patient(
            birth_date=_day(fields, "txtBirthDate", "Birth Date"),
            member_id=member_id or None,
            first_name=fields.get("txtFirstName", "").strip() or None,
            last_name=last_name or None,
        )
        if trouble := self.trouble():
            return Refusal("trouble", trouble)
        found = find_member(self._gate.house.world, PAYER, patient)
        return pick(found, patient) if isinstance(found, Refusal) else found

    def of_colleague(self, member: Member, common: Mapping[str, Any]) -> EligibilityReply:
        today = self._gate.house.clock.today()
        return EligibilityReply(**common, found=member, as_of=today, service_type=EVERYTHING)

    def shown(
        self, reply: EligibilityReply, _event: Event | None, _state: dict[str, str]
    ) -> tuple[Mapping[str, Any], list[str]]:
        values: dict[str, Any] = {"service_type": SERVICE_TYPES.get(reply.service_type, reply.service_type)}
        if isinstance(reply.found, Refusal):
            return values | {"reasons": [reply.found.message]}, []
        member = reply.found
        return values | {
            "member": member,
            "payer": PAYERS[PAYER].name,
            "gender": GENDERS.get(member.gender or "", ""),
            "relationship": RELATIONSHIPS.get(member.relationship or "", ""),
            "programmes": [programme(plan, reply.as_of, reply.service_type) for plan in member.plans],
            "also": also(member),
        }, []


def _day(fields: Fields, key: str, title: str) -> Any:
    try:
        return us_day(fields, key)
    except Incomplete as error:
        raise Incomplete(f"{title} must be a date, as MM/DD/YYYY.") from error
