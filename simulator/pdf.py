"""The explanation of a payment as a small PDF, and any other text of one page."""

from collections.abc import Sequence

from simulator.claims import ZERO
from simulator.labels import us_date, usd
from simulator.remittances import PAYEE, PAYEE_NPI, Payment
from simulator.world import PAYERS

_LINE = 14
_TOP = 760
_LINES = 50


def explanation(payment: Payment) -> bytes:
    lines = [
        "EXPLANATION OF PAYMENT",
        f"Payer: {PAYERS[payment.payer].name}",
        f"Payee: {PAYEE.name}   NPI {PAYEE_NPI}   Tax ID {PAYEE.tin}",
        f"Check/EFT number: {payment.number}   Date: {us_date(payment.paid_on)}",
        "",
    ]
    for entry in payment.entries:
        claim = entry.claim
        who = f"{claim.member.last_name}, {claim.member.first_name}"
        paid = usd((claim.paid or ZERO) * entry.sign)
        lines.append(f"{claim.claim_number}   {who[:40]}   billed {usd(claim.billed * entry.sign)}   paid {paid}")
    lines += [f"{each.code} {each.reference}   {usd(-each.amount)}" for each in payment.provider_adjustments]
    return text_pdf([*lines, "", f"Total paid: {usd(payment.explained)}"])


def text_pdf(lines: Sequence[str]) -> bytes:
    shown = "".join(f"({_plain(line)}) Tj T*\n" for line in lines[:_LINES])
    content = f"BT /F1 10 Tf {_LINE} TL 50 {_TOP} Td\n{shown}ET".encode("latin-1")
    font = b"<< /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources %s >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _plain(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return escaped.encode("latin-1", "replace").decode("latin-1")
