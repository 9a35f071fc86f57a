"""Claims as rows and cards print them; None where nothing is stated."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.claims import Claim
from simulator.codes import ADJUSTMENT_REASONS, REMARKS
from simulator.labels import claim_label, us_date, us_span, usd

View = dict[str, Any]

# What was decided, in words: these pages print no X12 codes for it.
_ADJUDICATION = {
    "received": "Received",
    "accepted": "Accepted for processing",
    "pending": "In review",
    "info_requested": "Additional information requested",
    "rejected": "Rejected",
    "paid": "Paid",
    "denied": "Denied",
    "finalized_no_payment": "Processed - no payment",
}


def row_view(claim: Claim) -> View:
    """The link to a claim carries most of its row."""
    claim = claim.as_listed
    return {
        "claimNumber": claim.claim_number,
        "member": f"{claim.member.first_name} {claim.member.last_name}",
        "dates": us_span(claim.service_from, claim.service_to),
        "claimStatus": claim_label(claim),
        "firstServiceDate": claim.service_from.isoformat(),
        "totalBilledAmount": usd(claim.billed),
        "totalPaidAmount": usd(claim.paid) if claim.paid is not None else None,
        "processedDate": us_date(claim.finalized_on) if claim.finalized_on else None,
    }


def overview_card(claim: Claim) -> View:
    return {
        "claim-number": ["Claim number", claim.claim_number],
        "status": ["Claim status", claim_label(claim)],
        "adjudication-status": ["Adjudication status", _ADJUDICATION[claim.lifecycle]],
        "network-status": ["Network status", "Participating"],
        "service-dates": ["Dates of service", us_span(claim.service_from, claim.service_to)],
        "received": ["Received date", us_date(claim.received_on)],
        "processed": ["Processed date", us_date(claim.finalized_on) if claim.finalized_on else None],
        "provider": ["Rendering provider NPI", claim.provider_npi],
        "account": ["Patient account number", claim.patient_account],
    }


def patient_card(claim: Claim) -> View:
    return {
        "member-id": ["Member ID", claim.member.member_id],
        "first-name": ["First name", claim.member.first_name],
        "last-name": ["Last name", claim.member.last_name],
        "birth-date": ["Date of birth", us_date(claim.member.birth_date)],
    }


def billing_card(claim: Claim) -> View:
    amounts = {
        "billed-content": ("Billed amount", claim.billed),
        "allowed-content": ("Allowed amount", claim.allowed),
        "total-paid-content": ("Total paid", claim.paid),
        "deductible-content": ("Deductible", claim.adjusted("1")),
        "coinsurance-content": ("Coinsurance", claim.adjusted("2")),
        "copay-content": ("Copay", claim.adjusted("3")),
        "patient-content": ("Patient responsibility", claim.adjusted("1", "2", "3")),
    }
    return {key: [label, usd(amount) if amount is not None else None] for key, (label, amount) in amounts.items()}


def payment_card(claim: Claim) -> View:
    issued = us_date(claim.check_date) if claim.check_date else None
    return {"payment": {"number": claim.check_number, "issued": issued} if claim.check_number else None}


def lines_card(claim: Claim) -> View:
    return {
        "lines": [
            {
                "cells": [
                    str(line.line_number),
                    us_span(line.service_from, line.service_to),
                    line.procedure_code,
                    ", ".join(line.modifiers) or None,
                    str(line.units),
                    usd(line.billed),
                    usd(line.allowed),
                    usd(line.paid),
                ],
                "reasons": [
                    {
                        "code": f"{each.group}-{each.code}",
                        "text": ADJUSTMENT_REASONS[each.code],
                        "amount": usd(each.amount),
                    }
                    for each in line.adjustments
                ],
                "remarks": [{"code": code, "text": REMARKS[code]} for code in line.remark_codes],
            }
            for line in claim.lines
        ]
    }


CARDS: Mapping[str, Callable[[Claim], View]] = {
    "overview": overview_card,
    "patient": patient_card,
    "billing": billing_card,
    "payment": payment_card,
    "lines": lines_card,
}
