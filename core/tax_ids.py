"""Tax IDs, in the one way in which the fleet writes them."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\d{9}")


def plain_tax_id(text: str) -> str:
    """12-3456789, 123456789 and 12 3456789 are one: 12-3456789. What has no nine digits stays as it is."""
    trimmed = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s\u2010-\u2015-]", "", trimmed)
    return f"{digits[:2]}-{digits[2:]}" if _DIGITS.fullmatch(digits) else trimmed
