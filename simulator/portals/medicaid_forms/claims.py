"""Claim status: a response is a list of claims, and each of them opens in its place."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from simulator.claims import Claim, Line
from simulator.codes import ADJUSTMENT_REASONS, CLAIM_CATEGORIES, CLAIM_STATUSES
from simulator.forms import Incomplete, us_day
from simulator.inquiry import Patient, Refusal, find_claims_like, find_claims_of
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.people import Member
from simulator.portals.medicaid_forms.desk import ClaimsReply, Desk, Tray
from simulator.portals.medicaid_forms.gate import PAYER
from simulator.portals.medicaid_forms.tray import PAGE_SIZE, Fields, InquiryPages, within
from simulator.portals.medicaid_forms.viewstate import Event

_NEEDED = "Enter a Transaction Control Number, or the Medical Assistance ID, birth date and dates of service."


class ClaimPages(InquiryPages[ClaimsReply]):
    kind = "claim_status"
    title = "Claim Status"
    folder = "Claims"
    letter = "C"

    def tray(self, desk: Desk) -> Tray[ClaimsReply]:
        return desk.claims

    def asked(self, fields: Fields, common: Mapping[str, Any]) -> ClaimsReply:
        number = fields.get("txtTCN", "").strip()
        if number:
            searched: tuple[tuple[str, str], ...] = (("Transaction Control Number", number),)
        else:
            member_id, born = fields.get("txtMAID", "").strip(), _day(fields, "txtBirthDate")
            start, end = _day(fields, "txtFrom"), _day(fields, "txtTo")
            searched = (
                ("Medical Assistance ID", member_id),
                ("Birth Date", us_date(born)),
                ("Dates of Service", f"{us_date(start)} - {us_date(end)}"),
            )
        if trouble := self.trouble():
            return ClaimsReply(**common, found=Refusal("trouble", trouble), searched=searched)
        world = self._gate.house.world
        if number:
            return ClaimsReply(**common, found=find_claims_like(world, PAYER, number), searched=searched)
        patient, today = Patient(birth_date=born, member_id=member_id), self._gate.house.clock.today()
        found = find_claims_of(world, PAYER, patient, from_date=start, to_date=end, today=today)
        return ClaimsReply(**common, found=found, searched=searched)

    def of_colleague(self, member: Member, common: Mapping[str, Any]) -> ClaimsReply:
        today = self._gate.house.clock.today()
        span = {"from_date": today - timedelta(days=365), "to_date": today}
        patient = Patient(birth_date=member.birth_date, member_id=member.member_id)
        found = find_claims_of(self._gate.house.world, PAYER, patient, **span, today=today)
        return ClaimsReply(**common, found=found, searched=(("Medical Assistance ID", member.member_id),))

    def shown(
        self, reply: ClaimsReply, event: Event | None, state: dict[str, str]
    ) -> tuple[Mapping[str, Any], list[str]]:
        if isinstance(reply.found, Refusal):
            return {"reasons": [reply.found.message], "searched": reply.searched}, []
        argument = event.argument.partition("$")[2] if event else ""
        match event.control if event else "":
            case "lnkDetails":
                state["claim"] = argument
            case "lnkReturn":
                state.pop("claim", None)
            case "grdClaims":
                state["claims"] = argument
        for claim in reply.found:
            if claim.claim_number == state.get("claim"):
                return {"claim": detail_view(claim)}, ["lnkReturn"]
        pages = -(-len(reply.found) // PAGE_SIZE)
        place = within(state.get("claims", "1"), pages)
        claims = [row_view(each) for each in reply.found[(place - 1) * PAGE_SIZE : place * PAGE_SIZE]]
        listed = {"claims": claims, "claims_place": place, "claims_pages": pages, "claims_total": len(reply.found)}
        return listed | {"searched": reply.searched}, ["lnkDetails", "grdClaims"]


def _day(fields: Fields, key: str) -> date:
    try:
        return us_day(fields, key)
    except Incomplete as error:
        raise Incomplete(_NEEDED) from error


def row_view(claim: Claim) -> dict[str, str]:
    claim = claim.as_listed
    return {
        "number": claim.claim_number,
        "name": f"{claim.member.last_name}, {claim.member.first_name}",
        "dates": us_span(claim.service_from, claim.service_to),
        "status": claim_label(claim),
        "charge": usd(claim.billed),
    }


def detail_view(claim: Claim) -> dict[str, Any]:
    """In pairs of label and value; an empty value is one that is not stated."""
    return {
        "number": claim.claim_number,
        "status": claim_label(claim),
        "codes": (
            f"The claim is in category {claim.category_code} ({CLAIM_CATEGORIES[claim.category_code]}), "
            f"status {claim.status_code} ({CLAIM_STATUSES[claim.status_code].rstrip('.')})."
        ),
        "who": {
            "Medical Assistance ID": claim.member.member_id,
            "Subscriber Name": f"{claim.member.last_name}, {claim.member.first_name}",
            "Birth Date": us_date(claim.member.birth_date),
            "Patient Account Number": claim.patient_account or "",
            "Rendering Provider NPI": claim.provider_npi,
            "Dates of Service": us_span(claim.service_from, claim.service_to),
            "Date Received": us_date(claim.received_on),
            "Adjudication Date": us_date(claim.finalized_on) if claim.finalized_on else "",
        },
        "money": {
            title: usd(amount) if amount is not None else ""
            for title, amount in {
                "Total Charge": claim.billed,
                "Allowed Amount": claim.allowed,
                "Payment Amount": claim.paid,
                "Deductible": claim.adjusted("1"),
                "Coinsurance": claim.adjusted("2"),
                "Copayment": claim.adjusted("3"),
                "Patient Responsibility": claim.adjusted("1", "2", "3"),
            }.items()
        },
        "warrant": {
            "Warrant/EFT Number": claim.check_number or "",
            "Warrant/EFT Date": us_date(claim.check_date) if claim.check_date else "",
        },
        "lines": [_line_view(line) for line in claim.lines],
        "reasons": {each.code: ADJUSTMENT_REASONS[each.code] for line in claim.lines for each in line.adjustments},
    }


def _line_view(line: Line) -> list[str]:
    return [
        str(line.line_number),
        us_span(line.service_from, line.service_to),
        " ".join((line.procedure_code, *line.modifiers)),
        str(line.units),
        usd(line.billed),
        usd(line.allowed),
        usd(line.paid),
        "; ".join(f"{each.group}-{each.code} {usd(each.amount)}" for each in line.adjustments),
        ", ".join(line.remark_codes),
    ]
