"""How the portal prints what it knows, and the words that it has for it."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.authorization_words import decision_word, kind_word
from simulator.authorizations import Party
from simulator.claims import Claim
from simulator.codes import CLAIM_CATEGORIES, CLAIM_STATUSES, GENDERS, SERVICE_TYPES
from simulator.labels import claim_label, us_date, us_span, usd
from simulator.people import Member

NONE = "N/A"

_STATUS = {"active": "Eligible", "inactive": "Not eligible", "future": "Eligible at a later date"}
_NETWORK = {"in": "In", "out": "Out"}
_LEVEL = {"individual": "Recipient", "family": "Household"}
_PERIOD = {"calendar_year": "Calendar year", "service_year": "Benefit year"}
_REQUIRED = {True: "Yes", False: "No", None: "Call the programme"}
_METHODS = {"ach": "EFT", "check": "Paper check", "virtual_card": "Virtual card", "none": "No payment"}
_PAYMENT_STATUS = {"issued": "Released", "cashed": "Redeemed", "voided": "Stop payment", "reissued": "Replacement"}
_RELATIONSHIPS = {"self": "Self", "spouse": "Spouse", "child": "Child", "other": "Other relative"}


def full_name(member: Member) -> str:
    return f"{member.last_name}, {member.first_name}"


def service(code: str) -> str:
    return f"{code} - {SERVICE_TYPES[code]}"


def category(claim: Claim) -> str:
    return f"{claim.category_code} - {CLAIM_CATEGORIES[claim.category_code]}"


def status(claim: Claim) -> str:
    return f"{claim.status_code} - {CLAIM_STATUSES[claim.status_code]}"


def party(of: Party | None) -> str:
    return f"{of.npi} - {of.name}" if of else NONE


def _known(words: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda value: words.get(value, NONE)


FILTERS: Mapping[str, Callable[..., str]] = {
    "usd": lambda amount: NONE if amount is None else usd(amount),
    "us_date": lambda day: NONE if day is None else us_date(day),
    "span": lambda of: us_span(of.service_from, of.service_to),
    "stated": lambda value: value or NONE,
    "full_name": full_name,
    "service": service,
    "service_words": lambda code: SERVICE_TYPES[code],
    "category": category,
    "status": status,
    "claim_label": claim_label,
    "review": kind_word,
    "determination": lambda decision, payer: decision_word(payer, decision) if decision else NONE,
    "party": party,
    "counted": lambda units: NONE if units is None else str(units),
    "method": _known(_METHODS),
    "payment_status": _known(_PAYMENT_STATUS),
    "plan_status": _known(_STATUS),
    "network": _known(_NETWORK),
    "level": _known(_LEVEL),
    "period": _known(_PERIOD),
    "required": _known(_REQUIRED),
    "relationship": _known(_RELATIONSHIPS),
    "gender": _known(GENDERS),
}
