"""What a payer's explanation of a payment (EOP, PRA) prints, out of its PDF: the total, and the claims in it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from core.capabilities.remittances import ExplainedClaim

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings quote the file

_AT_EITHER_END = 2
"""Pages. The total stands on the first or on the last ones; between them are claims, hundreds of pages of them."""
_TOTALS = (
    r"(?:total|net) (?:amount )?(?:paid|payment)(?: amount)?",
    r"(?:amount of )?(?:check|eft|payment|check/eft|eft/check)(?: total| amount)?",
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+\.\d\d|\d+\.\d\d)[-)]?(?![\d.,])"
_STUMBLES = (
    *(PyPdfError, DependencyError, ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)
"""pypdf lets through whatever a malformed file makes it stumble over."""
_TOTAL = re.compile(rf"(?im)(?:^|[|\t]|\s{{2,}})[ ]*(?:{'|'.join(_TOTALS)})\s*[:.]*\s*(?P<total>[-($\s]*{_DIGITS})")
_CLAIM = re.compile(
    r"(?im)^[ ]*(?:claim(?: (?:number|no\.?|#))?[ :]*)?(?P<claim>(?=[A-Z-]*\d)[A-Z0-9-]{5,}) .*?"
    rf"\b(?:billed|charged?|charges)[ :]*(?P<billed>[-($ ]*{_DIGITS}).*?\bpaid[ :]*(?P<paid>[-($ ]*{_DIGITS})"
)


@dataclass(frozen=True)
class Explanation:
    total: Decimal | None = None
    """None where it states none that can be read, or several."""
    claims: tuple[ExplainedClaim, ...] = ()
    """Those of its first and last pages that print what was billed and paid beside their number."""


def explanation(data: bytes, number: str) -> Explanation:
    """What it states of the payment of this number: nothing where it does not name it."""
    text = _text(data)
    if not re.search(rf"(?<![0-9A-Z])0*{re.escape(number.strip().upper().lstrip('0'))}(?![0-9A-Z])", text.upper()):
        return Explanation()
    stated = {_amount(found["total"]) for found in _TOTAL.finditer(text)}
    return Explanation(stated.pop() if len(stated) == 1 else None, tuple(_claims(text)))


def _claims(text: str) -> Iterator[ExplainedClaim]:
    for found in _CLAIM.finditer(text):
        billed, paid = _amount(found["billed"]), _amount(found["paid"])
        yield ExplainedClaim(claim_number=found["claim"], billed=billed, paid=paid)


def _text(data: bytes) -> str:
    """Empty for a picture of a page, and for what cannot be opened."""
    try:
        pages = PdfReader(BytesIO(data)).pages
        ends = [*pages[:_AT_EITHER_END], *pages[max(_AT_EITHER_END, len(pages) - _AT_EITHER_END) :]]
        return "\n".join(page.extract_text() for page in ends)
    except _STUMBLES:
        return ""


def _amount(printed: str) -> Decimal:
    """Less than nothing: -1.00, $-1.00, 1.00-, ($1.00)."""
    negative = "-" in printed or ("(" in printed and printed.endswith(")"))
    return Decimal(re.sub(r"[^\d.]", "", printed)) * (-1 if negative else 1)
