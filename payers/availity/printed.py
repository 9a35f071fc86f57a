"""How Availity prints people, services and spans of days."""

import re
import unicodedata
from datetime import date

from bots.parse import us_date

_SERVICE = re.compile(r"(?P<label>.+) \((?P<code>\w{1,2})\)")


def first_name(printed: str) -> str:
    """From "Last, First"."""
    return _halves(printed)[1]


def last_name(printed: str) -> str:
    return _halves(printed)[0]


def service_label(printed: str) -> str:
    """From "Hospital - Inpatient (48)"."""
    return _service(printed)["label"]


def service_code(printed: str) -> str:
    return _service(printed)["code"]


def plain(name: str) -> str:
    """Without accents, case, blanks and punctuation, to tell whether two spellings are one name."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", name) if each.isalnum())
    return bare.casefold()


def _halves(printed: str) -> tuple[str, str]:
    last, comma, first = printed.partition(", ")
    if not comma:
        raise ValueError("not a name written “Last, First”")
    return last, first


def _service(printed: str) -> re.Match[str]:
    found = _SERVICE.fullmatch(printed)
    if found is None:
        raise ValueError("not a service type with its code")
    return found


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])


def leading_code(printed: str) -> str:
    """From "F1 - Finalized/Payment"."""
    code, dash, _ = printed.partition(" - ")
    if not dash:
        raise ValueError("not a code with its words")
    return code


def trailing_words(printed: str) -> str:
    _, dash, words = printed.partition(" - ")
    if not dash:
        raise ValueError("not a code with its words")
    return words
