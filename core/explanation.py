"""The total that a payer's explanation of a payment (EOP, PRA) prints, out of its PDF."""

from __future__ import annotations

import logging
import re
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings quote the file

_AT_EITHER_END = 2
"""Pages. The total stands on the first or on the last ones; between them are claims, hundreds of pages of them."""
_TOTALS = (
    r"(?:total|net) (?:amount )?(?:paid|payment)(?: amount)?",
    r"(?:amount of )?(?:check|eft|payment|check/eft|eft/check)(?: total| amount)?",
)
_AMOUNT = r"(?P<before>[-($\s]*)(?P<digits>\d{1,3}(?:,\d{3})+\.\d\d|\d+\.\d\d)(?P<after>[-)]?)(?![\d.,])"
_STUMBLES = (
    *(PyPdfError, DependencyError, ArithmeticError, AssertionError, AttributeError, LookupError),
    *(RuntimeError, TypeError, ValueError),
)
"""pypdf lets through whatever a malformed file makes it stumble over."""
_TOTAL = re.compile(rf"(?im)(?:^|[|\t]|\s{{2,}})[ ]*(?:{'|'.join(_TOTALS)})\s*[:.]*\s*{_AMOUNT}")


def printed_total(data: bytes, number: str) -> Decimal | None:
    """None where it states none that can be read, states several, or does not name the payment of this number."""
    text = _text(data)
    if not re.search(rf"(?<![0-9A-Z])0*{re.escape(number.strip().upper().lstrip('0'))}(?![0-9A-Z])", text.upper()):
        return None
    stated = {_amount(found) for found in _TOTAL.finditer(text)}
    return stated.pop() if len(stated) == 1 else None


def _text(data: bytes) -> str:
    """Empty for a picture of a page, and for what cannot be opened."""
    try:
        pages = PdfReader(BytesIO(data)).pages
        ends = [*pages[:_AT_EITHER_END], *pages[max(_AT_EITHER_END, len(pages) - _AT_EITHER_END) :]]
        return "\n".join(page.extract_text() for page in ends)
    except _STUMBLES:
        return ""


def _amount(found: re.Match[str]) -> Decimal:
    """Less than nothing: -1.00, $-1.00, 1.00-, ($1.00)."""
    negative = "-" in found["before"] + found["after"] or ("(" in found["before"] and found["after"] == ")")
    return Decimal(found["digits"].replace(",", "")) * (-1 if negative else 1)
