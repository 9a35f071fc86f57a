"""Claims as the list and the panel beside it print them."""

from typing import Any

from simulator.claims import Claim, Line
from simulator.codes import ADJUSTMENT_REASONS, CLAIM_CATEGORIES, CLAIM_STATUSES, REMARKS
from simulator.labels import claim_label, us_date, us_span
from simulator.portals.ucare.views import amount, full_name, stated, us_day

View = dict[str, Any]


def row_view(claim: Claim) -> list[str]:
    """What stands beside the claim's number."""
    claim = claim.as_listed
    return [
        full_name(claim.member),
        us_span(claim.service_from, claim.service_to),
        claim_label(claim),
        amount(claim.billed),
        amount(claim.paid),
    ]


def claim_view(claim: Claim) -> View:
    facts = {
        "Claim number": claim.claim_number,
        "Patient": full_name(claim.member),
        "Member ID": claim.member.member_id,
        "Date of birth": us_date(claim.member.birth_date),
        "Patient control number": stated(claim.patient_account),
        "Claim status": claim_label(claim),
        "Status code": f"{claim.category_code}/{claim.status_code}",
        "Rendering provider": claim.provider_npi,
        "Dates of service": us_span(claim.service_from, claim.service_to),
        "Received": us_date(claim.received_on),
        "Processed": us_day(claim.finalized_on),
        "Charged": amount(claim.billed),
        "Allowed": amount(claim.allowed),
        "Paid by UCare": amount(claim.paid),
        "Deductible": amount(claim.adjusted("1")),
        "Coinsurance": amount(claim.adjusted("2")),
        "Copay": amount(claim.adjusted("3")),
        "Member owes": amount(claim.adjusted("1", "2", "3")),
    }
    explained = f"{CLAIM_CATEGORIES[claim.category_code]}: {CLAIM_STATUSES[claim.status_code]}"
    payment = {"Check or EFT number": claim.check_number, "Paid on": us_day(claim.check_date)}
    return {"facts": facts, "explained": explained, "payment": payment if claim.check_number else None}


def lines_view(claim: Claim) -> View:
    reasons = sorted({each.code for line in claim.lines for each in line.adjustments})
    remarks = sorted({code for line in claim.lines for code in line.remark_codes})
    known = {**ADJUSTMENT_REASONS, **REMARKS}
    legend = [f"{code}: {known[code]}" for code in (*reasons, *remarks)]
    return {"lines": [_line(line) for line in claim.lines], "legend": legend}


def _line(line: Line) -> View:
    return {
        "cells": [
            str(line.line_number),
            us_span(line.service_from, line.service_to),
            line.procedure_code,
            " ".join(line.modifiers) or stated(None),
            str(line.units),
            amount(line.billed),
            amount(line.allowed),
            amount(line.paid),
        ],
        "reasons": [(f"{each.group} {each.code}", amount(each.amount)) for each in line.adjustments],
        "remarks": " ".join(line.remark_codes) or stated(None),
    }
