"""835 files for tests, written segment by segment from records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from core.capabilities.claim_status import Adjustment
from core.capabilities.remittances import Remittance, RemittedClaim, RemittedLine

ENVELOPE = (
    "ISA*00*          *00*          *ZZ*PAYERSENDER    *ZZ*CLINICRECEIVER *261122*0930*^*00501*000000905*0*T*:",
    "GS*HP*PAYERSENDER*CLINICRECEIVER*20261122*0930*1*X*005010X221A1",
)


def file_of(*transactions: Sequence[str], end: str = "~\n") -> bytes:
    segments = list(ENVELOPE)
    for number, body in enumerate(transactions, start=1):
        control = f"{number:04d}"
        segments += [f"ST*835*{control}", *body, f"SE*{len(body) + 2}*{control}"]
    segments += [f"GE*{len(transactions)}*1", "IEA*1*000000905"]
    return (end.join(segments) + end).encode()


def payment(remittance: Remittance) -> list[str]:
    """Its segments between ST and SE."""
    return [
        f"BPR*I*{abs(remittance.amount)}*{'C' if remittance.amount >= 0 else 'D'}*ACH*CCP*******01*999*DA*1*20261120",
        f"TRN*1*{remittance.trace_number}*{remittance.payer_id}",
        "DTM*405*20261119",
        f"N1*PR*{remittance.payer_name}",
        f"N1*PE*{remittance.payee_name}*XX*{remittance.payee_npi}",
        f"REF*TJ*{remittance.payee_tin}",
        "LX*1",
        *(segment for claim in remittance.claims for segment in _claim(claim)),
        *(
            f"PLB*1457398216*20261231*{each.code}:{each.reference}*{each.amount}"
            for each in remittance.provider_adjustments
        ),
    ]


def _claim(claim: RemittedClaim) -> Iterator[str]:
    owed = claim.patient_responsibility or Decimal(0)
    account = claim.patient_account or "0"
    yield f"CLP*{account}*{claim.status_code}*{claim.billed}*{claim.paid}*{owed}*12*{claim.claim_number}*11*1"
    yield from _cas(claim.adjustments)
    yield f"NM1*QC*1*{claim.last_name}*{claim.first_name}****MI*{claim.member_id}"
    yield "NM1*82*2*NORTHGATE FAMILY PRACTICE*****XX*1457398216"
    yield "MOA***MA01*MA18"
    yield "DTM*232*20261101"
    yield "DTM*233*20261102"
    yield "DTM*050*20261104"
    for line in claim.lines:
        yield from _line(line)


def _line(line: RemittedLine) -> Iterator[str]:
    code = ":".join(("HC", line.procedure_code or "", *line.modifiers))
    yield f"SVC*{code}*{line.billed}*{line.paid}**{line.units}"
    yield "DTM*472*20261101"
    yield from _cas(line.adjustments)
    if line.allowed is not None:
        yield f"AMT*B6*{line.allowed}"
    for remark in line.remark_codes:
        yield f"LQ*HE*{remark}"


def _cas(adjustments: Iterable[Adjustment]) -> Iterator[str]:
    """One segment per group, as payers write them: up to six reasons in one."""
    groups: dict[str, list[Adjustment]] = {}
    for each in adjustments:
        groups.setdefault(each.group, []).append(each)
    for group, listed in groups.items():
        for start in range(0, len(listed), 6):
            reasons = "*".join(f"{each.code}*{each.amount}*" for each in listed[start : start + 6])
            yield f"CAS*{group}*{reasons}".rstrip("*")
