"""Identifiers of US healthcare and their checks."""

from __future__ import annotations

import re
import unicodedata

_NPI = re.compile(r"[12]\d{9}")


def bare(value: str) -> str:
    """Without blanks, dashes, accents and case, in which they differ. Leading zeros and suffixes count."""
    plain = unicodedata.normalize("NFKD", value)
    return re.sub(r"[\W_]", "", "".join(each for each in plain if not unicodedata.combining(each))).casefold()


def same_number(shown: str | None, asked: str) -> bool:
    """Whether a row shows the number asked for: a longer one that begins so is another."""
    return shown is not None and bare(shown) == bare(asked)


def is_npi(value: str) -> bool:
    """Ten digits, the first 1 or 2, Luhn over 80840 + NPI (45 CFR 162.406): the prefix adds 24 to the sum."""
    if not _NPI.fullmatch(value):
        return False
    doubled = [int(digit) * 2 if place % 2 == 0 else int(digit) for place, digit in enumerate(value[:9])]
    total = 24 + sum(number - 9 if number > 9 else number for number in doubled)
    return (10 - total % 10) % 10 == int(value[9])
