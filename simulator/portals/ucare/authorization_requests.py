"""Requests for authorizations."""

from typing import ClassVar

from simulator.authorization_words import KINDS
from simulator.portals.ucare.papers import Asked, Papers
from simulator.requests import Requested
from simulator.submissions import MB, FileRules

_UNITS = {"days": "Days", "visits": "Visits", "units": "Units", "hours": "Hours"}


class AuthorizationRequests(Papers[Requested]):
    role = "authorizations"
    tool = "authorization_request"
    path = "/authorizations/request"
    title = "Request an authorization"
    button = "Submit request"
    party = "Ordered by"
    rules = FileRules(("pdf", "tif", "tiff", "jpg", "jpeg", "png"), most=6, largest=15 * MB)
    fields: ClassVar = {
        "member": Asked("Member ID"),
        "born": Asked("Date of birth", form="day"),
        "kind": Asked("Kind of service", KINDS["ucare"], form="choice"),
        "from": Asked("First day of service", form="day"),
        "to": Asked("Last day of service", form="day"),
        "code": Asked("Procedure"),
        "unit": Asked("Counted in", _UNITS, form="choice"),
        "units": Asked("How many"),
        "diagnosis": Asked("Diagnosis"),
        "narrative": Asked("Clinical reasons", form="words"),
        "contact": Asked("Whom to call"),
        "phone": Asked("Telephone"),
    }

    def already(self, sent: Requested) -> str:
        day = f"{sent.at:%m/%d/%Y}"
        return f"Request {sent.number} for the same service has been in review since {day}. It was not sent again."
