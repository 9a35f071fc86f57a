"""Prior authorizations as rows and cards print them; None where nothing is stated."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.authorization_words import decision_word, kind_word
from simulator.authorizations import Authorization, Party, Service
from simulator.labels import us_date, us_span

View = dict[str, Any]


def row_view(case: Authorization) -> View:
    return {
        "reference": _reference(case),
        "decisionId": case.tracking,
        "member": f"{case.member.first_name} {case.member.last_name}",
        "dates": us_span(case.service_from, case.service_to),
        "kind": kind_word(case),
        "status": decision_word(case.payer, case.decision),
    }


def _reference(case: Authorization) -> str | None:
    """An inquiry that found no need for an authorization has its Decision ID alone."""
    return None if case.decision == "not_required" else case.number


def summary_card(case: Authorization) -> View:
    approved = us_span(case.valid_from, case.valid_to) if case.valid_from and case.valid_to else None
    return {
        "reference": ["Service reference number", _reference(case)],
        "decision-id": ["Decision ID", case.tracking],
        "status": ["Case status", decision_word(case.payer, case.decision)],
        "kind": ["Service type", kind_word(case)],
        "requested": ["Requested service dates", us_span(case.service_from, case.service_to)],
        "approved": ["Approved service dates", approved],
        "submitted": ["Submitted", us_date(case.submitted_on)],
        "decided": ["Decision date", us_date(case.decided_on) if case.decided_on else None],
        "reason": ["Decision reason", case.reason],
        "action": ["Next step", case.next_step],
    }


def member_card(case: Authorization) -> View:
    return {
        "member-id": ["Member ID", case.member.member_id],
        "first-name": ["First name", case.member.first_name],
        "last-name": ["Last name", case.member.last_name],
        "birth-date": ["Date of birth", us_date(case.member.birth_date)],
    }


def providers_card(case: Authorization) -> View:
    return {
        "requesting": ["Requesting provider", _party(case.requesting)],
        "servicing": ["Servicing provider", _party(case.servicing)],
        "facility": ["Facility", case.facility],
    }


def _party(party: Party | None) -> str | None:
    return f"{party.name} (NPI {party.npi})" if party else None


def services_card(case: Authorization) -> View:
    return {"services": [_service(line, case.payer) for line in case.lines]}


def _service(line: Service, payer: str) -> list[str | None]:
    return [
        str(line.line_number),
        None if line.is_revenue else line.code,
        line.code if line.is_revenue else None,
        ", ".join(line.modifiers) or None,
        us_span(line.service_from, line.service_to),
        f"{line.requested} {line.unit}",
        None if line.approved is None else f"{line.approved} {line.unit}",
        line.decision and decision_word(payer, line.decision),
    ]


CARDS: Mapping[str, Callable[[Authorization], View]] = {
    "summary": summary_card,
    "member": member_card,
    "providers": providers_card,
    "services": services_card,
}
