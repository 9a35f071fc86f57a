"""Payments as rows and pages print them, the buttons of their files, and the files on a bad day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from simulator.claims import ZERO
from simulator.dials import Dials
from simulator.enclosed import as_given
from simulator.labels import us_date, usd
from simulator.remittances import PAYEE, PAYEE_NPI, Entry, Payment
from simulator.tiers import View
from simulator.world import PAYERS

Row = dict[str, Any]

_METHODS = {
    "ach": "ACH/Direct Deposit", "check": "Check", "virtual_card": "Virtual Card Payment", "none": "Zero Payment",
}  # fmt: skip
_STATUSES = {"issued": "Issued", "cashed": "Cleared", "voided": "Void", "reissued": "Reissue"}
_TIN = PAYEE.tin.replace("-", "")
_PREMIUM = "Premium: upgrade your access to use this function"
_ARCHIVED = "Archived: use Payment Data Files"


def row_view(payment: Payment, claim: str | None) -> Row:
    return {
        "number": payment.number,
        "date": us_date(payment.paid_on),
        "payer": PAYERS[payment.payer].name,
        "tin": _TIN,
        "method": _METHODS[payment.method],
        "amount": usd(payment.amount),
        "claim": claim,
    }


def detail_view(payment: Payment) -> Row:
    facts = {
        "Payment Number": payment.number,
        "Payment Date": us_date(payment.paid_on),
        "Payment Amount": usd(payment.amount),
        "Payment Type": _METHODS[payment.method],
        "Payment Status": _STATUSES[payment.status],
        "Replaces Payment": payment.replaces or "",
        "Payer": PAYERS[payment.payer].name,
        "Payee": PAYEE.name,
        "Payee NPI": PAYEE_NPI,
        "Payee TIN": _TIN,
    }
    return {"facts": facts, "claims": [_claim(entry) for entry in payment.entries]}


def _claim(entry: Entry) -> Row:
    claim = entry.claim
    return {
        "number": claim.claim_number,
        "patient": f"{claim.member.last_name}, {claim.member.first_name}",
        "member_id": claim.member.member_id,
        "charge": usd(claim.billed * entry.sign),
        "paid": usd((claim.paid or ZERO) * entry.sign),
    }


def files_view(payment: Payment, together: Sequence[Payment], view: View, archived_before: date) -> list[Row]:
    """A button for each file. A greyed one has its reason in the tool tip."""
    found: list[Row] = []
    for kind in payment.documents:
        if kind != "835":
            found.append({"document": "PRA", "format": "PDF", "method": "pra", "action": "View PRA", "greyed": ""})
            continue
        several = len(together) > 1
        greyed = _PREMIUM if several and not view.consolidated else ""
        if not greyed and payment.paid_on < archived_before:
            greyed = _ARCHIVED
        name = "Consolidated 835" if several else "835"
        found.append({"document": name, "format": "X12", "method": "835", "action": "Download", "greyed": greyed})
    return found


def spoilt(data: bytes, dials: Dials, media_type: str, disposition: str, name: str) -> Response:
    headers = {"content-disposition": f'{disposition}; filename="{name}"', "cache-control": "no-store"}
    return Response(as_given(data, dials), media_type=media_type, headers=headers)
