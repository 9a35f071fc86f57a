"""The true answer to a question about payments, in the shape in which a bot has to give it. It depends on the tier of
the account that asks.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from simulator.claims import ZERO, Line
from simulator.era import era, payer_id
from simulator.pdf import explanation
from simulator.remittances import PAYEE, PAYEE_NPI, Entry, Payment
from simulator.tiers import View
from simulator.world import PAYERS, World

Json = dict[str, Any]

NOT_FOUND = "We did not find remittance data matching your search criteria."
_FATES = {"1": "primary", "4": "denied", "22": "reversed"}
_TYPES = {
    "835": ("application/edi-x12", ".835"),
    "eop": ("application/pdf", ".pdf"),
    "pra": ("application/pdf", ".pdf"),
}
PAYEE_TIN = PAYEE.tin.replace("-", "")


Asks = Callable[[Payment], bool]


def by_number(number: str) -> Asks:
    wanted = number.strip().upper()
    return lambda payment: payment.number == wanted


def by_claim(claim_number: str) -> Asks:
    wanted = claim_number.strip().upper()
    return lambda payment: any(entry.claim.claim_number == wanted for entry in payment.entries)


def by_day(start: date, end: date) -> Asks:
    return lambda payment: start <= payment.paid_on <= end


def answer(world: World, payer: str, asks: Asks, view: View) -> Json:
    found = [each for each in world.payments_of(payer) if each.paid_on >= view.since and asks(each)]
    if not found:
        return {"outcome": "remittance_not_found", "message": NOT_FOUND}
    return {"outcome": "remittances", "payments": [payment_json(world, each, view) for each in found]}


def payment_json(world: World, payment: Payment, view: View) -> Json:
    together = world.in_one_file(payment)
    offers = view.offers(payment, together)
    papers = set(offers) & {"eop", "pra"}
    return {
        "number": payment.number,
        "paid_on": payment.paid_on.isoformat(),
        "amount": _money(payment.amount),
        "method": payment.method,
        "status": payment.status,
        "replaces": payment.replaces,
        "payer_name": PAYERS[payment.payer].name,
        "payee_name": PAYEE.name,
        "payee_npi": PAYEE_NPI,
        "payee_tin": PAYEE_TIN,
        "offers": list(offers),
        "documents": [_document(kind, era(*together) if kind == "835" else explanation(payment)) for kind in offers],
        "remittance": _remittance(payment, papers) if "835" in offers else None,
        "explained_amount": _money(payment.explained) if papers else None,
        "explained_claims": [_explained(entry) for entry in payment.entries] if set(offers) == papers else [],
        "page_imbalances": [] if "835" in offers else _differing(payment.amount, _stated(payment, papers)),
    }


def _explained(entry: Entry) -> Json:
    """As the paper prints it."""
    claim = entry.claim
    paid = (claim.paid or ZERO) * entry.sign
    return {"claim_number": claim.claim_number, "billed": _money(claim.billed * entry.sign), "paid": _money(paid)}


def _stated(payment: Payment, papers: Collection[str]) -> Iterator[tuple[str, Decimal]]:
    """By rule, what page and paper print."""
    yield "portal", payment.amount
    if papers:
        yield "explanation", payment.explained


def _differing(paid: Decimal, stated: Iterable[tuple[str, Decimal]]) -> list[Json]:
    return [
        {"rule": rule, "computed": _money(paid), "stated": _money(amount)} for rule, amount in stated if amount != paid
    ]


def _document(kind: str, data: bytes) -> Json:
    media_type, ending = _TYPES[kind]
    digest = hashlib.sha256(data).hexdigest()
    return {
        "kind": kind,
        "name": f"{kind}-{digest[:16]}{ending}",
        "media_type": media_type,
        "size": len(data),
        "sha256": digest,
    }


def _remittance(payment: Payment, papers: Collection[str]) -> Json:
    return {
        "trace_number": payment.number,
        "amount": _money(payment.file_amount),
        "method": payment.method,
        "paid_on": payment.paid_on.isoformat(),
        "payer_name": PAYERS[payment.payer].name,
        "payer_id": payer_id(payment.payer),
        "payee_name": PAYEE.name,
        "payee_npi": PAYEE_NPI,
        "payee_tin": PAYEE_TIN,
        "claims": [_claim(entry) for entry in payment.entries],
        "provider_adjustments": [
            {"code": each.code, "reference": each.reference, "amount": _money(each.amount)}
            for each in payment.provider_adjustments
        ],
        "imbalances": [
            *_differing(payment.claims_total, [("payment", payment.file_amount)]),
            *_differing(payment.file_amount, _stated(payment, papers)),
        ],
    }


def _claim(entry: Entry) -> Json:
    claim, sign = entry.claim, entry.sign
    return {
        "claim_number": claim.claim_number,
        "patient_account": claim.patient_account,
        "status_code": entry.status_code,
        "fate": _FATES[entry.status_code],
        "member_id": claim.member.member_id,
        "first_name": claim.member.first_name,
        "last_name": claim.member.last_name,
        "provider_npi": claim.provider_npi,
        "service_from": claim.service_from.isoformat(),
        "service_to": claim.service_to.isoformat(),
        "received_on": claim.received_on.isoformat(),
        "billed": _money(claim.billed * sign),
        "paid": _money((claim.paid or ZERO) * sign),
        "patient_responsibility": _money((claim.adjusted("1", "2", "3") or ZERO) * sign),
        "lines": [_line(line, sign) for line in claim.lines],
    }


def _line(line: Line, sign: int) -> Json:
    return {
        "procedure_code": line.procedure_code,
        "modifiers": list(line.modifiers),
        "service_from": line.service_from.isoformat(),
        "service_to": line.service_to.isoformat(),
        "units": str(line.units),
        "billed": _money(line.billed * sign),
        "allowed": _money(line.allowed * sign),
        "paid": _money(line.paid * sign),
        "adjustments": [
            {"group": each.group, "code": each.code, "amount": _money(each.amount * sign)} for each in line.adjustments
        ],
        "remark_codes": list(line.remark_codes),
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
