"""What each generation of pages calls decisions, kinds and units of an authorization, and which of it they print."""

from simulator.authorizations import Authorization
from simulator.world import PAYERS

_AVAILITY_DECISIONS = {
    "certified": "Certified in Total",
    "partly_certified": "Certified - Partial",
    "not_certified": "Not Certified",
    "pended": "Pended",
    "modified": "Modified",
    "cancelled": "Cancelled",
    "contact_payer": "Contact Payer",
    "not_required": "No Action Required",
}
_AVAILITY_KINDS = {
    "inpatient": "Inpatient Authorization",
    "outpatient": "Outpatient Authorization",
    "drug": "Pharmacy Authorization",
    "referral": "Referral",
    "equipment": "DME Authorization",
    "home_health": "Home Health Authorization",
}
DECISIONS = {
    "new": _AVAILITY_DECISIONS,
    "legacy": _AVAILITY_DECISIONS,
    "uhc": {
        "certified": "Fully approved",
        "partly_certified": "Partially approved",
        "not_certified": "Denied",
        "pended": "Pending review",
        "modified": "Approved with changes",
        "cancelled": "Cancelled",
        "contact_payer": "Contact the plan",
        "not_required": "Prior authorization not required",
    },
    "ucare": {
        "certified": "Approved",
        "partly_certified": "Partly approved",
        "not_certified": "Not approved",
        "pended": "In review",
        "modified": "Approved as modified",
        "cancelled": "Withdrawn",
        "contact_payer": "Call UCare",
        "not_required": "No authorization needed",
    },
    "webforms": {
        "certified": "APPROVED",
        "partly_certified": "APPROVED IN PART",
        "not_certified": "DENIED",
        "pended": "PENDING REVIEW",
        "modified": "APPROVED AS MODIFIED",
        "cancelled": "WITHDRAWN",
        "contact_payer": "CALL THE HELP DESK",
        "not_required": "AUTHORIZATION NOT REQUIRED",
    },
    "franklin": {
        "certified": "Approved",
        "partly_certified": "Reduced",
        "not_certified": "Denied",
        "pended": "Suspended for review",
        "modified": "Approved with changes",
        "cancelled": "Voided",
        "contact_payer": "Call the review unit",
        "not_required": "Prior approval not required",
    },
}
KINDS = {
    "new": _AVAILITY_KINDS,
    "legacy": _AVAILITY_KINDS,
    "uhc": {
        "inpatient": "Inpatient admission",
        "outpatient": "Outpatient services",
        "drug": "Specialty drug",
        "referral": "Referral",
        "equipment": "Durable medical equipment",
        "home_health": "Home health",
    },
    "ucare": {
        "inpatient": "Inpatient stay",
        "outpatient": "Outpatient service",
        "drug": "Medication",
        "referral": "Specialist referral",
        "equipment": "Equipment and supplies",
        "home_health": "Home care",
    },
    "webforms": {
        "inpatient": "Inpatient Hospital",
        "outpatient": "Outpatient Services",
        "drug": "Physician-Administered Drugs",
        "referral": "Specialty Referral",
        "equipment": "Medical Supplies and Equipment",
        "home_health": "Home Care Services",
    },
    "franklin": {
        "inpatient": "Hospital admission",
        "outpatient": "Clinic and outpatient",
        "drug": "Physician drug program",
        "referral": "Consultation",
        "equipment": "Medical equipment",
        "home_health": "In-home nursing",
    },
}
CODED = frozenset({"new", "legacy"})
"""Generations that print the action codes of X12."""
COUNTING = frozenset({"ucare", "franklin"})
"""Those that print how much was used."""
ACTION_CODES = {
    "certified": "A1", "partly_certified": "A2", "not_certified": "A3", "pended": "A4", "modified": "A6",
    "cancelled": "C", "contact_payer": "CT", "not_required": "NA",
}  # fmt: skip


def decision_word(payer: str, decision: str) -> str:
    return DECISIONS[PAYERS[payer].generation][decision]


def kind_word(authorization: Authorization) -> str:
    return KINDS[PAYERS[authorization.payer].generation][authorization.kind]
