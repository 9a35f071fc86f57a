"""The 835 of a payment, segment by segment (005010X221A1)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from simulator.claims import ZERO, Adjustment, Line
from simulator.remittances import PAYEE, PAYEE_NPI, Entry, Payment
from simulator.world import PAYERS

_METHODS = {"ach": "ACH", "check": "CHK", "none": "NON"}


def era(*payments: Payment) -> bytes:
    """One file with a transaction for each payment."""
    on = payments[0].paid_on
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{payments[0].payer:15}*30*{_digits(PAYEE.tin):15}*{on:%y%m%d}*0930*^*00501*000000905*0*P*:",
        f"GS*HP*{payments[0].payer}*{_digits(PAYEE.tin)}*{on:%Y%m%d}*0930*905*X*005010X221A1",
    ]
    for place, payment in enumerate(payments, start=1):
        body = list(_transaction(payment))
        segments += [f"ST*835*{place:04d}", *body, f"SE*{len(body) + 2}*{place:04d}"]
    segments += [f"GE*{len(payments)}*905", "IEA*1*000000905"]
    return ("~\n".join(segments) + "~\n").encode()


def payer_id(payer: str) -> str:
    """A "1" and a tax id of nine digits, as TRN03 wants it."""
    return f"1{int.from_bytes(payer.encode()) % 10**9:09d}"


def _transaction(payment: Payment) -> Iterator[str]:
    amount = payment.file_amount
    handling = "H" if payment.method == "none" else "I"
    yield (
        f"BPR*{handling}*{abs(amount):.2f}*{'D' if amount < ZERO else 'C'}*{_METHODS[payment.method]}"
        f"************{payment.paid_on:%Y%m%d}"
    )
    yield f"TRN*1*{payment.number}*{payer_id(payment.payer)}"
    yield f"DTM*405*{payment.paid_on:%Y%m%d}"
    yield f"N1*PR*{PAYERS[payment.payer].name}"
    yield "N3*PO BOX 1000"
    yield "N4*SPRINGFIELD*IL*62701"
    yield f"N1*PE*{PAYEE.name}*XX*{PAYEE_NPI}"
    yield f"REF*TJ*{_digits(PAYEE.tin)}"
    yield "LX*1"
    for entry in payment.entries:
        yield from _claim(entry)
    for each in payment.provider_adjustments:
        yield f"PLB*{PAYEE_NPI}*{payment.paid_on:%Y}1231*{each.code}:{each.reference}*{each.amount:.2f}"


def _claim(entry: Entry) -> Iterator[str]:
    claim, sign = entry.claim, entry.sign
    owed = claim.adjusted("1", "2", "3") or ZERO
    yield (
        f"CLP*{claim.patient_account or 0}*{entry.status_code}*{claim.billed * sign:.2f}"
        f"*{(claim.paid or ZERO) * sign:.2f}*{owed * sign:.2f}*12*{claim.claim_number}*11*1"
    )
    yield f"NM1*QC*1*{claim.member.last_name}*{claim.member.first_name}****MI*{claim.member.member_id}"
    yield f"NM1*82*1******XX*{claim.provider_npi}"
    yield f"DTM*232*{claim.service_from:%Y%m%d}"
    yield f"DTM*233*{claim.service_to:%Y%m%d}"
    yield f"DTM*050*{claim.received_on:%Y%m%d}"
    for line in claim.lines:
        yield from _line(line, sign)


def _line(line: Line, sign: int) -> Iterator[str]:
    code = ":".join(("HC", line.procedure_code, *line.modifiers))
    yield f"SVC*{code}*{line.billed * sign:.2f}*{line.paid * sign:.2f}**{line.units}"
    if line.service_from == line.service_to:
        yield f"DTM*472*{line.service_from:%Y%m%d}"
    else:
        yield f"DTM*150*{line.service_from:%Y%m%d}"
        yield f"DTM*151*{line.service_to:%Y%m%d}"
    yield from _cas(line.adjustments, sign)
    yield f"AMT*B6*{line.allowed * sign:.2f}"
    for remark in line.remark_codes:
        yield f"LQ*HE*{remark}"


def _cas(adjustments: Iterable[Adjustment], sign: int) -> Iterator[str]:
    groups: dict[str, list[tuple[str, Decimal]]] = {}
    for each in adjustments:
        groups.setdefault(each.group, []).append((each.code, each.amount * sign))
    for group, reasons in groups.items():
        yield f"CAS*{group}*" + "**".join(f"{code}*{amount:.2f}" for code, amount in reasons)


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())
